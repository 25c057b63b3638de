"""Pro brackets by rank: a scale for each rank, and multiples and maintenance rates for each leverage."""

from leverline.kernel.decimals import format_plain, parse_ratio
from leverline.kernel.numbers import RATIO_ONE, div_up, mul_div_down
from leverline.parameters.grids import power_of_ten

AS_OF = "2025-06-14"

PRO_LEVERAGES = (20, 15, 10, 8, 6, 5, 4, 3, 2)
PRO_MULTIPLES = {20: 1, 15: 3, 10: 10, 8: 20, 6: 40, 5: 60, 4: 80, 3: 100, 2: 120}
"""Upper end of a bracket in units of the rank's scale, by leverage."""
PRO_MAINTENANCE = {
    20: "0.02",
    15: "0.03",
    10: "0.05",
    8: "0.07",
    6: "0.08",
    5: "0.1",
    4: "0.14",
    3: "0.2",
    2: "0.3",
}
PRO_PUBLISHED = (10, 8, 6)
"""Leverages whose initial and maintenance rates are those of the published worked example (P1)."""
SOURCE = "own: pro-v1"
SOURCE_PUBLISHED = "both rates binance-page margin-fee 2024 (P1); rest own: pro-v1; day approximate"
PRO_SCALES = {
    1: 1_000_000,
    2: 400_000,
    3: 150_000,
    4: 60_000,
    5: 25_000,
    6: 12_000,
    7: 6_000,
    8: 3_000,
    9: 2_000,
    10: 1_000,
}
"""Value of one unit by rank."""
PRO_LEVERAGE_MAX = {1: 20, 2: 20, 3: 20, 4: 15, 5: 15, 6: 10, 7: 10, 8: 8, 9: 6, 10: 5}
IMR_GRID = power_of_ten(8)
"""An initial rate has four decimals."""


def bracket_rows() -> list[list[str]]:
    """Return the Pro brackets of every rank."""
    rows = []
    for rank, scale in PRO_SCALES.items():
        start, amount, rate = 0, 0, 0
        leverages = [leverage for leverage in PRO_LEVERAGES if leverage <= PRO_LEVERAGE_MAX[rank]]
        for number, leverage in enumerate(leverages, start=1):
            limit = scale * PRO_MULTIPLES[leverage] * power_of_ten(8)
            maintenance = parse_ratio(PRO_MAINTENANCE[leverage])
            amount += mul_div_down(start, maintenance - rate, RATIO_ONE)
            initial = div_up(div_up(RATIO_ONE, leverage - 1), IMR_GRID) * IMR_GRID
            debts = [format_plain(start), format_plain(limit)]
            rates = [format_plain(initial, 12), format_plain(maintenance, 12), format_plain(amount)]
            source = SOURCE_PUBLISHED if leverage in PRO_PUBLISHED else SOURCE
            rows.append([str(rank), str(number), str(leverage), *debts, *rates, AS_OF, source])
            start, rate = limit, maintenance
    return rows
