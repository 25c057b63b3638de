"""Everything the model knows, as plain values: balances by name, users, wallets, orders, index prices, rates."""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from leverline.rulebook.parameters import VenueParameters

SPOT, CROSS, ISOLATED, LIQUIDATION = 0, 1, 2, 3
CLASSIC, PRO, ISOLATED_MODE = 1, 2, 3
EXCESSIVE, NORMAL, MARGIN_CALL, FORCE_LIQUIDATION = 1, 2, 3, 4
NEVER = 1 << 62
USDT = "USDT"
BNB = "BNB"

Key = tuple[str, str, str]
"""(owner, bucket, asset)"""


@dataclass
class User:
    """A user; his wallets name him by id."""

    user_id: int
    vip_level: int
    parent_id: int
    is_vip_fixed: bool = False
    permissions: int = 0
    is_suspended: bool = False
    is_bnb_fee: bool = False
    is_bnb_interest: bool = False
    barred_until: int = 0
    deficits: int = 0
    waivers: dict[str, int] = field(default_factory=dict)
    volumes: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Day number → value traded (rule 8.4)."""


@dataclass(eq=False)
class Wallet:
    """A spot wallet or margin account, or the liquidation account."""

    number: int
    user_id: int
    kind: int
    pair: str = ""
    mode: int = 0
    leverage: int = 0
    fixed_tier: int = 0
    is_enabled: bool = True
    disabled_at: int = -NEVER
    status: int = EXCESSIVE
    locked_at: int | None = None
    """Start of the liquidation, None when not in one."""
    rounds_without_fill: int = 0
    next_turn: int = 0
    """When it may take its next step in liquidation."""

    def __post_init__(self) -> None:
        self.owner = f"wallet:{self.number}"
        """Its name in the chart of balances."""
        self.is_margin = self.kind in (CROSS, ISOLATED)
        """Whether it may owe."""


@dataclass(eq=False)
class Order:
    """One order; amounts and prices as posted, quantities in base."""

    order_id: int
    client_id: str
    wallet: Wallet
    pair: str
    is_buy: bool
    kind: int
    time_in_force: int
    self_trade: int
    side_effect: int
    is_repaid_at_cancel: bool
    quantity: int
    quote_quantity: int
    price: int
    stop_price: int
    iceberg: int
    trailing: int = 0
    """Basis points by which the price must turn to trigger it, 0 unless it trails (rule 9.8)."""
    best: int = 0
    """The best price that a trailing order has seen, 0 while it does not follow."""
    is_waiting: bool = False
    """Conditional and not yet triggered."""
    is_quote: bool = False
    is_liquidation: bool = False
    executed: int = 0
    executed_quote: int = 0
    prevented: int = 0
    """What self-trade prevention has taken off it, in base and, of one by quote amount, in quote (rule 9.6)."""
    prevented_quote: int = 0
    amends: int = 0
    locked: int = 0
    loan: int = 0
    visible: int = 0
    priority: int = 0
    """Place in the queue: a smaller number was there first."""
    status: int = 1

    @property
    def rest(self) -> int:
        """What is not executed, nor prevented."""
        return self.quantity - self.executed - self.prevented


@dataclass
class Index:
    """An asset's index price (rule 2)."""

    quotes: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Source → (price, weight, time)."""
    price: int = 0
    is_stale: bool = True
    history: list[tuple[int, int]] = field(default_factory=list)
    """(time, price) of every change since the last jump."""
    jump_price: int = 0
    jump_time: int = 0


@dataclass
class Pool:
    """What the lending pool of an asset needs besides its balances."""

    rate: Fraction = Fraction(0)
    usage: list[tuple[int, Fraction]] = field(default_factory=list)
    """(time, utilisation from then on), since the hour began."""


@dataclass
class Product:
    """What the liquidation account holds and owes of one product: whose profit or loss it is (rule 11.5)."""

    held: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    owed: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class State:
    """The venue."""

    parameters: VenueParameters
    now: int = -1
    hour: int = 0
    """Start of the next clock hour."""
    balance: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    assets_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Owner → the assets in which he ever had a balance: where to look."""
    carry: dict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    """(owner, asset) → interest accrued but not posted."""
    users: dict[int, User] = field(default_factory=dict)
    wallets: list[Wallet] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    """Open orders, oldest first."""
    index: dict[str, Index] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    last_price: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    pair_status: dict[str, int] = field(default_factory=dict)
    depth: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    income_shared: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    is_borrowing_stopped: bool = False
    products: dict[int, Product] = field(
        default_factory=lambda: {mode: Product() for mode in (CLASSIC, PRO, ISOLATED_MODE)}
    )
    stuck_since: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Asset that the liquidation account holds while stale → the first midnight that found it so, else 0."""
    next_order_id: int = 1
    next_priority: int = 1
    next_round: int = NEVER
    span_end: int = 0
    turns_left: int = 0
    """Turns of accounts in liquidation that may still be taken before `span_end` (rule 11.1)."""
    triggered: list[Order] = field(default_factory=list)
    """Conditional orders whose price was touched and which have not acted yet."""

    def amount(self, owner: str, bucket: str, asset: str) -> int:
        """Return one balance, signs as in the chart."""
        return self.balance.get((owner, bucket, asset), 0)

    def free(self, wallet: Wallet, asset: str) -> int:
        """Return what a wallet may dispose of."""
        return self.amount(wallet.owner, "free", asset)

    def held(self, wallet: Wallet, asset: str) -> int:
        """Return free plus locked."""
        return self.free(wallet, asset) + self.amount(wallet.owner, "locked", asset)

    def principal(self, wallet: Wallet, asset: str) -> int:
        """Return the principal owed, as a positive amount."""
        return -self.amount(wallet.owner, "principal", asset)

    def interest(self, wallet: Wallet, asset: str) -> int:
        """Return the interest owed, as a positive amount."""
        return -self.amount(wallet.owner, "interest", asset)

    def owed(self, wallet: Wallet, asset: str) -> int:
        """Return principal plus interest."""
        return self.principal(wallet, asset) + self.interest(wallet, asset)

    def has_debt(self, wallet: Wallet) -> bool:
        """Whether the wallet owes anything."""
        return any(self.owed(wallet, asset) for asset in self.assets_of[wallet.owner])

    def wallet(self, user_id: int, kind: int, pair: str = "") -> Wallet | None:
        """Return a user's wallet of that kind, None when he has none."""
        return next(
            (
                wallet
                for wallet in self.wallets
                if (wallet.user_id, wallet.kind, wallet.pair) == (user_id, kind, pair if kind == ISOLATED else "")
                and wallet.kind != LIQUIDATION
            ),
            None,
        )

    def person(self, wallet: Wallet) -> int:
        """Return who stands behind a wallet: sub-accounts are their parent's (rules 4.5, 8.4, 9.6)."""
        user = self.users.get(wallet.user_id)
        return 0 if user is None else user.parent_id or user.user_id

    def family(self, user: User) -> list[User]:
        """Return a user with his parent and all sub-accounts of either."""
        root = user.parent_id or user.user_id
        return [other for other in self.users.values() if root in (other.user_id, other.parent_id)]

    def accounts(self) -> list[Wallet]:
        """Return all margin accounts by number."""
        return [wallet for wallet in self.wallets if wallet.is_margin]

    def touches(self, wallet: Wallet) -> list[str]:
        """Return the assets that a wallet holds or owes, in catalogue order."""
        known = self.assets_of[wallet.owner]
        return [a for a in self.parameters.assets if a in known and (self.held(wallet, a) or self.owed(wallet, a))]

    def leans_on(self, wallet: Wallet) -> list[str]:
        """Return the assets that a wallet holds or owes, or gives or receives by open orders (rule 2.2)."""
        pairs = [self.parameters.pairs[order.pair] for order in self.orders if order.wallet is wallet]
        return self.touches(wallet) + [asset for pair in pairs for asset in (pair.base, pair.quote)]
