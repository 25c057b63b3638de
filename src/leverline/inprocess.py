"""A venue in the process: no network, no files, a clock that you drive. For notebooks and tests.

    from leverline import Venue

    venue = Venue()
    venue.set_index(BTC="60000")
    alice = venue.user("alice", USDT="10000")

Numbers go in as decimal text, int or Decimal (never float) and come out as Decimal. A refused command raises
`CommandRefused`, which names what and why; it has changed nothing.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from leverline.engine import commands
from leverline.engine.commands import Command
from leverline.engine.engine import Engine
from leverline.engine.events import Refused
from leverline.kernel.decimals import RATIO_DECIMALS, format_decimal, parse_amount, parse_ratio
from leverline.kernel.events import Event
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.margin.account import CLASSIC, MAY_MARGIN, MAY_PRO, MODE_NAMES, PRO, STATUS_NAMES, MarginAccount
from leverline.market import terms
from leverline.market.account import TradingAccount
from leverline.market.events import OrderAccepted, OrderEnded, Trade
from leverline.parameters import load_parameters, with_pinned_index
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal, wire_code

Number = str | int | Decimal
_SPANS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_START = 1_767_225_600 * SECOND  # 2026-01-01T00:00:00Z
_FUND_START = "1000000"


class CommandRefused(Exception):
    """A command was refused. `refusal` is its name, `code` the wire code, `detail` what and why."""

    def __init__(self, refusal: Refusal, detail: str) -> None:
        super().__init__(f"{refusal.name} ({wire_code(refusal)}): {detail}")
        self.refusal = refusal
        self.code = wire_code(refusal)
        self.detail = detail


@dataclass(frozen=True)
class BalanceRecord:
    """One asset of one wallet, in whole units."""

    asset: str
    free: Decimal
    locked: Decimal
    borrowed: Decimal
    interest: Decimal


@dataclass(frozen=True)
class AccountRecord:
    """A wallet as plain values. Totals are USDT at index; levels are None without debt."""

    kind: str
    pair: str
    mode: str
    leverage: int
    status: str
    margin_level: Decimal | None
    collateral_level: Decimal | None
    assets_value: Decimal
    liabilities_value: Decimal
    balances: dict[str, BalanceRecord]


@dataclass(frozen=True)
class OrderRecord:
    """What became of an order at placement."""

    order_id: int
    status: str
    executed: Decimal
    executed_quote: Decimal
    average_price: Decimal | None
    borrowed: Decimal


class Venue:
    """A whole venue in memory, with house-funded lending pools and an insurance fund, and a clock that only you move.

    `parameters` defaults to the shipped `2025` rule set. Index prices stay as set until you change them.
    """

    def __init__(self, parameters: VenueParameters | None = None) -> None:
        self.parameters = parameters or with_pinned_index(load_parameters())
        self.engine = Engine(self.parameters)
        self.time = _START
        self.users: dict[str, UserFace] = {}
        self.events: list[Event] = []
        """Everything that happened so far, in order."""
        self._open_house()

    def _open_house(self) -> None:
        """Fund pools and insurance fund from the house, as the parameters say."""
        for asset in self.parameters.assets.values():
            if asset.pool_supply:
                self.send(commands.HouseDeposit(asset.symbol, asset.pool_supply))
                self.send(commands.SupplyPool(asset.symbol, asset.pool_supply))
        self.send(commands.HouseDeposit("USDT", parse_amount(_FUND_START)))
        self.send(commands.TopUpFund("USDT", parse_amount(_FUND_START)))

    def send(self, command: Command) -> list[Event]:
        """Apply one command now and return its events; raises CommandRefused."""
        return self._send_at(command, self.time)

    def _send_at(self, command: Command, time: int) -> list[Event]:
        """Apply one command at `time`, which becomes the present unless the venue refuses it."""
        events = self.engine.apply(command, time)
        self.time = max(self.time, self.engine.time)
        self.events.extend(events)
        if events and isinstance(events[-1], Refused):
            raise CommandRefused(events[-1].refusal, events[-1].detail)
        return events

    def set_index(self, **prices: Number) -> list[Event]:
        """Set index prices in USDT: `venue.set_index(BTC="60000", ETH="2500")`."""
        rows = [(asset, _ratio(price), 1) for asset, price in prices.items()]
        return self.send(commands.PublishPrices("house", rows))

    def advance(self, span: str | int) -> list[Event]:
        """Move the clock by `"90s"`, `"15m"`, `"24h"`, `"7d"` or microseconds; returns what happened on the way."""
        return self._send_at(commands.AdvanceTime(), self.time + _microseconds(span))

    def user(self, name: str, **funds: Number) -> "UserFace":
        """Make a user who may trade on margin, Pro included, with `funds` in the spot wallet."""
        if name in self.users:
            raise CommandRefused(Refusal.USER_EXISTS, f"user {name!r} exists")
        deposits = [commands.Deposit(len(self.users) + 1, self.asset(asset), _amount(funds[asset])) for asset in funds]
        face = UserFace(self, name, len(self.users) + 1)
        self.send(commands.RegisterUser(face.user_id))
        self.send(commands.GrantPermission(face.user_id, MAY_MARGIN))
        self.send(commands.GrantPermission(face.user_id, MAY_PRO))
        self.users[name] = face
        for deposit in deposits:
            self.send(deposit)
        return face

    def asset(self, symbol: str) -> str:
        """Return `symbol`; raises CommandRefused if the catalogue has no such asset."""
        if symbol not in self.parameters.assets:
            raise CommandRefused(Refusal.UNKNOWN_ASSET, f"asset {symbol!r} is not in the catalogue")
        return symbol

    def index(self, asset: str) -> Decimal:
        """Return the index price of `asset` in USDT, the last one while it is stale; 0 before the first."""
        return _decimal(self.engine.core.board.assets[self.asset(asset)].price, RATIO_DECIMALS)

    def fund(self) -> dict[str, Decimal]:
        """Return what the insurance fund holds, by asset."""
        venue = self.engine.core.ledger.venue
        return {asset: _decimal(accounts.fund) for asset, accounts in venue.items() if accounts.fund}

    def borrow_rate(self, asset: str) -> Decimal:
        """Return the hourly borrow rate of `asset` before any VIP discount."""
        return _decimal(self.engine.core.desk.pools[self.asset(asset)].rate_hourly, RATIO_DECIMALS)

    def conservation_faults(self) -> list[str]:
        """Return broken ledger invariants; empty when every unit is accounted for."""
        return self.engine.conservation_faults()

    def state_hash(self) -> str:
        """Return the hash of the whole state."""
        return self.engine.state_hash()


class UserFace:
    """One user of a Venue. Accounts are named `"spot"`, `"cross"`, or by the pair of an isolated account."""

    def __init__(self, venue: Venue, name: str, user_id: int) -> None:
        self.venue = venue
        self.name = name
        self.user_id = user_id

    def deposit(self, asset: str, amount: Number) -> None:
        """Deposit into the spot wallet."""
        self.venue.send(commands.Deposit(self.user_id, asset, _amount(amount)))

    def withdraw(self, asset: str, amount: Number) -> None:
        """Withdraw from the spot wallet."""
        self.venue.send(commands.Withdraw(self.user_id, asset, _amount(amount)))

    def open_cross(self, leverage: int = 5) -> None:
        """Open the cross account, Classic 3x or 5x."""
        self.venue.send(commands.OpenMarginAccount(self.user_id, CROSS))
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

    def transfer(self, asset: str, amount: Number, source: str = "spot", to: str = "cross") -> None:
        """Move funds between two of the user's accounts."""
        source_kind, source_pair = _named(source)
        target_kind, target_pair = _named(to)
        self.venue.send(
            commands.Transfer(self.user_id, asset, _amount(amount), source_kind, target_kind, source_pair, target_pair)
        )

    def borrow(self, asset: str, amount: Number, account: str = "cross") -> None:
        """Borrow from the pool; the first hour is charged at once."""
        kind, pair = _named(account)
        self.venue.send(commands.Borrow(self.user_id, kind, asset, _amount(amount), pair))

    def repay(self, asset: str, amount: Number | None = None, account: str = "cross") -> None:
        """Repay an amount, or in full."""
        kind, pair = _named(account)
        units = 0 if amount is None else _amount(amount)
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
        self_trade: str = "EXPIRE_MAKER", iceberg: Number = 0, client_id: str = "",
    ) -> OrderRecord:  # fmt: skip
        """Place an order. Without `order_type`: LIMIT if a price is given, else MARKET (by `quantity` or `quote`)."""
        kind = _kind_for(account, pair)
        name = order_type or ("LIMIT" if price else "MARKET")
        command = commands.PlaceOrder(
            self.user_id, kind, pair, is_buy, _code(terms.ORDER_TYPE_NAMES, name),
            quantity=_amount(quantity), price=_amount(price), quote_quantity=_amount(quote), stop_price=_amount(stop),
            time_in_force=_code(terms.TIME_IN_FORCE_NAMES, time_in_force),
            self_trade=_code(terms.SELF_TRADE_NAMES, self_trade),
            side_effect=_code(terms.SIDE_EFFECT_NAMES, side_effect),
            iceberg_quantity=_amount(iceberg), client_id=client_id,
        )  # fmt: skip
        return _order_record(self.venue.send(command))

    def quote(self, pair: str, bids: list[tuple[Number, Number]], asks: list[tuple[Number, Number]]) -> None:
        """Replace all quotes of this user in `pair` by these (price, quantity), best first, from the spot wallet."""
        rows = [[(_amount(price), _amount(quantity)) for price, quantity in side] for side in (bids, asks)]
        self.venue.send(commands.MassQuote(self.user_id, SPOT, pair, rows[0], rows[1]))

    def cancel(self, pair: str, order_id: int, account: str = "spot") -> None:
        """Cancel an open order."""
        kind = _kind_for(account, pair)
        self.venue.send(commands.CancelOrder(self.user_id, kind, pair, order_id))

    def account(self, name: str = "cross") -> AccountRecord:
        """Return an account as plain values."""
        return _account_record(self.venue, self._wallet(name), name)

    def max_borrowable(self, asset: str, account: str = "cross") -> Decimal:
        """Return the most that can be borrowed of `asset` now."""
        limits = self.venue.engine.core.risk.limits
        return _decimal(limits.max_borrowable(self._margin(account), self.venue.asset(asset)))

    def max_transferable(self, asset: str, account: str = "cross") -> Decimal:
        """Return the most that can be transferred out of `asset` now."""
        limits = self.venue.engine.core.risk.limits
        return _decimal(limits.max_transferable(self._margin(account), self.venue.asset(asset)))

    def liquidation_price(self, asset: str, account: str = "cross") -> Decimal | None:
        """Return the index price of `asset` in USDT at which the account is liquidated, all else fixed, or None."""
        price = self.venue.engine.core.risk.liquidation_price(self._margin(account), self.venue.asset(asset))
        return None if price is None else _decimal(price, RATIO_DECIMALS)

    def _wallet(self, name: str) -> TradingAccount:
        """Return the account called `name`."""
        user = self.venue.engine.core.users[self.user_id]
        kind, pair = _named(name)
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


