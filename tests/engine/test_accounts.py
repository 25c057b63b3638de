"""Margin accounts: isolated accounts, leverage, tiers, Classic and Pro (rules 5.5, 6.6, 7.2, 7.6)."""

from tests.engine.world import (
    ALICE,
    BOB,
    CROSS,
    DAY,
    ISOLATED,
    SECOND,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
    ratio,
    with_rules,
)

from leverline.engine.commands import (
    Borrow,
    CancelAllOrders,
    Deposit,
    DisableIsolated,
    OpenMarginAccount,
    Repay,
    SetIsolatedTier,
    SetLeverage,
    SwitchMode,
    Transfer,
)
from leverline.kernel.numbers import RATIO_ONE
from leverline.margin.account import CLASSIC, EXCESSIVE, MARGIN_CALL, NORMAL, PRO
from leverline.margin.events import AccountDisabled, AccountOpened, ModeChanged, StatusChanged
from leverline.market.terms import MARGIN_BUY
from leverline.parameters import with_index_silence
from leverline.rulebook.refusals import Refusal

PAIR = "BTCUSDT"


class TestIsolatedAccounts:
    """One per pair, opened, disabled when empty, enabled again."""

    def test_opening_says_pair_and_leverage(self, world: World) -> None:
        """BTCUSDT is of the 10x family."""
        world.user(ALICE)
        event = of_kind(world.send(OpenMarginAccount(ALICE, ISOLATED, PAIR)), AccountOpened)[0]
        assert (event.user_id, event.kind, event.pair, event.leverage) == (ALICE, ISOLATED, PAIR, 10)

    def test_a_disabled_account_does_nothing_until_it_is_enabled_and_is_then_the_same(self, world: World) -> None:
        """No transfer, loan or order; enabled it has the same wallet."""
        account = world.isolated(ALICE, PAIR)
        world.send(Deposit(ALICE, "USDT", amount("100")))
        disabled = of_kind(world.send(DisableIsolated(ALICE, PAIR)), AccountDisabled)[0]
        assert disabled.wallet_id == account.wallet_id
        for command in (
            Transfer(ALICE, "USDT", amount("100"), SPOT, ISOLATED, "", PAIR),
            Borrow(ALICE, ISOLATED, "USDT", amount("100"), PAIR),
            Repay(ALICE, ISOLATED, "USDT", amount("100"), PAIR),
            SetIsolatedTier(ALICE, PAIR, 0),
            DisableIsolated(ALICE, PAIR),
            world.limit(ALICE, PAIR, True, "0.001", "50000", kind=ISOLATED),
        ):
            assert world.refusal(command) == Refusal.ACCOUNT_DISABLED
        opened = of_kind(world.send(OpenMarginAccount(ALICE, ISOLATED, PAIR)), AccountOpened)[0]
        assert opened.wallet_id == account.wallet_id
        world.send(Transfer(ALICE, "USDT", amount("100"), SPOT, ISOLATED, "", PAIR))

    def test_disabling_is_possible_again_after_exactly_a_day(self, world: World) -> None:
        """Once in 24 h, counted from the last disabling."""
        world.isolated(ALICE, PAIR)
        world.send(DisableIsolated(ALICE, PAIR), OpenMarginAccount(ALICE, ISOLATED, PAIR))
        world.advance(DAY - 1)
        assert world.refusal(DisableIsolated(ALICE, PAIR)) == Refusal.DISABLE_TOO_SOON
        world.advance(1)
        world.send(DisableIsolated(ALICE, PAIR))

    def test_a_disabled_account_makes_room_for_another(self) -> None:
        """Only enabled accounts count for the ceiling, and enabling counts anew."""
        world = World(with_rules(parameters(), "borrowing", isolated_accounts_max=1))
        world.isolated(ALICE, PAIR)
        world.send(DisableIsolated(ALICE, PAIR), OpenMarginAccount(ALICE, ISOLATED, "ETHUSDT"))
        assert world.refusal(OpenMarginAccount(ALICE, ISOLATED, PAIR)) == Refusal.ACCOUNTS_TOO_MANY

    def test_one_account_knows_nothing_of_the_other(self, world: World) -> None:
        """A debt in BTCUSDT leaves the ETHUSDT account free to transfer (rule 11.7)."""
        world.isolated(ALICE, PAIR, USDT="1000")
        world.send(OpenMarginAccount(ALICE, ISOLATED, "ETHUSDT"), Deposit(ALICE, "USDT", amount("500")))
        world.send(Transfer(ALICE, "USDT", amount("500"), SPOT, ISOLATED, "", "ETHUSDT"))
        world.send(Borrow(ALICE, ISOLATED, "USDT", amount("5000"), PAIR))
        world.send(Transfer(ALICE, "USDT", amount("500"), ISOLATED, SPOT, "ETHUSDT"))
        assert world.refusal(Transfer(ALICE, "USDT", amount("6000"), ISOLATED, SPOT, PAIR)) == (
            Refusal.EXCEEDS_MAX_TRANSFERABLE
        )

    def test_a_chosen_leverage_fixes_the_tier_and_the_limit(self, world: World) -> None:
        """5x is at tier 10 of ten; without the choice 10,000 USDT lend by the first tier's ratio 1.111."""
        world.isolated(ALICE, PAIR, USDT="1000")
        limits = world.engine.core.risk.limits
        account = world.account(ALICE, PAIR)
        free = limits.max_borrowable(account, "USDT")
        assert free == amount("1000") * RATIO_ONE // ratio("0.111")
        event = of_kind(world.send(SetIsolatedTier(ALICE, PAIR, ratio("5"))), ModeChanged)[0]
        assert event.leverage == account.fixed_tier > 1
        assert limits.max_borrowable(account, "USDT") < free
        world.send(SetIsolatedTier(ALICE, PAIR, 0))
        assert limits.max_borrowable(account, "USDT") == free

    def test_a_chosen_leverage_is_not_given_up_with_debt_on_a_stale_index(self) -> None:
        """Rule 2.2 refuses every change of leverage of an indebted account, this one too."""
        world = World(with_index_silence(parameters(), 10 * SECOND))
        world.isolated(ALICE, PAIR, USDT="1000", BTC="0.01")
        world.send(SetIsolatedTier(ALICE, PAIR, ratio("5")), Borrow(ALICE, ISOLATED, "USDT", amount("500"), PAIR))
        world.advance(10 * SECOND)
        assert world.refusal(SetIsolatedTier(ALICE, PAIR, 0)) == Refusal.PRICE_INDEX_STALE
        world.index(BTC="60000")
        world.send(SetIsolatedTier(ALICE, PAIR, 0))

    def test_a_leverage_that_no_tier_has_is_refused(self, world: World) -> None:
        """Beyond 10x, or negative."""
        world.isolated(ALICE, PAIR)
        for leverage in (ratio("11"), -1):
            assert world.refusal(SetIsolatedTier(ALICE, PAIR, leverage)) == Refusal.LEVERAGE_NOT_OFFERED


