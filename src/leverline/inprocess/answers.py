"""What liquidates an account, as plain values."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from leverline.engine.liquidation_answer import AssetAnswer, LiquidationAnswer
from leverline.inprocess.words import decimal_of
from leverline.kernel.decimals import RATIO_DECIMALS
from leverline.margin.account import STATUS_NAMES
from leverline.margin.liquidation_moves import MoveAnswer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PriceAnswer:
    """Index prices in USDT of one asset that liquidate, all else fixed; None where none does."""

    index_price: Decimal
    below: Decimal | None
    above: Decimal | None
    below_in_books: Decimal | None
    """The same, valued at what the present books would pay and take instead of the index."""
    above_in_books: Decimal | None
    held_at: Decimal
    """What the books would pay for what is held net, as a share of the index."""
    owed_at: Decimal
    """What they would take for what is owed net."""


@dataclass(frozen=True)
class LiquidationAnswerRecord:
    """All answers about one account; exact: a unit of the twelfth decimal before, it is safe."""

    status: str
    is_in_liquidation: bool
    assets: dict[str, PriceAnswer]
    move: Decimal | None
    """The share by which prices go along the direction asked for until the account is liquidated."""
    move_prices: dict[str, Decimal]
    """Where that takes the index prices."""
    move_in_books: Decimal | None
    hours: int | None
    """Hourly charges until interest alone liquidates, at the rates of this hour."""
    time: datetime | None
    """When that charge falls due."""


def answer_record(answer: LiquidationAnswer) -> LiquidationAnswerRecord:
    """Return all answers as plain values."""
    move = answer.move
    return LiquidationAnswerRecord(
        STATUS_NAMES[answer.status],
        answer.is_locked,
        {each.asset: _price_answer(each) for each in answer.assets},
        _share(move),
        {} if move is None else {asset: decimal_of(price, RATIO_DECIMALS) for asset, price in move.prices.items()},
        _share(answer.move_in_books),
        answer.hours,
        None if answer.time is None else _EPOCH + timedelta(microseconds=answer.time),
    )


def _price_answer(asset: AssetAnswer) -> PriceAnswer:
    """Return the answer about one asset."""
    return PriceAnswer(
        decimal_of(asset.price, RATIO_DECIMALS),
        _price(asset.below),
        _price(asset.above),
        _price(asset.below_in_books),
        _price(asset.above_in_books),
        decimal_of(asset.share_held, RATIO_DECIMALS),
        decimal_of(asset.share_owed, RATIO_DECIMALS),
    )


def _share(move: MoveAnswer | None) -> Decimal | None:
    """Return the share of a move."""
    return None if move is None else decimal_of(move.move, RATIO_DECIMALS)


def _price(price: int | None) -> Decimal | None:
    """Return a price in USDT."""
    return None if price is None else decimal_of(price, RATIO_DECIMALS)
