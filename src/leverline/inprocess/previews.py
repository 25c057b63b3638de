"""What an order would do, as plain values."""

from dataclasses import dataclass
from decimal import Decimal

from leverline.engine.preview import Preview, Standing
from leverline.inprocess.words import decimal_of
from leverline.kernel.decimals import RATIO_DECIMALS
from leverline.margin.account import PRO, STATUS_NAMES
from leverline.market.terms import ORDER_STATUS_NAMES


@dataclass(frozen=True)
class StandingRecord:
    """How a margin account stands. Values are USDT; levels are None without debt, margins None outside Pro."""

    status: str
    margin_level: Decimal | None
    collateral_level: Decimal | None
    assets_value: Decimal
    liabilities_value: Decimal
    initial_margin: Decimal | None
    maintenance_margin: Decimal | None
    available_margin: Decimal | None
    margin_call_prices: dict[str, Decimal]
    """Index price in USDT at which the margin call begins, by asset; empty of the account as it is."""
    liquidation_prices: dict[str, Decimal]
    """Likewise, at which it is liquidated."""
    max_borrowable: dict[str, Decimal]
    """Of base and quote; empty of the account as it is."""


@dataclass(frozen=True)
class PreviewRecord:
    """What an order would do. One that would be refused has the refusal's name and words, and no figures."""

    refusal: str | None
    detail: str
    status: str | None
    """NEW, PARTIALLY_FILLED, FILLED or EXPIRED right after placement."""
    given: str
    """The asset that it gives, which is locked and borrowed."""
    borrowed: Decimal
    first_interest: dict[str, Decimal]
    """First hour of the loan, by the asset that it is charged in."""
    locked: Decimal
    """What it locks at placement."""
    left_locked: Decimal
    """What of that stays locked."""
    executed: Decimal
    executed_quote: Decimal
    average_price: Decimal | None
    rest: Decimal
    """What rests in the book or waits for its trigger."""
    commissions: dict[str, Decimal]
    repaid: Decimal
    before: StandingRecord | None
    """The margin account as it is; None for spot."""
    after: StandingRecord | None
    """The margin account as the order leaves it."""


def preview_record(seen: Preview) -> PreviewRecord:
    """Return a preview as plain values."""
    interest, refused = seen.interest, seen.refused
    return PreviewRecord(
        None if refused is None else refused.refusal.name, "" if refused is None else refused.detail,
        None if refused is not None else ORDER_STATUS_NAMES[seen.status],
        seen.given, decimal_of(seen.loan),
        {} if interest is None else {interest.paid_asset: decimal_of(interest.amount)},
        decimal_of(seen.locked), decimal_of(seen.left_locked), decimal_of(seen.executed),
        decimal_of(seen.executed_quote),
        decimal_of(seen.executed_quote) / decimal_of(seen.executed) if seen.executed else None,
        decimal_of(seen.rest), {asset: decimal_of(fee) for asset, fee in seen.commissions.items()},
        decimal_of(seen.repaid_interest + seen.repaid_principal),
        standing_record(seen.before), standing_record(seen.after),
    )  # fmt: skip


def standing_record(standing: Standing | None) -> StandingRecord | None:
    """Return a standing as plain values."""
    if standing is None:
        return None
    view = standing.valuation
    is_pro = standing.mode == PRO
    return StandingRecord(
        STATUS_NAMES[standing.status],
        decimal_of(view.level, RATIO_DECIMALS) if standing.is_indebted else None,
        decimal_of(view.collateral_level, RATIO_DECIMALS) if standing.is_indebted else None,
        decimal_of(view.assets), decimal_of(view.liabilities),
        decimal_of(view.initial_margin) if is_pro else None,
        decimal_of(view.maintenance_margin) if is_pro else None,
        decimal_of(view.available_margin) if is_pro else None,
        _prices({each.asset: each.margin_call_price for each in standing.terms}),
        _prices({each.asset: each.liquidation_price for each in standing.terms}),
        {each.asset: decimal_of(each.max_borrowable) for each in standing.terms},
    )  # fmt: skip


def _prices(by_asset: dict[str, int | None]) -> dict[str, Decimal]:
    """Return the prices that there are."""
    return {asset: decimal_of(price, RATIO_DECIMALS) for asset, price in by_asset.items() if price is not None}