class TestLeverage:
    """Classic 3x and 5x."""

    def test_a_change_moves_nothing_but_the_band(self, world: World) -> None:
        """At A/L 1.25 Alice is in the margin call of 3x (1.3) and not in that of 5x (1.16)."""
        world.cross(ALICE, leverage=3, USDT="10000")
        world.send(Borrow(ALICE, CROSS, "BTC", amount("0.3")))
        world.maker(bid="60000", ask="")
        world.send(world.limit(ALICE, PAIR, False, "0.3", "60000", kind=CROSS))
        world.index(BTC="72000")
        account = world.account(ALICE)
        assert account.status == MARGIN_CALL
        events = world.send(SetLeverage(ALICE, 5))
        assert [type(event) for event in events] == [ModeChanged, StatusChanged]
        assert account.status == NORMAL

    def test_a_change_needs_more_than_the_new_ratio(self, world: World) -> None:
        """C/L must be above 1.5 for 3x: 20,001 against 13,333.33 is, at 13,334.1 it is not."""
        world.cross(ALICE, USDT="10000")
        world.send(Borrow(ALICE, CROSS, "USDT", amount("19999")))
        world.send(SetLeverage(ALICE, 3))
        world.send(SetLeverage(ALICE, 5), Borrow(ALICE, CROSS, "USDT", amount("20")))
        assert world.refusal(SetLeverage(ALICE, 3)) == Refusal.MARGIN_LEVEL_TOO_LOW

    def test_without_debt_any_offered_leverage_may_be_chosen(self, world: World) -> None:
        """Also while indices are stale."""
        world.cross(ALICE)
        world.send(SetLeverage(ALICE, 3), SetLeverage(ALICE, 5), SetLeverage(ALICE, 5))

    def test_a_change_waits_while_an_index_is_stale(self) -> None:
        """Rule 2.2: with debt, and an asset that is held or owed stale."""
        world = World(with_index_silence(parameters(), 10 * SECOND))
        world.cross(ALICE, USDT="10000")
        world.send(Borrow(ALICE, CROSS, "BTC", amount("0.01")))
        world.advance(10 * SECOND)
        assert world.refusal(SetLeverage(ALICE, 3)) == Refusal.PRICE_INDEX_STALE
        assert world.refusal(SwitchMode(ALICE, PRO)) == Refusal.PRICE_INDEX_STALE
        world.index(BTC="60000")
        world.send(SetLeverage(ALICE, 3))


