"""The words of a scenario file as typed values: given, when, then.

Accounts are named `alice` (the cross account), `alice spot`, or `alice BTCUSDT` (an isolated account). Amounts are
plain decimals of the asset, prices USDT or the pair's quote.
"""

from decimal import Decimal
from typing import Any, Literal

import msgspec

from leverline.lab.scenarios.figures import Figure
from leverline.parameters import RULE_SET_DEFAULT

Amounts = dict[str, Decimal]
Level = tuple[Decimal, Decimal]
"""Price and quantity."""


class Record(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of all: a word that is not known is a fault."""


class Book(Record):
    """What the market maker quotes in one pair, best first."""

    bids: list[Level] = []
    asks: list[Level] = []


class GivenAccount(Record):
    """An account as the story finds it. Besides `owes` it owes the first hour's interest."""

    holds: Amounts = {}
    owes: Amounts = {}
    mode: Literal["classic", "pro"] = "classic"
    leverage: int = 5
    vip: int = 0


class Given(Record):
    """The venue before the story."""

    prices: Amounts
    accounts: dict[str, GivenAccount]
    pairs: list[str] = []
    """Besides the USDT pairs of all priced assets."""
    books: dict[str, Book] = {}
    fund: Decimal = Decimal(1_000_000)
    """USDT."""
    index: Literal["pinned", "live"] = "pinned"
    """Live: a source silent for 10 s weighs nothing (rule 2.2)."""
    rules: str = RULE_SET_DEFAULT
    """The rule set, one of `rule_sets()`."""
    sources: int = 1
    """Index sources, of which each asset needs as many."""


class Source(Record):
    """One index source speaks; a price of 0 is its silence."""

    name: str
    prices: Amounts


class Funds(Record):
    """An amount into or out of a user's spot wallet."""

    user: str
    asset: str
    amount: Decimal


class Move(Record, rename={"source": "from", "target": "to"}):
    """A transfer between two accounts of one user: `spot`, `cross` or a pair."""

    user: str
    asset: str
    amount: Decimal
    source: str = "spot"
    target: str = "cross"


class Debt(Record):
    """A loan, or a repayment (in full without an amount)."""

    account: str
    asset: str
    amount: Decimal | None = None


class OrderWords(Record):
    """An order: LIMIT with a price, MARKET without, a stop loss with a stop."""

    account: str
    pair: str
    quantity: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    quote: Decimal = Decimal(0)
    stop: Decimal = Decimal(0)
    order_type: str = ""
    time_in_force: str = "GTC"
    side_effect: str = "NO_SIDE_EFFECT"
    self_trade: str = "EXPIRE_MAKER"


class Oco(Record):
    """Two sales, or purchases, of which one acts: a limit and a stop."""

    account: str
    pair: str
    side: Literal["BUY", "SELL"]
    quantity: Decimal
    above: Decimal
    below: Decimal


class InPair(Record):
    """All orders of an account in a pair."""

    account: str
    pair: str


class OfAccount(Record):
    """One account."""

    account: str


class OfUser(Record):
    """One user."""

    user: str


class Waiver(Record):
    """What is given up of a user's liquidation loan (all that is left without an amount)."""

    user: str
    amount: Decimal | None = None


class Permission(Record):
    """What a user has passed the questionnaires for (rule 12)."""

    user: str
    margin: bool = True
    pro: bool = True


class Some(Record):
    """Some assets of an account."""

    account: str
    assets: list[str]


class Position(Record):
    """A position of a cross account, and what it is closed for."""

    account: str
    asset: str
    settlement: str = "USDT"


class Switch(Record):
    """Another mode of a cross account; the leverage is that of Classic."""

    user: str
    mode: Literal["classic", "pro"]
    leverage: int = 5


class ParameterChange(Record):
    """Figures that change together: decimal texts, tables as lists of rows of them; at once without `after`."""

    id: str
    figures: dict[str, str | list[list[str]]]
    after: str = ""


class Delist(Record):
    """A delisting of an asset or a pair; spans from now, as `8d`, and both stops at once without one."""

    name: str
    after: str
    borrow_stop: str = ""
    transfer_stop: str = ""


class Pause(Record):
    """A cooling-off that a user chooses, for a span from now."""

    user: str
    term: str


class AccountCheck(Record):
    """How an account stands."""

    status: Literal["EXCESSIVE", "NORMAL", "MARGIN_CALL", "FORCE_LIQUIDATION"] | None = None
    locked: bool | None = None
    mode: Literal["classic", "pro", "isolated"] | None = None
    level: Figure | None = None
    collateral_level: Figure | None = None
    value: Figure | None = None
    """Of the assets, USDT at index."""
    owed: Figure | None = None
    """Value of the liabilities."""
    holds: dict[str, Figure] = {}
    """Free and locked."""
    free: dict[str, Figure] = {}
    owes: dict[str, Figure] = {}
    """Principal and interest."""
    interest: dict[str, Figure] = {}
    orders: Figure | None = None
    can_borrow: dict[str, Figure] = {}
    can_transfer: dict[str, Figure] = {}
    liquidation_price: dict[str, Figure] = {}


class EventCheck(Record):
    """An event that happened, `count` times if that is said; `values` are its fields."""

    event: str
    of: str = ""
    """A user, or with spot or a pair one of his accounts."""
    count: int | None = None
    values: dict[str, Any] = {}
    """Field → its text, or a figure."""


class FundRowCheck(Record):
    """What the fund's ledger says of one kind of row: the sum of an asset, of one product or all."""

    kind: str
    amount: Figure
    asset: str = "USDT"
    product: Literal["classic", "pro", "isolated", "any"] = "any"


class Liquidator(Record):
    """What the liquidation account holds and owes."""

    holds: dict[str, Figure] = {}
    owes: dict[str, Figure] = {}


class Then(Record):
    """What must be true. Events are those since the story began."""

    accounts: dict[str, AccountCheck] = {}
    happened: list[EventCheck] = []
    never: list[str] = []
    order: dict[str, list[str]] = {}
    """Event → the users it happened to, in order."""
    fund: dict[str, Figure] = {}
    fund_ledger: list[FundRowCheck] = []
    liquidation_account: Liquidator | None = None
    written_off: dict[str, Figure] = {}
    borrowing: Literal["open", "stopped"] | None = None
    gate: Literal["open", "closed"] | None = None
    """Whether transfers out of margin and withdrawals go on."""
    index: dict[str, Figure] = {}
    stale: list[str] | None = None


class SourceWords(Record):
    """An index source, of one asset or of all."""

    name: str
    asset: str = ""


Product = Literal["all", "classic", "pro", "isolated"]


class OperatorAct(Record):
    """What an operator stops and lets go on; one of them."""

    pause: Product | None = None
    resume: Product | None = None
    take_over: str | None = None
    trading: Literal["stop", "resume"] | None = None
    exclude: SourceWords | None = None
    include: SourceWords | None = None


class Step(Record):
    """One act, `refused` by this name if that is said, and what must be true after it."""

    prices: Amounts | None = None
    source: Source | None = None
    wait: str | None = None
    books: dict[str, Book] | None = None
    deposit: Funds | None = None
    withdraw: Funds | None = None
    transfer: Move | None = None
    borrow: Debt | None = None
    repay: Debt | None = None
    buy: OrderWords | None = None
    sell: OrderWords | None = None
    oco: Oco | None = None
    cancel_all: InPair | None = None
    open: OfAccount | None = None
    close: OfAccount | None = None
    repay_all: OfAccount | None = None
    close_position: Position | None = None
    sell_out: OfAccount | None = None
    restrict: dict[str, bool] | None = None
    """Asset → whether it is closed for longs."""
    permission: Permission | None = None
    exchange_debts: Some | None = None
    convert_dust: Some | None = None
    repay_liquidation_loan: Funds | None = None
    waive_liquidation_loan: Waiver | None = None
    leverage: dict[str, int] | None = None
    switch: Switch | None = None
    bnb_interest: OfUser | None = None
    pairs: dict[str, Literal["TRADING", "HALTED", "CANCEL_ONLY", "REDUCE_ONLY"]] | None = None
    top_up: Amounts | None = None
    house: Amounts | None = None
    supply: Amounts | None = None
    resume_borrowing: Literal["all"] | None = None
    lift_bar: OfUser | None = None
    delist: Delist | None = None
    withdraw_delisting: str | None = None
    cool_off: Pause | None = None
    restart: Literal["whole", "torn"] | None = None
    change: ParameterChange | None = None
    withdraw_change: str | None = None
    operator: OperatorAct | None = None
    steps: list["Step"] | None = None
    """Several steps as one act."""
    refused: str = ""
    then: Then | None = None
    times: int = 1
    """The act so many times over."""


ACTS = tuple(name for name in Step.__struct_fields__ if name not in ("refused", "then", "times"))


class Scenario(Record):
    """A whole file."""

    scenario: str
    """A sentence."""
    rules: list[str]
    given: Given
    when: list[Step]
    then: Then | None = None
    failure_classes: list[int] = []
    """Numbers of the failure classes in docs/guides/scenarios.md."""
    story: str = ""