def _named(account: str) -> tuple[int, str]:
    """Return kind and pair of an account's name."""
    if account == "spot":
        return SPOT, ""
    return (CROSS, "") if account == "cross" else (ISOLATED, account)


def _kind_for(account: str, pair: str) -> int:
    """Return the kind of the account that trades in `pair`; raises CommandRefused for another pair's account."""
    kind, own = _named(account)
    if kind == ISOLATED and own != pair:
        raise CommandRefused(Refusal.NOT_VALID_MARGIN_PAIR, f"the isolated account of {own} does not trade in {pair}")
    return kind


def _code(names: dict[int, str], name: str) -> int:
    """Return the number of a word; −1, which no command accepts, when there is no such word."""
    return next((code for code, text in names.items() if text == name), -1)


def _amount(number: Number) -> int:
    """Return a number as 10⁻⁸ units; raises TypeError for a float."""
    return parse_amount(_text(number))


def _ratio(number: Number) -> int:
    """Return a number as 10⁻¹² units; raises TypeError for a float."""
    return parse_ratio(_text(number))


def _text(number: Number) -> str:
    """Return the plain decimal text of a number."""
    if isinstance(number, bool) or not isinstance(number, (str, int, Decimal)):
        raise TypeError(f"give numbers as text, int or Decimal, not {type(number).__name__}: {number!r}")
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def _decimal(number: int, decimals: int = 8) -> Decimal:
    """Return an integer of 10⁻`decimals` as Decimal."""
    return Decimal(format_decimal(number, decimals))


