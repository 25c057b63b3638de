"""Small exchanges with the house: dust for BNB, small debts for USDT (rules 13.3, 13.6)."""

import random
from collections import Counter

import pytest
from tests.engine.additions import BNB, SMALL, AddedDays
from tests.engine.world import (
    ALICE,
    BOB,
    CAROL,
    CROSS,
    HOUR,
    ISOLATED,
    MALLORY,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
    ratio,
    with_asset,
    with_rules,
)

from leverline.engine.codec import command_to_dict
from leverline.engine.commands import (
    Borrow,
    Command,
    ConvertDust,
    ExchangeSmallDebts,
    PlaceOrder,
    SuspendUser,
    SwitchMode,
)
from leverline.ledger.entries import CONVERSION_GIVEN, CONVERSION_RECEIVED, Entry
from leverline.lending.events import Repaid
from leverline.margin.account import FORCE_LIQUIDATION, NORMAL, PRO
from leverline.margin.events import DustConverted, SmallDebtExchanged
from leverline.market.terms import LIMIT
from leverline.parameters import with_index_silence
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

DUST = ConvertDust(CAROL, SPOT, ["DOGE", "ETH"])
DEBTS = ExchangeSmallDebts(ALICE, ["ETH"])


def dusty(**funds: str) -> World:
    """Return a venue in which Carol has 100 DOGE (10 USDT) and 0.01 ETH (30 USDT) besides."""
    world = World()
    world.user(CAROL, **({"DOGE": "100", "ETH": "0.01"} | funds))
    return world


def owing(**debts: str) -> World:
    """Return a venue in which Alice's cross account has 1,000 USDT and these debts, each charged an hour."""
    world = World(small_loans())
    world.cross(ALICE, USDT="1000")
    for asset, text in debts.items():
        world.send(Borrow(ALICE, CROSS, asset, amount(text)))
    return world


def small_loans() -> VenueParameters:
    """Return rules under which the smallest debts can be made."""
    rules = parameters()
    for symbol in rules.assets:
        rules = with_asset(rules, symbol, borrow_min=1, repay_min=1)
    return rules


def house(world: World, asset: str) -> int:
    """Return what the house holds."""
    return world.engine.core.ledger.venue[asset].house


def test_dust_becomes_bnb_less_the_charge() -> None:
    """10 and 30 USDT are 0.01666666 and 0.05 BNB at 600; of each the house keeps 2 %, rounded up."""
    world = dusty()
    before = {asset: house(world, asset) for asset in ("DOGE", "ETH", "BNB")}
    events = world.send(DUST)
    rows = [(each.asset, each.amount, each.received, each.charge) for each in of_kind(events, DustConverted)]
    assert rows == [
        ("DOGE", amount("100"), amount("0.01633332"), amount("0.00033334")),
        ("ETH", amount("0.01"), amount("0.049"), amount("0.001")),
    ]
    wallet = world.spot(CAROL)
    received = amount("0.01633332") + amount("0.049")
    assert [wallet.free(asset) for asset in ("DOGE", "ETH", "BNB")] == [0, 0, received]
    after = {asset: house(world, asset) - held for asset, held in before.items()}
    assert after == {"DOGE": amount("100"), "ETH": amount("0.01"), "BNB": -received}
    assert [each.kind for each in of_kind(events, Entry)] == [CONVERSION_GIVEN, CONVERSION_RECEIVED] * 2
    assert world.engine.conservation_faults() == []


def test_what_lies_in_orders_stays() -> None:
    """Only the free balance is given, however much is locked."""
    world = dusty(ETH="1")
    world.send(PlaceOrder(CAROL, SPOT, "ETHUSDT", False, LIMIT, amount("0.99"), amount("3000")))
    world.send(ConvertDust(CAROL, SPOT, ["ETH"]))
    assert world.spot(CAROL).holding("ETH").locked == amount("0.99")
    assert world.spot(CAROL).free("BNB") == amount("0.049")


def test_a_wallet_converts_once_in_six_hours() -> None:
    """The spot wallet and the cross account have an interval each; it ends to the microsecond."""
    world = World()
    world.cross(CAROL, DOGE="100")
    world.send(ConvertDust(CAROL, CROSS, ["DOGE"]))
    world.user(BOB, DOGE="100", ETH="0.01")
    world.send(ConvertDust(BOB, SPOT, ["DOGE"]))
    again = ConvertDust(BOB, SPOT, ["ETH"])
    world.time += 6 * HOUR - 1
    assert world.refusal(again) == Refusal.CONVERSION_TOO_SOON
    world.restart()
    assert world.refusal(again) == Refusal.CONVERSION_TOO_SOON
    world.time += 1
    world.send(again)


