"""The venue's own money: pools, the insurance fund, borrowing stopped and resumed (rules 8.3, 11.5, 11.6, 14)."""

from tests.engine.world import ALICE, BOB, CAROL, CROSS, HOUR, ISOLATED, MINUTE, SPOT, World, amount, of_kind

from leverline.engine.commands import (
    Borrow,
    CancelAllOrders,
    Deposit,
    HouseDeposit,
    Repay,
    ResumeBorrowing,
    SupplyPool,
    TopUpFund,
    Transfer,
    Withdraw,
)
from leverline.engine.handlers.funds import first_transfer_refusal
from leverline.ledger.wallet import VenueAccounts
from leverline.lending.events import BorrowingStopped, RateSet
from leverline.liquidation.events import DeficitBooked, FundPaid, WrittenOff
from leverline.market.terms import MARGIN_BUY
from leverline.rulebook.refusals import Refusal


def usdt(world: World) -> VenueAccounts:
    """Return the venue's own accounts in USDT."""
    return world.engine.core.ledger.venue["USDT"]


class TestTransfers:
    """Between two wallets."""

    def test_from_a_wallet_to_itself_nothing_moves(self, world: World) -> None:
        """However it is named: a pair says nothing of a spot or cross wallet."""
        world.cross(ALICE, USDT="1000")
        for kind in (SPOT, CROSS):
            for pairs in (("", ""), ("", "BTCUSDT"), ("x", "y")):
                command = Transfer(ALICE, "USDT", 1, kind, kind, *pairs)
                assert world.refusal(command) == Refusal.MALFORMED

    def test_a_first_transfer_is_foreseen_and_changes_nothing(self, world: World) -> None:
        """What the transfer would answer were the account open, without opening it (rule 12.1)."""
        user = world.user(ALICE, USDT="100")
        state = world.engine.state_hash()
        core = world.engine.core
        for text, pair, expected in (
            ("100", "", None),
            ("100.00000001", "", Refusal.BALANCE_SHORT),
            ("0", "", Refusal.AMOUNT_NOT_POSITIVE),
            ("1", "BTCUSDT", None),
            ("1", "ETHBTC", Refusal.NOT_VALID_MARGIN_ASSET),
            ("1", "NOPE", Refusal.UNKNOWN_PAIR),
        ):
            kind = ISOLATED if pair else CROSS
            command = Transfer(ALICE, "USDT", amount(text), SPOT, kind, "", pair)
            assert first_transfer_refusal(core, command) == expected, (text, pair)
        assert user.cross is None and not user.isolated
        assert world.engine.state_hash() == state


