"""One call of an endpoint: who calls, with which values, and the venue to answer from."""

from typing import Any, Final

from leverline.api.errors import WireError, named_error, refusal_error
from leverline.api.loan_warning import check_warning
from leverline.api.request import Request
from leverline.api.services import Services
from leverline.api.venue_faults import venue_error
from leverline.engine.commands import Command
from leverline.engine.commit import Commit
from leverline.engine.core import Core
from leverline.kernel.time import MILLISECOND
from leverline.ledger.wallet import SPOT
from leverline.margin.account import User
from leverline.market.account import TradingAccount
from leverline.market.asset import Asset
from leverline.market.pair import Pair
from leverline.rulebook.refusals import Refusal
from leverline.venue.faults import VenueBusy, VenueStopped

SPOT_PLACE: Final = (SPOT, "")


class Call:
    """What a handler is given. `call["name"]` is the value of a parameter."""

    __slots__ = ("is_microseconds", "key", "place", "request", "services", "session", "usage", "user_id", "values")

    def __init__(self, services: Services, request: Request) -> None:
        self.services = services
        self.request = request
        self.values: dict[str, Any] = {}
        self.user_id: int = 0
        """0 when nobody in particular calls."""
        self.key: Any = None
        """The API key's record of a call that bears one."""
        self.place: tuple[int, str] = SPOT_PLACE
        """The account that spot's interface acts on, kind and pair: the spot wallet, but for a special key's."""
        self.session: Any = None
        """The browser session of a call that bears one."""
        self.is_microseconds: bool = False
        self.usage: dict[str, str] = {}
        """Headers of the answer, of an error too: what is used of the limits that the call counts in."""

    def __getitem__(self, name: str) -> Any:
        """Return the value of a parameter, its default if it was not sent."""
        return self.values[name]

    @property
    def core(self) -> Core:
        """The engine's state, for reading."""
        return self.services.venue.core

    @property
    def user(self) -> User:
        """The engine's record of the user who calls."""
        return self.core.users[self.user_id]

    @property
    def trading_account(self) -> TradingAccount | None:
        """The account that spot's interface acts on: the key's; None where a special key's is not there."""
        kind, pair = self.place
        return self.user.spot if kind == SPOT else self.user.margin_account(kind, pair)

    @property
    def trading_wallet(self) -> int:
        """The wallet of that account; 0, which is nobody's, where there is none."""
        account = self.trading_account
        return 0 if account is None else account.wallet_id

    def trading_kind(self) -> int:
        """Return the kind of the wallet that an order in `symbol` is for; raises -2010 for a key of another pair."""
        kind, pair = self.place
        if pair and pair != self.values["symbol"]:
            raise WireError(-2010, "This symbol is not permitted for this account.")
        return kind

    def now(self) -> int:
        """Return the venue's time in microseconds."""
        return self.services.venue.clock.now()

    def stamp(self, time: int) -> int:
        """Return a time of the venue as this answer shows it: milliseconds unless microseconds were asked for."""
        return time if self.is_microseconds else time // MILLISECOND

    def pair(self, name: str = "symbol") -> Pair:
        """Return the pair that a parameter names; raises -1121 for an unknown one."""
        found = self.core.exchange.pairs.get(self.values[name])
        if found is None:
            raise named_error(Refusal.UNKNOWN_PAIR)
        return found

    def asset(self, name: str = "asset") -> Asset:
        """Return the asset that a parameter names; raises -3027 for an unknown one."""
        found = self.core.board.assets.get(self.values[name])
        if found is None:
            raise WireError(-3027, "Not a valid margin asset.")
        return found

    async def send(self, command: Command) -> Commit:
        """Send a command and return its durable commit; raises the refusal as a WireError."""
        check_warning(command, self.services.identity)
        try:
            commit = await self.services.venue.submit(command)
        except (VenueBusy, VenueStopped) as fault:
            raise venue_error(fault) from fault
        refused = commit.refused
        if refused is not None:
            raise refusal_error(refused)
        return commit