def _microseconds(span: str | int) -> int:
    """Return a span of time in microseconds."""
    if isinstance(span, int):
        return span
    if not isinstance(span, str):
        raise TypeError(f"give a span as text like '90s', or as microseconds, not {type(span).__name__}: {span!r}")
    unit = _SPANS.get(span[-1:])
    if unit is None or not span[:-1].isdigit():
        raise ValueError(f"a span is a whole number and one of s, m, h, d: {span!r}")
    return int(span[:-1]) * unit


def _order_record(events: list[Event]) -> OrderRecord:
    """Return what the events of a placement say of the order itself."""
    accepted = next(event for event in events if isinstance(event, OrderAccepted))
    trades = [event for event in events if isinstance(event, Trade) and event.taker_order == accepted.order_id]
    executed = sum(trade.quantity for trade in trades)
    quote = sum(trade.quote_amount for trade in trades)
    ended = [event for event in events if isinstance(event, OrderEnded) and event.order_id == accepted.order_id]
    status = ended[0].status if ended else (terms.PARTIALLY_FILLED if executed else terms.NEW)
    return OrderRecord(
        accepted.order_id, terms.ORDER_STATUS_NAMES[status], _decimal(executed), _decimal(quote),
        _decimal(quote) / _decimal(executed) if executed else None, _decimal(accepted.loan),
    )  # fmt: skip


