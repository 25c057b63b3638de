"""A liquidation loan on a statement: what was paid of it went; what was given up moved nothing (rule 16.5)."""

from pathlib import Path

from tests.engine.world import BOB, PAIRS, SECOND, amount
from tests.history.store.test_files import balances_in, balances_of, parse_signed, said
from tests.history.store.world import kept
from tests.history.world import Told

from leverline.engine.commands import Deposit, RepayLiquidationLoan, WaiveLiquidationLoan
from leverline.history.store.statement import CLOSING, OPENING
from leverline.ledger.wallet import SPOT, WALLET_KIND_NAMES
from leverline.parameters import load_parameters, select, with_pinned_index


def ruined() -> Told:
    """A venue in which Bob, taken over with a deficit, paid 60 USDC of his loan, then 7."""
    world = Told(with_pinned_index(select(load_parameters("2026-06"), (*PAIRS, "USDCUSDT"))))
    world.index(USDC="1")
    world.short()
    world.index(BTC="120000")
    world.advance(120 * SECOND)
    world.send(Deposit(BOB, "USDC", amount("100")))
    for text in ("60", "7"):
        world.advance(SECOND)
        world.send(RepayLiquidationLoan(BOB, "USDC", amount(text)))
    return world


def test_what_was_paid_is_a_line_and_balances_agree_with_the_engine(tmp_path: Path) -> None:
    """Also where the payment lies before the span: its opening balance is what the wallet held then."""
    world = ruined()
    left = world.engine.core.liquidator.loans.remaining(world.engine.core.users[BOB])
    world.send(WaiveLiquidationLoan(BOB, left))
    url = f"sqlite:///{tmp_path / 'history.sqlite'}"
    kept(url, world)
    rows = said(url, "statement", str(BOB), "--from", str(world.time))
    paid = [row for row in rows if row["kind"] == "liquidation loan repaid"]
    assert [(row["account"], row["asset"], parse_signed(row["amount"])) for row in paid] == [
        (WALLET_KIND_NAMES[SPOT], "USDC", -amount("7"))
    ]
    assert balances_of(rows, OPENING)[WALLET_KIND_NAMES[SPOT], "USDC"] == amount("40")
    assert balances_of(rows, CLOSING) == balances_in(world.engine, BOB)
