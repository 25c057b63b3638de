"""From the parameters of a new order list to the command that places it, for spot and margin alike.

Each order of a list has its parameters under a prefix (`workingPrice`, `pendingAboveStopPrice`); read under the names
that a single order has, they pass the same checks. What an OCO's orders must be to each other is checked here by their
types, and by the engine by their prices.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.errors import WireError, mandatory
from leverline.api.order_request import STRATEGY, new_client_id, order_of
from leverline.api.order_words import order_type, pegged, response_type, self_trade_mode, side, time_in_force, trailing
from leverline.api.parameters import Parameter, Parser, amount, client_id, optional, required, symbol, word_of
from leverline.engine.commands import PlaceOrder, PlaceOrderList
from leverline.market import terms

WORKING_TYPES: Final = {"LIMIT": terms.LIMIT, "LIMIT_MAKER": terms.LIMIT_MAKER}
working_type: Final = word_of(WORKING_TYPES, lambda: WireError(-1116, "Invalid orderType."))

FIELDS: Final[Mapping[str, tuple[str, Parser]]] = {
    "type": ("Type", order_type),
    "side": ("Side", side),
    "quantity": ("Quantity", amount),
    "price": ("Price", amount),
    "stopPrice": ("StopPrice", amount),
    "trailingDelta": ("TrailingDelta", trailing),
    "icebergQty": ("IcebergQty", amount),
    "timeInForce": ("TimeInForce", time_in_force),
    "newClientOrderId": ("ClientOrderId", client_id),
}
"""What an order of a list may have: its name with a single order → what follows the prefix, and its parser."""

SPOT_FIELDS: Final[Mapping[str, tuple[str, Parser]]] = {
    "strategyId": ("StrategyId", STRATEGY),
    "strategyType": ("StrategyType", STRATEGY),
    "pegPriceType": ("PegPriceType", pegged),
    "pegOffsetType": ("PegOffsetType", pegged),
    "pegOffsetValue": ("PegOffsetValue", pegged),
}
"""What it may have besides on spot."""

LIST_PARAMETERS: Final = (
    required("symbol", symbol),
    optional("listClientOrderId", client_id),
    optional("newOrderRespType", response_type),
    optional("selfTradePreventionMode", self_trade_mode, terms.EXPIRE_MAKER),
)
"""What every new list takes."""
PAIR_PARAMETERS: Final = (required("side", side), required("quantity", amount))
"""What both orders of an OCO share."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One order of a list by its parameters: the name that each has with a single order → its own name."""

    names: Mapping[str, str]
    parameters: tuple[Parameter, ...]


def leg(prefix: str, is_spot: bool, needed: tuple[str, ...], left_out: tuple[str, ...] = ()) -> Leg:
    """Return the order of a list whose parameters begin with `prefix`; `needed` ones are mandatory."""
    fields = {
        name: each for name, each in {**FIELDS, **(SPOT_FIELDS if is_spot else {})}.items() if name not in left_out
    }
    names = {name: prefix + suffix for name, (suffix, _) in fields.items()}
    return Leg(
        names,
        tuple(
            Parameter(names[name], working_type if (prefix, name) == ("working", "type") else parse, name in needed)
            for name, (_, parse) in fields.items()
        ),
    )


def working_leg(is_spot: bool) -> Leg:
    """Return the working order of OTO and its kin."""
    return leg("working", is_spot, ("type", "side", "price", "quantity"), ("stopPrice", "trailingDelta"))


def pending_leg(is_spot: bool, is_paid: bool) -> Leg:
    """Return the one pending order of OTO or, `is_paid`, of OPO."""
    needed = ("type", "side") if is_paid else ("type", "side", "quantity")
    return leg("pending", is_spot, needed, ("quantity",) if is_paid else ())


def pair_leg(prefix: str, is_spot: bool, is_needed: bool = True) -> Leg:
    """Return one order of a pair, which has side and quantity from the list."""
    return leg(prefix, is_spot, ("type",) if is_needed else (), ("side", "quantity"))


@dataclass(frozen=True, slots=True)
class Owner:
    """The wallet that a list is placed from, and the side effect that all its orders have."""

    kind: int
    side_effect: int = terms.NO_SIDE_EFFECT
    is_repaid_at_cancel: bool = True


def oto_request(call: Call, owner: Owner, shape: int, working: Leg, pending: Leg) -> PlaceOrderList:
    """Return the command of an OTO or OPO."""
    is_paid = shape == terms.OPO
    _check_paying(call, is_paid)
    orders = [leg_order(call, owner, working, {}), leg_order(call, owner, pending, {}, is_paid)]
    return new_list(call, shape, orders)


