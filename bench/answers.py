"""How long exact answers about a liquidation take: python -m bench.answers.

One account holds twenty assets and owes three; of each asset the price that liquidates is found by the index (a) and in
the books (c), along a fall of all (b), and the hour of interest (d). The table gives the median over rounds.
"""

import statistics
from collections.abc import Callable
from decimal import Decimal
from time import perf_counter
from typing import Final

from leverline import Venue
from leverline.build_info import is_compiled
from leverline.engine.liquidation_answer import ALL_FALL, answer_liquidation
from leverline.kernel.numbers import UNIT
from leverline.margin.account import MarginAccount
from leverline.margin.liquidation_moves import liquidation_move
from leverline.margin.liquidation_price import liquidation_prices
from leverline.margin.liquidation_time import hours_to_liquidation
from leverline.rulebook.parameters import PairParameters

ASSETS: Final = 20
DEBTS: Final = 3
ROUNDS: Final = 200
LEVELS: Final = 20
"""Of each side of a book, 0.125 % from each other."""


def main() -> None:
    """Print the table for a Classic and a Pro account."""
    print(f"exact liquidation answers, {'compiled' if is_compiled() else 'interpreted'}, medians in ms")
    print(f"{'account':<10}{'(a) 20 prices':>15}{'(b) a fall':>12}{'(c) in books':>14}{'(d) hours':>11}{'all':>8}")
    for mode in ("classic", "pro"):
        venue = Venue()
        figures = [f"{1000 * each:.3f}" for each in timed(venue, open_account(venue, mode))]
        print(f"{mode:<10}{figures[0]:>15}{figures[1]:>12}{figures[2]:>14}{figures[3]:>11}{figures[4]:>8}")


def open_account(venue: Venue, mode: str) -> MarginAccount:
    """Open an account that holds twenty assets in books of twenty levels, and owes three others."""
    known = venue.parameters.assets
    fit = [known[pair.base] for pair in venue.parameters.pairs.values() if is_fit(pair)]
    lent = [asset for asset in fit if asset.is_collateral and asset.is_borrowable and asset.pro_brackets]
    assets = [asset.symbol for asset in sorted(lent, key=lambda asset: asset.rank)][: ASSETS + DEBTS]
    venue.set_index(**{asset: "100" for asset in assets})
    maker = venue.user("maker", USDT="100000000", **{asset: "1000000" for asset in assets})
    for asset in assets:
        steps = [Decimal(level) / 8 for level in range(1, LEVELS + 1)]
        maker.quote(f"{asset}USDT", [(100 - step, "5") for step in steps], [(100 + step, "5") for step in steps])
    user = venue.user("alice", **{asset: "100" for asset in assets[:ASSETS]})
    user.open_cross()
    for asset in assets[:ASSETS]:
        user.transfer(asset, "100")
    for asset in assets[ASSETS:]:
        least = max(20, known[asset].borrow_min // UNIT)
        user.borrow(asset, least)
        user.transfer(asset, least, "cross", "spot")
    if mode == "pro":
        user.switch_to_pro()
    account = venue.engine.core.users[user.user_id].cross
    assert account is not None
    return account


def is_fit(pair: PairParameters) -> bool:
    """Whether a pair takes the prices and quantities of the books here."""
    eighth = UNIT // 8
    return (
        pair.quote == "USDT" and eighth % pair.tick_size == 0 and pair.price_max > 200 * UNIT
        and (5 * UNIT) % pair.step_size == 0 and pair.quantity_max >= 5 * UNIT
    )  # fmt: skip


def timed(venue: Venue, account: MarginAccount) -> list[float]:
    """Return the median seconds of each answer."""
    core = venue.engine.core
    risk = core.risk
    assets = [core.board.assets[symbol] for symbol in list(account.holdings) if symbol != "USDT"][:ASSETS]

    def prices() -> None:
        for asset in assets:
            liquidation_prices(risk.valuer, risk.bands, account, asset)

    def in_books() -> None:
        slippage = core.liquidator.slippage(account)
        for asset in assets:
            liquidation_prices(risk.valuer, risk.bands, account, asset, slippage=slippage)

    return [
        median_of(prices),
        median_of(lambda: liquidation_move(risk.valuer, risk.bands, account, {}, ALL_FALL)),
        median_of(in_books),
        median_of(lambda: hours_to_liquidation(risk.valuer, risk.bands, account, core.desk)),
        median_of(lambda: answer_liquidation(core, account)),
    ]


def median_of(work: Callable[[], object]) -> float:
    """Return the median seconds of one call."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
