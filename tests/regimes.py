"""What the rule set 2026-06 has otherwise, over any venue of the tests (rules 16.1, 16.2, 16.4, 16.5)."""

from dataclasses import replace

from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.rulebook.parameters import CollateralTier, Regime, VenueParameters

BORROW, TRANSFER = ("0.9", "0.6"), ("0.8", "0.5")
"""Ratios of the two further tables: up to 20,000 and beyond."""


def of_2026(parameters: VenueParameters, loan_asset: str = "USDC") -> VenueParameters:
    """Return a venue's parameters with the regime and the three tables of 2026-06; the ones given stay as they are."""
    assets = {
        symbol: replace(asset, borrow_tiers=_table(BORROW), transfer_tiers=_table(TRANSFER))
        for symbol, asset in parameters.assets.items()
    }
    return replace(parameters, assets=assets, regime=Regime(True, False, loan_asset))


def _table(ratios: tuple[str, str]) -> tuple[CollateralTier, ...]:
    low, high = ratios
    return (CollateralTier(parse_amount("20000"), parse_ratio(low)), CollateralTier(AMOUNT_MAX, parse_ratio(high)))