def otoco_request(
    call: Call, owner: Owner, shape: int, working: Leg, above: Leg, below: Leg
) -> PlaceOrderList:  # fmt: skip
    """Return the command of an OTOCO or OPOCO."""
    is_paid = shape == terms.OPOCO
    _check_paying(call, is_paid)
    shared = {"side": call["pendingSide"], "quantity": None if is_paid else call["pendingQuantity"]}
    pair = pair_orders(call, owner, above, below, shared, is_paid)
    return new_list(call, shape, [leg_order(call, owner, working, {}), *pair])


def oco_request(call: Call, owner: Owner, above: Leg, below: Leg) -> PlaceOrderList:
    """Return the command of an OCO by its orders above and below."""
    shared = {"side": call["side"], "quantity": call["quantity"]}
    return new_list(call, terms.OCO, pair_orders(call, owner, above, below, shared))


def new_list(call: Call, shape: int, orders: list[PlaceOrder]) -> PlaceOrderList:
    """Return the command of a list."""
    return PlaceOrderList(shape, orders, call["listClientOrderId"] or new_client_id())


def pair_orders(
    call: Call, owner: Owner, above: Leg, below: Leg, shared: dict[str, Any], is_paid: bool = False
) -> list[PlaceOrder]:
    """Return both orders of a pair; raises the error of orders that cannot be one."""
    for each in (above, below):
        if call[each.names["type"]] is None:
            raise mandatory(each.names["type"])
    check_pair(shared["side"], call[above.names["type"]], call[below.names["type"]])
    return [leg_order(call, owner, each, shared, is_paid) for each in (above, below)]


def check_pair(is_buy: bool, above: int, below: int) -> None:
    """Raise WireError for types that make no OCO: a target and a stop loss, each on its side of the price."""
    limits = (terms.LIMIT, terms.LIMIT_MAKER)
    if terms.LIMIT in (above, below) or terms.MARKET in (above, below):
        raise WireError(-1158, "Order type not supported in OCO.")
    if above in limits and below in limits:
        raise WireError(-1168, "At least one OCO order must be contingent.")
    target, stop = (below, above) if is_buy else (above, below)
    losses, profits = (terms.STOP_LOSS, terms.STOP_LOSS_LIMIT), (terms.TAKE_PROFIT, terms.TAKE_PROFIT_LIMIT)
    if stop in limits:
        raise (
            WireError(-1165, "A limit order in a buy OCO must be below.")
            if is_buy
            else WireError(-1166, "A limit order in a sell OCO must be above.")
        )
    if target in losses:
        raise (
            WireError(-1196, "A stop loss order in a buy OCO must be above.")
            if is_buy
            else WireError(-1197, "A stop loss order in a sell OCO must be below.")
        )
    if stop in profits:
        raise (
            WireError(-1198, "A take profit order in a buy OCO must be below.")
            if is_buy
            else WireError(-1199, "A take profit order in a sell OCO must be above.")
        )


def _check_paying(call: Call, is_paid: bool) -> None:
    """Raise WireError for an OPO that does not sell what it has bought."""
    if is_paid and not call["workingSide"]:
        raise WireError(-1222, "Working order in an OPO list must be a bid.")
    if is_paid and call["pendingSide"]:
        raise WireError(-1223, "Pending orders in an OPO list must be asks.")


def leg_order(call: Call, owner: Owner, each: Leg, given: dict[str, Any], is_paid: bool = False) -> PlaceOrder:
    """Return one order of a list; `given` are parameters it has from elsewhere. One that `is_paid` has no quantity.

    Raises WireError as for a single order, with the parameter named as it was sent.
    """
    values: dict[str, Any] = dict.fromkeys(("quoteOrderQty", "newOrderRespType", *FIELDS, *SPOT_FIELDS))
    values |= {name: call.values.get(sent) for name, sent in each.names.items()}
    values |= {"selfTradePreventionMode": call["selfTradePreventionMode"], **given}
    for name in ("strategyId", "strategyType"):
        values[name] = terms.NO_STRATEGY if values[name] is None else values[name]
    if values["icebergQty"] is not None and values["timeInForce"] not in (None, terms.GTC):
        iceberg, in_force = each.names["icebergQty"], each.names["timeInForce"]
        raise WireError(-1160, f"Parameter '{iceberg}' is not supported if {in_force} is not GTC.")
    if is_paid:
        values["quantity"] = 1
    try:
        order = order_of(call, values, owner.kind, owner.side_effect, owner.is_repaid_at_cancel)
    except WireError as error:
        raise _renamed(error, each.names) from error
    if is_paid:
        order.quantity = 0
    return order


def _renamed(error: WireError, names: Mapping[str, str]) -> WireError:
    """Return an error about a parameter with the name under which it was sent."""
    text = error.text
    for name, sent in names.items():
        text = text.replace(f"'{name}'", f"'{sent}'")
    found = WireError(error.code, text, error.status, error.data)
    found.refusal = error.refusal
    return found
