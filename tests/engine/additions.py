"""Days with what the usual ones lack: VIP levels over resting Pro orders, BNB interest, sub-accounts that come late,
small exchanges with the house, an operator who stops things and lets them go on.
"""

import random
from collections.abc import Callable

from tests.engine.streams import TRADERS, RandomDays

from leverline.engine.commands import (
    AdvanceTime,
    Borrow,
    Command,
    ConvertDust,
    Deposit,
    ExchangeSmallDebts,
    ExcludeSource,
    GrantPermission,
    IncludeSource,
    OpenMarginAccount,
    PauseLiquidation,
    PlaceOrder,
    PublishPrices,
    RegisterUser,
    Repay,
    RepayLiquidationLoan,
    ResumeLiquidation,
    ResumeTrading,
    SetBnbSwitches,
    SetVipLevel,
    StopTrading,
    SwitchMode,
    TakeOverAccount,
    Transfer,
    WaiveLiquidationLoan,
    Withdraw,
)
from leverline.kernel.numbers import UNIT
from leverline.kernel.time import HOUR, SECOND
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.margin.account import MAY_MARGIN, MAY_PRO, PRO
from leverline.market.terms import LIMIT

VIP, BNB, FAMILY, SMALL, CONTROL, LOANS = "vip", "bnb", "family", "small", "control", "loans"