def test_below_the_limit_is_small_and_the_limit_is_not() -> None:
    """0.001 BTC are 60 USDT: 600 DOGE are not small, a unit less is."""
    world = dusty(DOGE="600")
    convert = ConvertDust(CAROL, SPOT, ["DOGE"])
    assert world.refusal(convert) == Refusal.BALANCE_NOT_SMALL
    assert world.engine.core.dust.listed(world.spot(CAROL))[0].holding.asset == "ETH"
    world = dusty(DOGE="599.99999999")
    assert [each.holding.asset for each in world.engine.core.dust.listed(world.spot(CAROL))] == ["DOGE", "ETH"]
    world.send(convert)


def test_after_a_jump_the_worse_price_counts() -> None:
    """BNB jumps to half within seconds: until that is confirmed the house gives it at its old price."""
    world = dusty()
    world.index(BNB="300")
    assert world.engine.core.dust.listed(world.spot(CAROL))[1].gross == amount("0.05")
    world.send(ConvertDust(CAROL, SPOT, ["ETH"]))
    assert world.spot(CAROL).free("BNB") == amount("0.049")


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (ConvertDust(CAROL, ISOLATED, ["DOGE"]), Refusal.MALFORMED),
        (ConvertDust(CAROL, SPOT, []), Refusal.MALFORMED),
        (ConvertDust(CAROL, SPOT, ["DOGE", "DOGE"]), Refusal.MALFORMED),
        (ConvertDust(CAROL, SPOT, ["DOGE", "BNB"]), Refusal.MALFORMED),
        (ConvertDust(MALLORY, SPOT, ["DOGE"]), Refusal.UNKNOWN_USER),
        (ConvertDust(CAROL, SPOT, ["NONE"]), Refusal.UNKNOWN_ASSET),
        (ConvertDust(CAROL, CROSS, ["DOGE"]), Refusal.NO_MARGIN_ACCOUNT),
        (ConvertDust(CAROL, SPOT, ["DOGE", "BTC"]), Refusal.BALANCE_TOO_SMALL),
        (ExchangeSmallDebts(CAROL, []), Refusal.MALFORMED),
        (ExchangeSmallDebts(CAROL, ["USDT"]), Refusal.MALFORMED),
        (ExchangeSmallDebts(CAROL, ["ETH"]), Refusal.NO_MARGIN_ACCOUNT),
    ],
)
def test_what_cannot_be_exchanged_is_refused(command: Command, refusal: Refusal) -> None:
    """All of it or nothing, and nothing is changed."""
    assert dusty().refusal(command) == refusal


def test_words_of_a_wrong_type_are_refused() -> None:
    """An asset is a text."""
    command = ConvertDust(CAROL, SPOT, ["DOGE", 7])  # type: ignore[list-item]
    assert dusty().refusal(command) == Refusal.MALFORMED


def test_a_suspended_user_exchanges_nothing() -> None:
    """As with orders and transfers."""
    world = dusty()
    world.send(SuspendUser(CAROL, True))
    assert world.refusal(DUST) == Refusal.USER_SUSPENDED


def test_what_the_house_does_not_hold_it_does_not_give() -> None:
    """The last unit is given; one more is not there."""
    world = dusty()
    accounts = world.engine.core.ledger.venue["BNB"]
    accounts.world -= amount("0.06533331") - accounts.house
    accounts.house = amount("0.06533331")
    assert world.refusal(DUST) == Refusal.CONVERSION_STOCK_SHORT
    accounts.world -= 1
    accounts.house += 1
    world.send(DUST)
    assert accounts.house == 0


def test_a_stale_index_stops_it() -> None:
    """That of the asset given as well as those of BNB and of BTC, which measures what is small."""
    world = World(with_index_silence(parameters(), 10 * 1_000_000))
    world.user(CAROL, DOGE="100")
    for silent in ("DOGE", "BNB", "BTC"):
        world.advance(20 * 1_000_000)
        world.index(**{asset: price for asset, price in {"DOGE": "0.1", "BNB": "600", "BTC": "60000"}.items()
                       if asset != silent})  # fmt: skip
        assert world.refusal(ConvertDust(CAROL, SPOT, ["DOGE"])) == Refusal.PRICE_INDEX_STALE
        assert world.engine.core.dust.listed(world.spot(CAROL)) == []