def _account_record(venue: Venue, wallet: TradingAccount, name: str) -> AccountRecord:
    """Return a wallet with its valuation."""
    balances = {
        asset: BalanceRecord(
            asset, _decimal(holding.free), _decimal(holding.locked), _decimal(holding.principal),
            _decimal(holding.interest),
        )
        for asset, holding in wallet.holdings.items()
    }  # fmt: skip
    if not isinstance(wallet, MarginAccount):
        value = sum(venue.index(asset) * (each.free + each.locked) for asset, each in balances.items())
        total = Decimal(value).quantize(Decimal("1e-8"), ROUND_DOWN)
        return AccountRecord("spot", "", "spot", 1, "EXCESSIVE", None, None, total, Decimal(0), balances)
    view = venue.engine.core.risk.view(wallet)
    return AccountRecord(
        "cross" if wallet.pair is None else "isolated", wallet.pair.symbol if wallet.pair else "",
        MODE_NAMES[wallet.mode], wallet.leverage, STATUS_NAMES[wallet.status],
        _decimal(view.level, RATIO_DECIMALS) if wallet.debts else None,
        _decimal(view.collateral_level, RATIO_DECIMALS) if wallet.debts else None,
        _decimal(view.assets), _decimal(view.liabilities), balances,
    )  # fmt: skip
