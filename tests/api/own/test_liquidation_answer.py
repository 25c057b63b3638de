"""What liquidates me: asked by a signed request, from a shell, in the process; one answer for all."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.api.world import User, World

from leverline import Venue
from leverline.cli import main
from leverline.engine.commands import (
    Borrow,
    HouseDeposit,
    MassQuote,
    OpenMarginAccount,
    SupplyPool,
    Transfer,
)
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import CROSS, SPOT

PATH = "/account/v1/liquidation-answer"


@pytest.fixture
def trader(world: World) -> User:
    """Somebody who holds 1 BTC at 60,000 and owes 20,000 USDT; bids of 0.5 at 59,400, and little below."""
    maker = world.user(USDT="1000000", BTC="100")
    bids = [(parse_amount("59400"), parse_amount("0.5")), (parse_amount("58200"), parse_amount("0.1"))]
    asks = [(parse_amount("60600"), parse_amount("10"))]
    world.send(MassQuote(maker.user_id, SPOT, "BTCUSDT", bids, asks))
    world.send(HouseDeposit("USDT", parse_amount("1000000")))
    world.send(SupplyPool("USDT", parse_amount("1000000")))
    found = world.user(BTC="1")
    world.send(OpenMarginAccount(found.user_id, CROSS))
    world.send(Transfer(found.user_id, "BTC", parse_amount("1"), SPOT, CROSS))
    world.send(Borrow(found.user_id, CROSS, "USDT", parse_amount("20000")))
    world.send(Transfer(found.user_id, "USDT", parse_amount("20000"), CROSS, SPOT))
    return found


def asked(user: User, **parameters: Any) -> Any:
    """Ask by a signed request."""
    return user.call("GET", PATH, **parameters).json()


def test_the_answer_names_price_move_books_and_hour(trader: User) -> None:
    """1 BTC against 20,000 USDT and an hour's interest: liquidated at 1.1 times the debt; a fall of about 63 %."""
    before = trader.world.engine.state_hash()
    shown = asked(trader)
    assert trader.world.engine.state_hash() == before
    debt = trader.world.engine.core.users[trader.user_id].cross.owed("USDT")
    (row,) = shown["assets"]
    assert row["asset"] == "BTC" and row["liquidatedAbove"] is None
    assert abs(float(row["liquidatedBelow"]) - 1.1 * debt / 10**8) < 1e-7
    (moved,) = shown["move"]["prices"]
    a_unit_of_the_move = 60_000e-12
    assert 0 <= float(row["liquidatedBelow"]) - float(moved["indexPrice"]) < a_unit_of_the_move
    assert 0.6 < float(shown["move"]["share"]) < 0.65
    assert shown["interest"]["hours"] > 24 * 365
    assert (shown["marginLevelStatus"], shown["isInLiquidation"]) == ("EXCESSIVE", False)


def test_books_pay_for_half_and_the_rest_goes_at_a_takeover_s_terms(trader: User) -> None:
    """0.5 at 59,400, 0.1 at 58,200, 0.4 at 57,000: 58,320 for 60,000; so the books' answer lies 1 ÷ 0.972 higher."""
    (row,) = asked(trader)["assets"]
    assert row["inBooks"]["heldAtShareOfIndex"] == "0.97200000"
    ratio = float(row["inBooks"]["liquidatedBelow"]) / float(row["liquidatedBelow"])
    assert abs(ratio - 1 / 0.972) < 1e-9


def test_a_direction_has_weights(trader: User) -> None:
    """Half the weight needs twice the move; where BTC rises nothing liquidates; nonsense is refused by name."""
    whole, half = asked(trader, moves="BTC:-1"), asked(trader, moves="ETH:-1,BTC:-0.5")
    assert float(half["move"]["share"]) == pytest.approx(2 * float(whole["move"]["share"]), abs=1e-10)
    assert asked(trader, moves="ALL:1")["move"] is None
    for wrong in ("BTC", "BTC:x", "BTC:-1,BTC:-2", "NONE:-1", "BTC:-101", ""):
        refused = asked(trader, moves=wrong)
        assert refused["code"] in (-1105, -1130) and "moves" in refused["msg"], (wrong, refused)


def test_an_isolated_account_is_named_by_its_pair(trader: User) -> None:
    """Without the symbol it is not known which; without the account there is none."""
    assert asked(trader, accountType="ISOLATED_MARGIN")["code"] == -1102
    assert asked(trader, accountType="ISOLATED_MARGIN", symbol="BTCUSDT")["code"] == -3003


def test_the_process_gives_the_same_as_plain_values() -> None:
    """By the face of the library: the price is the one that liquidates, the move leads there."""
    venue = Venue()
    venue.set_index(BTC="60000")
    alice = venue.user("alice", BTC="1")
    alice.open_cross()
    alice.transfer("BTC", "1")
    alice.borrow("USDT", "20000")
    alice.transfer("USDT", "20000", source="cross", to="spot")
    answer = alice.liquidation_answer()
    assert answer.assets["BTC"].below == alice.liquidation_price("BTC")
    assert abs(answer.move_prices["BTC"] - alice.liquidation_price("BTC")) < Decimal("0.0000001")
    assert alice.liquidation_answer(moves={"BTC": "1"}, others=0).move is None


def test_a_shell_asks_a_data_folder(tmp_path: Path) -> None:
    """What cannot be asked is said in one line."""
    done = CliRunner().invoke(main, ["liquidation-answer", str(tmp_path), "10001"])
    assert done.exit_code == 2 and "holds no journal" in done.output
    done = CliRunner().invoke(main, ["liquidation-answer", str(tmp_path), "10001", "--moves", "up"])
    assert done.exit_code == 2 and "no direction" in done.output