class TestModes:
    """Classic to Pro and back: nothing moves (rule 6.6)."""

    def test_pro_and_back_without_debt(self, world: World) -> None:
        """The balances are the same before and after; Pro bears no Classic leverage."""
        account = world.cross(ALICE, USDT="10000")
        before = world.engine.balances()
        event = of_kind(world.send(SwitchMode(ALICE, PRO)), ModeChanged)[0]
        assert (event.mode, event.leverage, account.mode) == (PRO, 0, PRO)
        assert world.refusal(SwitchMode(ALICE, PRO)) == Refusal.MODE_UNCHANGED
        assert world.refusal(SetLeverage(ALICE, 5)) == Refusal.LEVERAGE_NOT_OFFERED
        world.send(SwitchMode(ALICE, CLASSIC, 3))
        assert (account.mode, account.leverage) == (CLASSIC, 3)
        assert world.engine.balances() == before

    def test_pro_bears_more_debt_and_classic_does_not_take_it_back(self, world: World) -> None:
        """100,000 USDT on 10,000 of one's own: 11x the start, in Pro only; half repaid is still above 5x."""
        world.cross(ALICE, USDT="10000")
        world.send(SwitchMode(ALICE, PRO), Borrow(ALICE, CROSS, "USDT", amount("100000")))
        assert world.account(ALICE).status in (EXCESSIVE, NORMAL)
        assert world.refusal(SwitchMode(ALICE, CLASSIC, 5)) == Refusal.MARGIN_LEVEL_TOO_LOW
        world.send(Repay(ALICE, CROSS, "USDT", amount("61000")), SwitchMode(ALICE, CLASSIC, 5))

    def test_entering_pro_needs_more_than_1_25(self, world: World) -> None:
        """C/L at most 1.25 does not enter, whatever the level in Pro."""
        world.cross(ALICE, USDT="10000")
        world.send(Borrow(ALICE, CROSS, "USDT", amount("40000")))
        assert world.refusal(SwitchMode(ALICE, PRO)) == Refusal.MARGIN_LEVEL_TOO_LOW
        world.send(Repay(ALICE, CROSS, "USDT", amount("100")), SwitchMode(ALICE, PRO))

    def test_open_orders_count_before_entering_pro(self) -> None:
        """A bid far above the index would lose 69,000 of 40,000 USDT: the switch is refused until it is gone."""
        world = World(with_rules(parameters(), "trading", is_margin_call_guard_on=False))
        world.cross(ALICE, USDT="40000")
        world.send(Borrow(ALICE, CROSS, "USDT", amount("60000")))
        order = world.limit(ALICE, "DOGEUSDT", True, "230000", "0.4", kind=CROSS)
        world.send(order)
        assert world.refusal(SwitchMode(ALICE, PRO)) == Refusal.MARGIN_LEVEL_TOO_LOW
        world.send(CancelAllOrders(ALICE, CROSS, "DOGEUSDT"), SwitchMode(ALICE, PRO))

    def test_a_pro_account_is_valued_anew_when_an_order_comes_or_goes(self, world: World) -> None:
        """Its level counts the loss of open orders, so a bid above the index lowers the level (rule 6.2)."""
        world.cross(ALICE, USDT="10000")
        world.send(SwitchMode(ALICE, PRO), Borrow(ALICE, CROSS, "USDT", amount("50000")))
        view = world.engine.core.risk.view
        before = view(world.account(ALICE))
        world.send(world.limit(ALICE, PAIR, True, "0.1", "61000", kind=CROSS))
        after = view(world.account(ALICE))
        assert after.order_loss - before.order_loss >= amount("100")
        assert after.level < before.level


class TestFamilies:
    """What one user does in several accounts."""

    def test_transfer_between_two_margin_accounts(self, world: World) -> None:
        """Cross to isolated in one step; conservation holds and both wallets show it."""
        world.cross(ALICE, USDT="1000")
        world.send(OpenMarginAccount(ALICE, ISOLATED, PAIR))
        world.send(Transfer(ALICE, "USDT", amount("400"), CROSS, ISOLATED, "", PAIR))
        assert world.holding(ALICE, "USDT").free == amount("600")
        assert world.holding(ALICE, "USDT", PAIR).free == amount("400")
        assert world.engine.conservation_faults() == []

    def test_an_isolated_margin_buy_borrows_in_its_own_account(self, world: World) -> None:
        """The cross account of the same user is left alone."""
        world.cross(BOB, USDT="1000")
        world.send(OpenMarginAccount(BOB, ISOLATED, PAIR), Deposit(BOB, "USDT", amount("1000")))
        world.send(Transfer(BOB, "USDT", amount("1000"), SPOT, ISOLATED, "", PAIR))
        world.send(world.limit(BOB, PAIR, True, "0.1", "60000", kind=ISOLATED, side_effect=MARGIN_BUY))
        assert world.holding(BOB, "USDT", PAIR).principal == amount("5000")
        assert world.account(BOB).debts == 0