class TestPools:
    """Supply from the house, and back."""

    def test_supply_moves_cash_and_stake(self, world: World) -> None:
        """One BTC from the house: pool cash and supply up, house down, its stake up."""
        venue = world.engine.core.ledger.venue["BTC"]
        before = (venue.house, venue.pool_free, venue.pool_supply, venue.house_stake)
        world.send(SupplyPool("BTC", amount("1")))
        one = amount("1")
        after = (venue.house, venue.pool_free, venue.pool_supply, venue.house_stake)
        assert after == (before[0] - one, before[1] + one, before[2] + one, before[3] + one)
        world.send(SupplyPool("BTC", -one))
        assert (venue.house, venue.pool_free, venue.pool_supply, venue.house_stake) == before

    def test_only_what_is_not_lent_can_be_withdrawn(self, world: World) -> None:
        """All but Alice's loan; then nothing more is lent, and her repayment comes back to the pool."""
        world.cross(ALICE, USDT="10000")
        world.send(Borrow(ALICE, CROSS, "USDT", amount("5000")))
        free = usdt(world).pool_free
        assert world.refusal(SupplyPool("USDT", -free - 1)) == Refusal.POOL_SUPPLY_LENT
        world.send(SupplyPool("USDT", -free))
        assert world.refusal(Borrow(ALICE, CROSS, "USDT", amount("100"))) == Refusal.POOL_EXHAUSTED
        world.send(Repay(ALICE, CROSS, "USDT", 0))
        assert usdt(world).pool_free == usdt(world).pool_supply == amount("5000")

    def test_a_withdrawal_makes_the_coming_hour_dearer(self, world: World) -> None:
        """Utilisation is lent over supply, weighted by time: half an hour counts for half."""
        world.cross(ALICE, USDT="10000")
        world.send(Borrow(ALICE, CROSS, "USDT", amount("10000")))
        world.advance(HOUR // 2)
        world.send(SupplyPool("USDT", amount("12500") - usdt(world).pool_supply))
        rate = next(event for event in of_kind(world.advance(HOUR // 2), RateSet) if event.asset == "USDT")
        assert abs(rate.utilisation - 400_000_000_000) < 100_000_000, "0.8 for half of the hour, near 0 before"

    def test_a_pool_that_has_nothing_is_no_fault(self, world: World) -> None:
        """An empty pool lends nothing and time passes over it."""
        world.send(SupplyPool("DOGE", -world.engine.core.ledger.venue["DOGE"].pool_supply))
        world.advance(3 * HOUR)
        world.cross(ALICE, USDT="10000")
        assert world.refusal(Borrow(ALICE, CROSS, "DOGE", amount("1000"))) == Refusal.POOL_EXHAUSTED
        assert world.engine.conservation_faults() == []


class TestFund:
    """The insurance fund."""

    def test_a_top_up_comes_from_the_house_and_stands_in_the_funds_ledger(self, world: World) -> None:
        """5,000 USDT; more than the house has is refused."""
        before = usdt(world).fund
        world.send(HouseDeposit("USDT", amount("5000")), TopUpFund("USDT", amount("5000")))
        assert usdt(world).fund == before + amount("5000")
        assert world.refusal(TopUpFund("USDT", usdt(world).house + 1)) == Refusal.HOUSE_FUNDS_SHORT

    def test_the_fund_pays_the_deficit_of_a_short_squeeze(self, world: World) -> None:
        """Bob owes 0.5 BTC at 120,000, that is 60,000 USDT and interest, and holds 39,970: the fund pays the rest."""
        before = usdt(world).fund
        account = world.short()
        debt = account.owed("BTC")
        events = world.index(BTC="120000") + world.advance(2 * MINUTE)
        booked = of_kind(events, DeficitBooked)[0]
        assert booked.deficit == booked.paid == debt * 120_000 - amount("39970")
        paid = of_kind(events, FundPaid)
        assert sum(payment.amount for payment in paid) == booked.paid
        assert usdt(world).fund == before - booked.paid
        assert account.debts == 0
        assert not of_kind(events, WrittenOff)


def stopped() -> World:
    """Return a venue whose empty fund could not pay Bob's deficit, while Alice owes 1,000 USDT with a bid open."""
    world = World(fund="0")
    world.cross(ALICE, USDT="10000")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("1000")))
    world.send(world.limit(ALICE, "ETHUSDT", True, "1", "2900", kind=CROSS))
    world.short()
    events = world.index(BTC="120000") + world.advance(2 * MINUTE)
    assert [event.is_stopped for event in of_kind(events, BorrowingStopped)] == [True]
    return world


class TestBorrowingStopped:
    """An empty fund stops lending, and nothing else (rule 11.6)."""

    def test_what_is_not_paid_is_written_off_interest_first(self) -> None:
        """Bob's deficit is the venue's: interest owed goes first, then principal against the pool's supply."""
        world = stopped()
        venue = world.engine.core.ledger.venue["BTC"]
        assert venue.written_off > 0
        assert venue.pool_free + venue.pool_lent == venue.pool_supply
        assert world.account(BOB).debts == 0
        assert world.engine.conservation_faults() == []

    def test_no_loan_is_made_by_hand_or_by_an_order(self) -> None:
        """For everyone, in every asset."""
        world = stopped()
        assert world.refusal(Borrow(ALICE, CROSS, "ETH", amount("0.1"))) == Refusal.BORROWING_STOPPED
        bid = world.limit(ALICE, "ETHUSDT", True, "4", "3000", kind=CROSS, side_effect=MARGIN_BUY)
        assert world.refusal(bid) == Refusal.BORROWING_STOPPED

    def test_repaying_cancelling_trading_and_leaving_go_on(self) -> None:
        """Alice cancels, repays, trades and withdraws."""
        world = stopped()
        world.send(CancelAllOrders(ALICE, CROSS, "ETHUSDT"), Repay(ALICE, CROSS, "USDT", 0))
        world.send(world.limit(ALICE, "ETHUSDT", True, "1", "2900", kind=CROSS))
        world.send(Transfer(ALICE, "USDT", amount("5000"), CROSS, SPOT), Withdraw(ALICE, "USDT", amount("5000")))
        world.user(CAROL)
        world.send(Deposit(CAROL, "USDT", 1))

    def test_an_operator_resumes_once_the_fund_is_above_its_floor(self) -> None:
        """At 100,000 USDT, the floor, not yet; at one unit more."""
        world = stopped()
        floor = world.parameters.liquidation.fund_floor
        world.send(HouseDeposit("USDT", floor + 1), TopUpFund("USDT", floor - usdt(world).fund))
        assert world.refusal(ResumeBorrowing()) == Refusal.BORROWING_STOPPED
        assert world.refusal(Borrow(ALICE, CROSS, "ETH", amount("0.1"))) == Refusal.BORROWING_STOPPED
        world.send(TopUpFund("USDT", 1))
        assert world.refusal(Borrow(ALICE, CROSS, "ETH", amount("0.1"))) == Refusal.BORROWING_STOPPED
        events = world.send(ResumeBorrowing())
        assert [event.is_stopped for event in of_kind(events, BorrowingStopped)] == [False]
        world.send(Borrow(ALICE, CROSS, "ETH", amount("0.1")))

    def test_resuming_what_goes_on_says_nothing(self, world: World) -> None:
        """Nothing was stopped."""
        assert world.send(ResumeBorrowing()) == []


class TestIncome:
    """Interest paid, and the fund's share of it (an own parameter)."""

    def test_the_hour_gives_the_fund_a_tenth_of_the_interest_collected(self, world: World) -> None:
        """Alice repays; what she paid in interest is income, of which the next hour moves a tenth to the fund."""
        world.cross(ALICE, USDT="10000")
        world.send(Borrow(ALICE, CROSS, "USDT", amount("30000")))
        paid = world.holding(ALICE, "USDT").interest
        before = usdt(world).fund
        world.send(Repay(ALICE, CROSS, "USDT", 0))
        assert usdt(world).income == paid
        world.advance(HOUR)
        assert (usdt(world).fund - before, usdt(world).income) == (paid // 10, paid - paid // 10)
        world.advance(HOUR)
        assert usdt(world).fund - before == paid // 10, "each unit is shared once"
