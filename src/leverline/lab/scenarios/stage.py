"""A scenario's venue with its users and market maker, and their accounts by name."""

from collections.abc import Mapping
from decimal import Decimal

from leverline.engine import commands
from leverline.inprocess import UserFace
from leverline.inprocess.words import amount_of, ratio_of, wallet_named
from leverline.kernel.events import Event
from leverline.lab.scenarios.faults import CannotBe
from leverline.lab.scenarios.records import Book
from leverline.lab.scenarios.staged import StagedVenue
from leverline.ledger.wallet import SPOT
from leverline.market.account import TradingAccount
from leverline.market.index_board import USDT
from leverline.rulebook.parameters import VenueParameters

MAKER = "maker"
"""Quotes the books, and has funds without end."""
_ENDLESS = "1000000000"


class Stage:
    """The venue of one scenario and everybody in it."""

    def __init__(self, parameters: VenueParameters, fund: Decimal, sources: int) -> None:
        self.venue = StagedVenue(parameters, fund)
        self.sources = [f"source {number + 1}" for number in range(sources)]

    def user(self, name: str) -> UserFace:
        """Return a user; raises CannotBe for one that the scenario does not name among its accounts."""
        if name not in self.venue.users:
            raise CannotBe(f"there is no user {name}")
        return self.venue.users[name]

    def account(self, name: str) -> tuple[UserFace, str]:
        """Return the user and the account that `alice`, `alice spot` or `alice BTCUSDT` names."""
        user, _, account = name.partition(" ")
        return self.user(user), account or "cross"

    def wallet(self, name: str) -> TradingAccount:
        """Return the wallet of an account that is open."""
        face, account = self.account(name)
        kind, pair = wallet_named(account)
        user = self.venue.engine.core.users[face.user_id]
        found = user.spot if kind == SPOT else user.margin_account(kind, pair)
        if found is None:
            raise CannotBe(f"{name} is not open")
        return found

    def is_of(self, event: Event, name: str) -> bool:
        """Whether an event is about a user, or where `name` goes on with spot or a pair, about that account."""
        wallet_id = getattr(event, "wallet_id", None)
        if " " in name:
            return wallet_id == self.wallet(name).wallet_id
        user_id = self.user(name).user_id
        return user_id in (getattr(event, "user_id", None), self._owner(wallet_id))

    def name_of(self, event: Event) -> str:
        """Return the user whom an event is about; empty where it is about none."""
        return next((name for name in self.venue.users if self.is_of(event, name)), "")

    def publish(self, prices: Mapping[str, Decimal]) -> None:
        """Let every index source say the same."""
        for source in self.sources:
            self.speak(source, prices)

    def speak(self, source: str, prices: Mapping[str, Decimal]) -> None:
        """Let one index source report prices, 0 for silence; raises CannotBe for the unit itself."""
        if USDT in prices:
            raise CannotBe("USDT has no index price: it is the unit")
        rows = [(asset, ratio_of(price), 1) for asset, price in prices.items()]
        self.venue.send(commands.PublishPrices(source, rows))

    def quote(self, pair: str, book: Book) -> None:
        """Let the maker quote a pair and nothing else in it; raises CannotBe for levels that cannot stand."""
        if MAKER not in self.venue.users:
            self.venue.user(MAKER, **dict.fromkeys(self.venue.parameters.assets, _ENDLESS))
        skipped = self.user(MAKER).quote(pair, list(book.bids), list(book.asks))
        if skipped:
            raise CannotBe(f"{pair} cannot have {'; '.join(skipped)}")

    def top_up(self, amounts: Mapping[str, Decimal]) -> None:
        """Pay the house's money into the insurance fund."""
        for asset, amount in amounts.items():
            self.venue.send(commands.HouseDeposit(asset, amount_of(amount)))
            self.venue.send(commands.TopUpFund(asset, amount_of(amount)))

    def _owner(self, wallet_id: int | None) -> int:
        """Return the user whose a wallet is, 0 for nobody's."""
        for wallet in self.venue.engine.core.ledger.wallets:
            if wallet.wallet_id == wallet_id and isinstance(wallet, TradingAccount):
                return wallet.user_id
        return 0
