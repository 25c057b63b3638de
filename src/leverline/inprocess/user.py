"""One user of a venue in the process."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from leverline.engine import commands
from leverline.engine.liquidation_answer import answer_liquidation
from leverline.inprocess.answers import LiquidationAnswerRecord, answer_record
from leverline.inprocess.closing import ClosingTools
from leverline.inprocess.order_lists import (
    Leg,
    OpenListRecord,
    PlacedListRecord,
    open_list_record,
    placed_list_record,
)
from leverline.inprocess.previews import PreviewRecord, preview_record
from leverline.inprocess.records import (
    AccountRecord,
    OpenOrderRecord,
    OrderRecord,
    account_record,
    open_order_record,
    order_record,
    skipped_level,
)
from leverline.inprocess.refused import CommandRefused
from leverline.inprocess.words import (
    Number,
    amount_of,
    code_of,
    decimal_of,
    kind_for,
    order_type_named,
    signed_ratio_of,
    wallet_named,
)
from leverline.kernel.decimals import RATIO_DECIMALS
from leverline.kernel.time import DAY
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.margin.account import CLASSIC, PRO, MarginAccount
from leverline.market import terms
from leverline.market.account import TradingAccount
from leverline.market.events import QuoteSkipped
from leverline.rulebook.refusals import Refusal

if TYPE_CHECKING:
    from leverline.inprocess.venue import Venue


class UserFace:
    """One user of a Venue. Accounts are named `"spot"`, `"cross"`, or by the pair of an isolated account."""

    def __init__(self, venue: "Venue", name: str, user_id: int) -> None:
        self.venue = venue
        self.name = name
        self.user_id = user_id
        self.closing = ClosingTools(venue, user_id)

    def deposit(self, asset: str, amount: Number) -> None:
        """Deposit into the spot wallet."""
        self.venue.send(commands.Deposit(self.user_id, asset, amount_of(amount)))

    def withdraw(self, asset: str, amount: Number) -> None:
        """Withdraw from the spot wallet."""
        self.venue.send(commands.Withdraw(self.user_id, asset, amount_of(amount)))

    def open_cross(self, leverage: int = 5) -> None:
        """Open the cross account, Classic 3x or 5x."""
        if leverage not in self.venue.parameters.classic:
            raise CommandRefused(Refusal.LEVERAGE_NOT_OFFERED, f"leverage {leverage} is not offered in Classic")
        self.venue.send(commands.OpenMarginAccount(self.user_id, CROSS))
        self.venue.send(commands.SetLeverage(self.user_id, leverage))

    def set_leverage(self, leverage: int) -> None:
        """Change the Classic leverage, 3x or 5x."""
        self.venue.send(commands.SetLeverage(self.user_id, leverage))

    def open_isolated(self, pair: str) -> None:
        """Open the isolated account of `pair`."""
        self.venue.send(commands.OpenMarginAccount(self.user_id, ISOLATED, pair))

    def switch_to_pro(self) -> None:
        """Switch the cross account to Pro."""
        self.venue.send(commands.SwitchMode(self.user_id, PRO))

    def switch_to_classic(self, leverage: int) -> None:
        """Switch the cross account back to Classic at 3x or 5x."""
        self.venue.send(commands.SwitchMode(self.user_id, CLASSIC, leverage))

    def set_vip(self, level: int) -> None:
        """Fix the user's VIP level."""
        self.venue.send(commands.SetVipLevel(self.user_id, level))

    def pay_in_bnb(self, fees: bool, interest: bool) -> None:
        """Pay commission and/or interest in BNB."""
        self.venue.send(commands.SetBnbSwitches(self.user_id, fees, interest))

    def cool_off(self, days: int) -> None:
        """Take no loan and no more leverage for so many days; a pause that is under way only becomes longer."""
        self.venue.send(commands.CoolOff(self.user_id, days * DAY))

    def transfer(self, asset: str, amount: Number, source: str = "spot", to: str = "cross") -> None:
        """Move funds between two of the user's accounts."""
        source_kind, source_pair = wallet_named(source)
        target_kind, target_pair = wallet_named(to)
        self.venue.send(
            commands.Transfer(
                self.user_id, asset, amount_of(amount), source_kind, target_kind, source_pair, target_pair
            )
        )

    def borrow(self, asset: str, amount: Number, account: str = "cross") -> None:
        """Borrow from the pool; the first hour is charged at once."""
        kind, pair = wallet_named(account)
        self.venue.send(commands.Borrow(self.user_id, kind, asset, amount_of(amount), pair))

    def repay(self, asset: str, amount: Number | None = None, account: str = "cross") -> None:
        """Repay an amount, or in full."""
        kind, pair = wallet_named(account)
        units = 0 if amount is None else amount_of(amount)
        self.venue.send(commands.Repay(self.user_id, kind, asset, units, pair))

    def buy(self, pair: str, quantity: Number = 0, price: Number = 0, **words: Number) -> OrderRecord:
        """Buy; `words` are those of `order`."""
        return self.order(pair, True, quantity, price, **words)  # type: ignore[arg-type]

    def sell(self, pair: str, quantity: Number = 0, price: Number = 0, **words: Number) -> OrderRecord:
        """Sell; `words` are those of `order`."""
        return self.order(pair, False, quantity, price, **words)  # type: ignore[arg-type]

    def order(
        self, pair: str, is_buy: bool, quantity: Number = 0, price: Number = 0, quote: Number = 0, stop: Number = 0,
        account: str = "spot", order_type: str = "", time_in_force: str = "GTC", side_effect: str = "NO_SIDE_EFFECT",
        self_trade: str = "EXPIRE_MAKER", iceberg: Number = 0, client_id: str = "", trailing: int = 0,
    ) -> OrderRecord:  # fmt: skip
        """Place an order. Without `order_type`: LIMIT if a price is given, else MARKET (by `quantity` or `quote`).

        `trailing` in basis points lets a stop or take-profit order follow the price (rule 9.8). With it, or with a
        `stop`, it is a STOP_LOSS_LIMIT or STOP_LOSS unless `order_type` says otherwise.
        """
        command = self._order(
            pair, is_buy, quantity, price, quote, stop, account, order_type, time_in_force, side_effect, self_trade,
            iceberg, client_id, trailing,
        )  # fmt: skip
        return order_record(self.venue.send(command))

    def preview(
        self, pair: str, is_buy: bool, quantity: Number = 0, price: Number = 0, **words: Number
    ) -> PreviewRecord:
        """Return what `order` with the same words would do now, or why it would be refused; nothing changes."""
        command = self._order(pair, is_buy, quantity, price, **words)  # type: ignore[arg-type]
        return preview_record(self.venue.engine.preview(command))

    def _order(
        self, pair: str, is_buy: bool, quantity: Number = 0, price: Number = 0, quote: Number = 0, stop: Number = 0,
        account: str = "spot", order_type: str = "", time_in_force: str = "GTC", side_effect: str = "NO_SIDE_EFFECT",
        self_trade: str = "EXPIRE_MAKER", iceberg: Number = 0, client_id: str = "", trailing: int = 0,
    ) -> commands.PlaceOrder:  # fmt: skip
        """Return the command of an order in these words."""
        kind = kind_for(account, pair)
        return commands.PlaceOrder(
            self.user_id, kind, pair, is_buy,
            order_type_named(order_type, amount_of(price) != 0, amount_of(stop) != 0 or trailing != 0),
            quantity=amount_of(quantity), price=amount_of(price), quote_quantity=amount_of(quote),
            stop_price=amount_of(stop),
            time_in_force=code_of(terms.TIME_IN_FORCE_NAMES, time_in_force, "time in force"),
            self_trade=code_of(terms.SELF_TRADE_NAMES, self_trade, "self-trade prevention mode"),
            side_effect=code_of(terms.SIDE_EFFECT_NAMES, side_effect, "side effect"),
            iceberg_quantity=amount_of(iceberg), client_id=client_id, trailing_delta=trailing,
        )  # fmt: skip

    def oco(self, pair: str, above: Leg, below: Leg, **words: str) -> PlacedListRecord:
        """Place two orders of one side and size of which one acts: a target and a stop, above and below the price.

        `words` of all lists: `account`, `side_effect`, and the list's own `client_id`.
        """
        return self._place_list(terms.OCO, pair, [above, below], **words)

    def oto(self, pair: str, working: Leg, pending: Leg, **words: str) -> PlacedListRecord:
        """Place an order which, filled whole, places another."""
        return self._place_list(terms.OTO, pair, [working, pending], **words)

    def otoco(self, pair: str, working: Leg, above: Leg, below: Leg, **words: str) -> PlacedListRecord:
        """Place an order which, filled whole, places an OCO."""
        return self._place_list(terms.OTOCO, pair, [working, above, below], **words)

    def opo(self, pair: str, working: Leg, pending: Leg, **words: str) -> PlacedListRecord:
        """Place a purchase which, filled whole, places a sale of what it bought."""
        return self._place_list(terms.OPO, pair, [working, pending], **words)

    def opoco(self, pair: str, working: Leg, above: Leg, below: Leg, **words: str) -> PlacedListRecord:
        """Place a purchase which, filled whole, places an OCO that sells what it bought."""
        return self._place_list(terms.OPOCO, pair, [working, above, below], **words)

    def cancel_list(self, pair: str, list_id: int, account: str = "spot") -> None:
        """Cancel all that is left of an order list."""
        self.venue.send(commands.CancelOrderList(self.user_id, kind_for(account, pair), pair, list_id))

    def open_lists(self, account: str = "spot") -> list[OpenListRecord]:
        """Return the order lists of an account that are not done, oldest first."""
        return [open_list_record(order_list) for order_list in self._wallet(account).order_lists.values()]

    def _place_list(
        self, shape: int, pair: str, legs: list[Leg], account: str = "spot", side_effect: str = "NO_SIDE_EFFECT",
        client_id: str = "",
    ) -> PlacedListRecord:  # fmt: skip
        """Place an order list. In an OCO an order with a price alone is a LIMIT_MAKER."""
        orders = [
            self._order(
                pair, leg.is_buy, leg.quantity, leg.price, 0, leg.stop, account, leg.order_type,
                leg.time_in_force, side_effect, leg.self_trade, leg.iceberg, leg.client_id, leg.trailing,
            )
            for leg in legs
        ]  # fmt: skip
        for leg, order in zip(legs, orders, strict=True):
            is_paired = shape == terms.OCO or (len(legs) > 2 and leg is not legs[0])
            if is_paired and not leg.order_type and order.order_type == terms.LIMIT:
                order.order_type = terms.LIMIT_MAKER
        return placed_list_record(self.venue.send(commands.PlaceOrderList(shape, orders, client_id)))

    def quote(
        self, pair: str, bids: list[tuple[Number, Number]], asks: list[tuple[Number, Number]], account: str = "spot"
    ) -> list[str]:
        """Replace all quotes of this user in `pair` by these (price, quantity), best first.

        Returns in words which levels were left out, and why: they would have traded at once, or lack funds.
        """
        rows = [[(amount_of(price), amount_of(quantity)) for price, quantity in side] for side in (bids, asks)]
        events = self.venue.send(commands.MassQuote(self.user_id, kind_for(account, pair), pair, rows[0], rows[1]))
        return [skipped_level(event) for event in events if isinstance(event, QuoteSkipped)]

    def amend(self, pair: str, order_id: int, quantity: Number, account: str = "spot") -> None:
        """Reduce an open order to `quantity`, what is executed included; it keeps its place and name (rule 9.9).

        The other order of its OCO is reduced with it.
        """
        wallet = self._wallet(account)
        order = wallet.orders.get(order_id) or wallet.pending.get(order_id)
        name = "" if order is None else order.client_id
        kind = kind_for(account, pair)
        self.venue.send(
            commands.AmendOrder(self.user_id, kind, pair, order_id, amount_of(quantity), new_client_id=name)
        )

    def cancel(self, pair: str, order_id: int, account: str = "spot") -> None:
        """Cancel an open order."""
        kind = kind_for(account, pair)
        self.venue.send(commands.CancelOrder(self.user_id, kind, pair, order_id))

    def cancel_all(self, pair: str, account: str = "spot") -> None:
        """Cancel all open orders in a pair."""
        self.venue.send(commands.CancelAllOrders(self.user_id, kind_for(account, pair), pair))

    def open_orders(self, account: str = "spot") -> list[OpenOrderRecord]:
        """Return the open orders of an account, oldest first."""
        return [open_order_record(order) for order in self._wallet(account).orders.values()]

    def account(self, name: str = "cross") -> AccountRecord:
        """Return an account as plain values."""
        return account_record(self.venue.engine.core, self._wallet(name))

    def max_borrowable(self, asset: str, account: str = "cross") -> Decimal:
        """Return the most that can be borrowed of `asset` now."""
        limits = self.venue.engine.core.risk.limits
        return decimal_of(limits.max_borrowable(self._margin(account), self.venue.asset(asset)))

    def max_transferable(self, asset: str, account: str = "cross") -> Decimal:
        """Return the most that can be transferred out of `asset` now."""
        limits = self.venue.engine.core.risk.limits
        return decimal_of(limits.max_transferable(self._margin(account), self.venue.asset(asset)))

    def liquidation_price(self, asset: str, account: str = "cross") -> Decimal | None:
        """Return the index price of `asset` in USDT at which the account is liquidated, all else fixed, or None."""
        price = self.venue.engine.core.risk.liquidation_price(self._margin(account), self.venue.asset(asset))
        return None if price is None else decimal_of(price, RATIO_DECIMALS)

    def liquidation_answer(
        self, account: str = "cross", moves: Mapping[str, Number] | None = None, others: Number = -1
    ) -> LiquidationAnswerRecord:
        """Return what liquidates an account: prices by asset, the common move, the hour (exact, nothing is changed).

        Along the move each index price becomes price × (1 + weight × share): `moves` has weights by asset, `others` is
        that of every other one. By default all fall.
        """
        weights = {self.venue.asset(asset): signed_ratio_of(weight) for asset, weight in (moves or {}).items()}
        core = self.venue.engine.core
        return answer_record(answer_liquidation(core, self._margin(account), weights, signed_ratio_of(others)))

    def _wallet(self, name: str) -> TradingAccount:
        """Return the account called `name`."""
        user = self.venue.engine.core.users[self.user_id]
        kind, pair = wallet_named(name)
        found = user.spot if kind == SPOT else user.margin_account(kind, pair)
        if found is None:
            raise CommandRefused(Refusal.NO_MARGIN_ACCOUNT, f"{self.name} has no {name} account")
        return found

    def _margin(self, name: str) -> MarginAccount:
        """Return the margin account called `name`."""
        found = self._wallet(name)
        if not isinstance(found, MarginAccount):
            raise CommandRefused(Refusal.NO_MARGIN_ACCOUNT, f"{name} is no margin account")
        return found