def test_an_account_that_leans_on_a_stale_index_exchanges_nothing_while_it_owes() -> None:
    """As with its orders and transfers out (rule 2.2), whatever the stale asset is; without debt it converts."""
    world = World(with_index_silence(small_loans(), 10 * 1_000_000))
    known = {"DOGE": "0.1", "BNB": "600", "BTC": "60000"}
    for user in (ALICE, BOB):
        world.cross(user, USDT="1000", DOGE="100", ETH="0.01")
    world.send(Borrow(ALICE, CROSS, "DOGE", amount("50")))
    dust, debts = ConvertDust(ALICE, CROSS, ["DOGE"]), ExchangeSmallDebts(ALICE, ["DOGE"])
    world.advance(20 * 1_000_000)
    world.index(**known)
    assert world.refusal(dust) == Refusal.PRICE_INDEX_STALE
    assert world.refusal(debts) == Refusal.PRICE_INDEX_STALE
    world.send(ConvertDust(BOB, CROSS, ["DOGE"]))
    world.index(ETH="3000", **known)
    world.send(dust, debts)


def indebted_near(text: str) -> World:
    """Return a venue in which Alice (5x) owes BTC worth 600 USDT and holds `text` USDT and 500 DOGE worth 50."""
    world = World(small_loans())
    world.cross(ALICE, USDT="700", DOGE="500")
    world.send(Borrow(ALICE, CROSS, "BTC", amount("0.01")))
    account = world.account(ALICE)
    own = account.holding("USDT")
    world.engine.core.ledger.withdraw(own, own.free - amount(text))
    return world


def test_the_charge_may_not_bring_an_account_into_a_worse_band() -> None:
    """50 USDT of DOGE become BNB worth 49: an account 0.5 USDT above a margin call stays as it is."""
    world = indebted_near("0")
    account = world.account(ALICE)
    view = world.engine.core.risk.view(account)
    needed = view.liabilities * 116 // 100 - view.assets
    for spare, is_refused in ((amount("0.5"), True), (amount("1.1"), False)):
        world = indebted_near("0")
        world.engine.core.ledger.deposit(world.holding(ALICE, "USDT"), needed + spare)
        world.advance(0)
        assert world.account(ALICE).status == NORMAL
        command = ConvertDust(ALICE, CROSS, ["DOGE"])
        if is_refused:
            assert world.refusal(command) == Refusal.MARGIN_LEVEL_TOO_LOW
        else:
            world.send(command)
            assert world.account(ALICE).status == NORMAL


def test_bnb_beyond_the_venues_cap_is_refused_to_who_owes() -> None:
    """Rule 4.5: what is bought with borrowed funds counts."""
    world = World(with_asset(small_loans(), "BNB", collateral_cap=amount("10")))
    world.cross(ALICE, USDT="1000", DOGE="500")
    convert = ConvertDust(ALICE, CROSS, ["DOGE"])
    world.send(Borrow(ALICE, CROSS, "BTC", amount("0.001")))
    assert world.refusal(convert) == Refusal.COLLATERAL_CAP_EXCEEDED


def test_a_small_debt_is_paid_in_usdt() -> None:
    """0.003 ETH and an hour's interest at 3,000 cost 9 USDT and a little, rounded up; pool and income get theirs."""
    world = owing(ETH="0.003")
    account = world.account(ALICE)
    debt, held = world.holding(ALICE, "ETH"), account.free("USDT")
    owed, stock, paid = debt.debt, house(world, "ETH"), house(world, "USDT")
    assert owed > amount("0.003")
    events = world.send(DEBTS)
    (row,) = of_kind(events, SmallDebtExchanged)
    assert (row.asset, row.amount, row.paid_asset, row.paid) == ("ETH", owed, "USDT", owed * 3000)
    (repaid,) = of_kind(events, Repaid)
    assert (repaid.principal, repaid.interest) == (amount("0.003"), owed - amount("0.003"))
    assert (account.debts, debt.free) == (0, amount("0.003"))
    assert (held - account.free("USDT"), house(world, "USDT") - paid) == (row.paid, row.paid)
    assert stock - house(world, "ETH") == owed
    assert world.engine.conservation_faults() == []