class AddedDays(RandomDays):
    """Random days in which the named kinds of event come often."""

    def __init__(self, rng: random.Random, *kinds: str) -> None:
        super().__init__(rng)
        self.queue: list[Command] = []
        self.next_user = 40
        added: dict[str, list[tuple[Callable[[], Command], int]]] = {
            VIP: [(self.vip_level, 10), (self.pro_order, 20)],
            BNB: [(self.bnb_switch, 8), (self.bnb_debt, 10), (self.hour, 12)],
            FAMILY: [(self.sub_account, 5), (self.pro_order, 8), (self.hour, 6)],
            CONTROL: [(self.paused, 6), (self.stopped, 1), (self.excluded, 5), (self.taken_over, 12)],
            LOANS: [(self.repay_loan, 12), (self.waive_loan, 2), (self.withdraw, 6)],
            SMALL: [(self.dust, 8), (self.small_debt, 8), (self.bnb_switch, 4), (self.hour, 10)],
        }
        for kind in kinds:
            self.acts += added[kind]

    def next(self) -> tuple[Command, int]:
        """Return the next command and its time; what was begun is brought to its end first."""
        return (self.queue.pop(0), self.time) if self.queue else super().next()

    def vip_level(self) -> Command:
        """Fees, rates and limits of somebody change."""
        return SetVipLevel(self.rng.choice(TRADERS), self.rng.randrange(-1, 10))

    def pro_order(self) -> Command:
        """An order that rests in a Pro account, far enough to lose something when it fills."""
        user_id, is_buy = self.rng.choice(TRADERS), self.rng.random() < 0.5
        price = self.prices["BTC"] // 10**4 * self.rng.choice((97, 98) if is_buy else (102, 103)) // 100
        quantity = self.size("BTC", price, 20_000)
        self.queue.append(PlaceOrder(user_id, CROSS, "BTCUSDT", is_buy, LIMIT, quantity, price // 10**6 * 10**6))
        return SwitchMode(user_id, PRO)

    def ruin(self) -> list[tuple[Command, int]]:
        """Return a fall of BTC by nine tenths and of ETH by four fifths at once, and a minute: deficits follow."""
        self.time += HOUR
        rows = []
        for asset, share in (("BTC", 10), ("ETH", 20)):
            self.prices[asset] = self.prices[asset] * share // 100
            rows.append((asset, self.prices[asset], 1))
        fall: list[tuple[Command, int]] = [(PublishPrices("house", rows), self.time)]
        self.time += 90 * SECOND
        return [*fall, (AdvanceTime(), self.time)]

    def repay_loan(self) -> Command:
        """Somebody brings funds for a liquidation loan that he may have, and pays too."""
        user_id = self.rng.choice(TRADERS)
        amount = self.rng.choice((UNIT, 700 * UNIT, 10_000 * UNIT))
        self.queue.append(RepayLiquidationLoan(user_id, "USDC", amount))
        return Deposit(user_id, "USDC", amount)

    def waive_loan(self) -> Command:
        """Some of a loan that somebody may have is given up."""
        return WaiveLiquidationLoan(self.rng.choice(TRADERS), self.rng.choice((UNIT, 700 * UNIT, 10_000 * UNIT)))

    def withdraw(self) -> Command:
        """Somebody takes a little home, if he may."""
        return Withdraw(self.rng.choice(TRADERS), "USDT", UNIT)

    def bnb_switch(self) -> Command:
        """Interest in BNB begins or ends."""
        return SetBnbSwitches(self.rng.choice(TRADERS), self.rng.random() < 0.5, self.rng.random() < 0.6)

    def bnb_debt(self) -> Command:
        """A debt in BNB comes, by a loan, or goes, in full."""
        user_id = self.rng.choice(TRADERS)
        self.queue.append(Repay(user_id, CROSS, "BNB", 0))
        if self.rng.random() < 0.5:
            return Transfer(user_id, "BNB", self.rng.randrange(1, UNIT), SPOT, CROSS)
        return Borrow(user_id, CROSS, "BNB", self.rng.randrange(1, UNIT))

    def hour(self) -> Command:
        """Up to the next hour and its interest."""
        self.time += HOUR
        return AdvanceTime()

    def dust(self) -> Command:
        """A small balance comes to spot, or on to the cross account, and is given for BNB."""
        user_id, kind = self.rng.choice(TRADERS), self.rng.choice((SPOT, CROSS))
        amount = self.rng.randrange(1, 200 * UNIT)
        if kind == CROSS:
            self.queue.append(Transfer(user_id, "DOGE", amount, SPOT, CROSS))
        self.queue.append(ConvertDust(user_id, kind, self.rng.choice((["DOGE"], ["DOGE"], ["ETH", "DOGE"]))))
        return Deposit(user_id, "DOGE", amount)

    def small_debt(self) -> Command:
        """A small debt comes, and goes for USDT, perhaps with the interest in BNB."""
        user_id = self.rng.choice(TRADERS)
        self.queue += [
            Transfer(user_id, "USDT", 20 * UNIT, SPOT, CROSS),
            ExchangeSmallDebts(user_id, self.rng.choice((["DOGE"], ["DOGE"], ["DOGE", "BNB"], ["BNB"]))),
        ]
        return Borrow(user_id, CROSS, "DOGE", self.rng.randrange(1, 60 * UNIT))

    def sub_account(self) -> Command:
        """A trader, perhaps long in debt, gets a sub-account with funds and a debt of its own."""
        user_id, parent_id = self.next_user, self.rng.choice(TRADERS)
        self.next_user += 1
        self.queue += [
            GrantPermission(user_id, MAY_MARGIN), GrantPermission(user_id, MAY_PRO),
            Deposit(user_id, "BTC", UNIT // 2), OpenMarginAccount(user_id, CROSS),
            Transfer(user_id, "BTC", UNIT // 2, SPOT, CROSS), SwitchMode(user_id, PRO),
            Borrow(user_id, CROSS, "USDT", self.rng.randrange(1_000, 20_000) * UNIT),
        ]  # fmt: skip
        return RegisterUser(user_id, 0, parent_id)

    def paused(self) -> Command:
        """The liquidation of a product or of all is paused, or goes on."""
        product = self.rng.randrange(4)
        return PauseLiquidation(product) if self.rng.random() < 0.4 else ResumeLiquidation(product)

    def stopped(self) -> Command:
        """All trading stops; after a fall of prices and some time it goes on."""
        self.queue += [self.price(), self.price(), self.borrow(), self.order(), ResumeTrading()]
        return StopTrading()

    def excluded(self) -> Command:
        """A second source, somewhat off the first one, is excluded or counts again; it speaks once more before that."""
        asset = self.rng.choice(("BTC", "ETH", ""))
        act = ExcludeSource if self.rng.random() < 0.5 else IncludeSource
        self.queue.append(act("spare", asset))
        price = self.prices["BTC"] * self.rng.randrange(960, 1040) // 1000
        return PublishPrices("spare", [("BTC", price, 1)])

    def taken_over(self) -> Command:
        """Somebody is taken over by hand, if he is in liquidation."""
        user_id, kind, pair = self.wallet((CROSS, ISOLATED))
        return TakeOverAccount(user_id, kind, pair)