def test_debts_from_the_limit_on_are_not_small() -> None:
    """10 USDT: with an hour's interest a loan of 10 USDT is above; several at once, or none."""
    world = owing(ETH="0.00333333", DOGE="99", BTC="0.001")
    listed = [each.holding.asset for each in world.engine.core.small_debts.listed(world.account(ALICE))]
    assert listed == ["DOGE"]
    assert world.refusal(ExchangeSmallDebts(ALICE, ["DOGE", "BTC"])) == Refusal.DEBT_NOT_SMALL
    world.send(ExchangeSmallDebts(ALICE, ["DOGE"]))
    assert world.account(ALICE).owed("DOGE") == 0


def test_an_account_exchanges_debts_once_in_six_hours() -> None:
    """Also after a restart."""
    world = owing(ETH="0.003", DOGE="50")
    world.send(DEBTS)
    again = ExchangeSmallDebts(ALICE, ["DOGE"])
    world.restart()
    assert world.refusal(again) == Refusal.CONVERSION_TOO_SOON
    world.advance(6 * HOUR)
    world.send(again)


def test_what_is_not_owed_or_not_paid_for_is_refused() -> None:
    """No debt; no free USDT; more debts than one exchange takes; nothing that the house lacks."""
    world = owing(ETH="0.003")
    assert world.refusal(ExchangeSmallDebts(ALICE, ["BTC"])) == Refusal.REPAY_EXCEEDS_LIABILITY
    own = world.holding(ALICE, "USDT")
    world.engine.core.ledger.withdraw(own, own.free - amount("9"))
    world.engine.core.ledger.deposit(world.holding(ALICE, "DOGE"), amount("500"))
    assert world.refusal(DEBTS) == Refusal.BALANCE_SHORT
    rules = with_rules(small_loans(), "conversions", debts_max=1)
    world = World(rules)
    world.cross(ALICE, USDT="1000")
    world.send(Borrow(ALICE, CROSS, "ETH", amount("0.003")), Borrow(ALICE, CROSS, "DOGE", amount("50")))
    assert world.refusal(ExchangeSmallDebts(ALICE, ["ETH", "DOGE"])) == Refusal.CONVERSIONS_TOO_MANY
    accounts = world.engine.core.ledger.venue["ETH"]
    accounts.world += accounts.house
    accounts.house = 0
    assert world.refusal(DEBTS) == Refusal.CONVERSION_STOCK_SHORT


def test_a_pro_account_exchanges_by_its_own_level() -> None:
    """Small debts of a Pro account go; its level, by brackets of debt, is no worse."""
    world = owing(ETH="0.003", BTC="0.01")
    world.send(SwitchMode(ALICE, PRO))
    before = world.engine.core.risk.view(world.account(ALICE)).level
    world.send(DEBTS)
    assert world.engine.core.risk.view(world.account(ALICE)).level > before


def test_an_account_in_liquidation_exchanges_nothing() -> None:
    """It is locked."""
    world = World(small_loans())
    account = world.short()
    world.index(BTC="72800")
    assert account.status == FORCE_LIQUIDATION
    assert world.refusal(ExchangeSmallDebts(BOB, ["BTC"])) == Refusal.ACCOUNT_LOCKED
    assert world.refusal(ConvertDust(BOB, CROSS, ["USDT"])) == Refusal.ACCOUNT_LOCKED


def test_the_price_of_a_debt_is_the_worse_one_after_a_jump() -> None:
    """ETH falls by a third within seconds: it costs what it did before."""
    world = owing(ETH="0.003")
    owed = world.account(ALICE).owed("ETH")
    world.index(ETH="2000")
    (debt,) = world.engine.core.small_debts.listed(world.account(ALICE))
    assert debt.cost == owed * 3000
    assert ratio("3000") == world.engine.core.board.assets["ETH"].prudent_owed


BUSY_ROUNDS_MAX = 12
"""So often a random stretch is tried until both kinds have happened."""


def test_no_unit_is_lost_in_busy_days(seed: int) -> None:
    """Small exchanges among loans, liquidations and interest in BNB: every entry balances, both kinds are made."""
    print(f"seed {seed}")
    days = AddedDays(random.Random(seed), SMALL, BNB)
    world = days.open(with_asset(parameters(), "DOGE", borrow_min=1))
    made: Counter[type] = Counter()
    for _ in range(BUSY_ROUNDS_MAX):
        for command, time in days.take(250) + days.crash():
            made.update(type(each) for each in world.engine.apply(command, time))
            if isinstance(command, (ConvertDust, ExchangeSmallDebts)):
                assert world.engine.conservation_faults() == [], command_to_dict(command)
        if made[DustConverted] > 0 < made[SmallDebtExchanged]:
            return
    raise AssertionError(made)
