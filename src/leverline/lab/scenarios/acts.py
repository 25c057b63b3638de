"""The acts of a scenario's steps: each word of `when` and what it sends to the venue."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from leverline.engine import commands
from leverline.inprocess import Leg
from leverline.inprocess.words import amount_of, kind_for, span_of, wallet_named
from leverline.lab.scenarios.operator_acts import operate
from leverline.lab.scenarios.parameter_acts import change, withdraw_change
from leverline.lab.scenarios.records import (
    Book,
    Debt,
    Delist,
    Funds,
    InPair,
    Move,
    Oco,
    OfAccount,
    OfUser,
    OrderWords,
    Pause,
    Permission,
    Position,
    Some,
    Source,
    Step,
    Switch,
    Waiver,
)
from leverline.lab.scenarios.stage import Stage
from leverline.margin.account import MAY_MARGIN, MAY_PRO
from leverline.market.terms import CANCEL_ONLY, HALTED, REDUCE_ONLY, TRADING

_STATES = {"TRADING": TRADING, "HALTED": HALTED, "CANCEL_ONLY": CANCEL_ONLY, "REDUCE_ONLY": REDUCE_ONLY}


def act(stage: Stage, name: str, step: Step) -> None:
    """Carry out the act called `name`; raises CommandRefused, CannotBe, or ValueError for a word that is none."""
    _ACTS[name](stage, getattr(step, name))


def _prices(stage: Stage, prices: dict[str, Decimal]) -> None:
    stage.publish(prices)


def _source(stage: Stage, source: Source) -> None:
    stage.speak(source.name, source.prices)


def _wait(stage: Stage, span: str) -> None:
    stage.venue.advance(span)


def _books(stage: Stage, books: dict[str, Book]) -> None:
    for pair, book in books.items():
        stage.quote(pair, book)


def _deposit(stage: Stage, funds: Funds) -> None:
    stage.user(funds.user).deposit(funds.asset, funds.amount)


def _withdraw(stage: Stage, funds: Funds) -> None:
    stage.user(funds.user).withdraw(funds.asset, funds.amount)


def _transfer(stage: Stage, move: Move) -> None:
    stage.user(move.user).transfer(move.asset, move.amount, move.source, move.target)


def _borrow(stage: Stage, debt: Debt) -> None:
    face, account = stage.account(debt.account)
    face.borrow(debt.asset, debt.amount or Decimal(0), account)


def _repay(stage: Stage, debt: Debt) -> None:
    face, account = stage.account(debt.account)
    face.repay(debt.asset, debt.amount, account)


def _buy(stage: Stage, words: OrderWords) -> None:
    _place(stage, words, True)


def _sell(stage: Stage, words: OrderWords) -> None:
    _place(stage, words, False)


def _place(stage: Stage, words: OrderWords, is_buy: bool) -> None:
    face, account = stage.account(words.account)
    face.order(
        words.pair, is_buy, words.quantity, words.price, words.quote, words.stop, account, words.order_type,
        words.time_in_force, words.side_effect, words.self_trade,
    )  # fmt: skip


def _oco(stage: Stage, oco: Oco) -> None:
    face, account = stage.account(oco.account)
    limit, stop = (oco.above, oco.below) if oco.side == "SELL" else (oco.below, oco.above)
    legs = [Leg(oco.side, oco.quantity, limit), Leg(oco.side, oco.quantity, stop=stop)]
    above, below = legs if oco.side == "SELL" else legs[::-1]
    face.oco(oco.pair, above, below, account=account)


def _cancel_all(stage: Stage, place: InPair) -> None:
    face, account = stage.account(place.account)
    face.cancel_all(place.pair, account)


def _open(stage: Stage, place: OfAccount) -> None:
    face, account = stage.account(place.account)
    stage.venue.send(commands.OpenMarginAccount(face.user_id, *wallet_named(account)))


def _permission(stage: Stage, permission: Permission) -> None:
    user_id = stage.user(permission.user).user_id
    stage.venue.send(commands.GrantPermission(user_id, MAY_MARGIN, permission.margin))
    stage.venue.send(commands.GrantPermission(user_id, MAY_PRO, permission.pro))


def _close(stage: Stage, place: OfAccount) -> None:
    face, account = stage.account(place.account)
    stage.venue.send(commands.CloseAccount(face.user_id, *wallet_named(account)))


def _repay_all(stage: Stage, place: OfAccount) -> None:
    face, account = stage.account(place.account)
    stage.venue.send(commands.RepayAll(face.user_id, *wallet_named(account)))


def _close_position(stage: Stage, position: Position) -> None:
    face, _ = stage.account(position.account)
    stage.venue.send(commands.ClosePosition(face.user_id, position.asset, position.settlement))


def _sell_out(stage: Stage, place: OfAccount) -> None:
    face, account = stage.account(place.account)
    stage.venue.send(commands.SellOut(face.user_id, *wallet_named(account)))


def _restrict(stage: Stage, assets: dict[str, bool]) -> None:
    for asset, is_restricted in assets.items():
        stage.venue.send(commands.RestrictAsset(asset, is_restricted))


def _exchange_debts(stage: Stage, some: Some) -> None:
    face, _ = stage.account(some.account)
    stage.venue.send(commands.ExchangeSmallDebts(face.user_id, some.assets))


def _convert_dust(stage: Stage, some: Some) -> None:
    face, account = stage.account(some.account)
    stage.venue.send(commands.ConvertDust(face.user_id, kind_for(account, ""), some.assets))


def _repay_liquidation_loan(stage: Stage, funds: Funds) -> None:
    user_id = stage.user(funds.user).user_id
    stage.venue.send(commands.RepayLiquidationLoan(user_id, funds.asset, amount_of(funds.amount)))


def _waive_liquidation_loan(stage: Stage, waiver: Waiver) -> None:
    user_id, core = stage.user(waiver.user).user_id, stage.venue.engine.core
    left = core.liquidator.loans.remaining(core.users[user_id])
    amount = left if waiver.amount is None else amount_of(waiver.amount)
    stage.venue.send(commands.WaiveLiquidationLoan(user_id, amount))


def _leverage(stage: Stage, wanted: dict[str, int]) -> None:
    for user, leverage in wanted.items():
        stage.user(user).set_leverage(leverage)


def _switch(stage: Stage, switch: Switch) -> None:
    face = stage.user(switch.user)
    if switch.mode == "pro":
        face.switch_to_pro()
    else:
        face.switch_to_classic(switch.leverage)


def _bnb_interest(stage: Stage, place: OfUser) -> None:
    stage.user(place.user).pay_in_bnb(False, True)


def _pairs(stage: Stage, states: dict[str, str]) -> None:
    for pair, state in states.items():
        stage.venue.send(commands.SetPairStatus(pair, _STATES[state]))


def _top_up(stage: Stage, amounts: dict[str, Decimal]) -> None:
    stage.top_up(amounts)


def _house(stage: Stage, amounts: dict[str, Decimal]) -> None:
    for asset, amount in amounts.items():
        stage.venue.send(commands.HouseDeposit(asset, amount_of(amount)))


def _supply(stage: Stage, amounts: dict[str, Decimal]) -> None:
    for asset, amount in amounts.items():
        if amount > 0:
            stage.venue.send(commands.HouseDeposit(asset, amount_of(amount)))
        stage.venue.send(commands.SupplyPool(asset, amount_of(amount)))


def _resume_borrowing(stage: Stage, _: str) -> None:
    stage.venue.send(commands.ResumeBorrowing())


def _lift_bar(stage: Stage, place: OfUser) -> None:
    stage.venue.send(commands.LiftBorrowBar(stage.user(place.user).user_id))


def _delist(stage: Stage, words: Delist) -> None:
    now = stage.venue.time
    removal, borrow_stop, transfer_stop = (
        now + span_of(span) if span else 0 for span in (words.after, words.borrow_stop, words.transfer_stop)
    )
    is_pair = words.name in stage.venue.engine.core.exchange.pairs
    stage.venue.send(commands.AnnounceDelisting(words.name, is_pair, removal, borrow_stop, transfer_stop))


def _withdraw_delisting(stage: Stage, name: str) -> None:
    stage.venue.send(commands.WithdrawDelisting(name))


def _cool_off(stage: Stage, pause: Pause) -> None:
    stage.venue.send(commands.CoolOff(stage.user(pause.user).user_id, span_of(pause.term)))


def _restart(stage: Stage, how: str) -> None:
    stage.venue.restart(how == "torn")


_ACTS: dict[str, Callable[[Stage, Any], None]] = {
    "prices": _prices,
    "source": _source,
    "wait": _wait,
    "books": _books,
    "deposit": _deposit,
    "withdraw": _withdraw,
    "transfer": _transfer,
    "borrow": _borrow,
    "repay": _repay,
    "buy": _buy,
    "sell": _sell,
    "oco": _oco,
    "cancel_all": _cancel_all,
    "open": _open,
    "close": _close,
    "repay_all": _repay_all,
    "close_position": _close_position,
    "sell_out": _sell_out,
    "restrict": _restrict,
    "permission": _permission,
    "exchange_debts": _exchange_debts,
    "convert_dust": _convert_dust,
    "repay_liquidation_loan": _repay_liquidation_loan,
    "waive_liquidation_loan": _waive_liquidation_loan,
    "leverage": _leverage,
    "switch": _switch,
    "bnb_interest": _bnb_interest,
    "pairs": _pairs,
    "top_up": _top_up,
    "house": _house,
    "supply": _supply,
    "resume_borrowing": _resume_borrowing,
    "lift_bar": _lift_bar,
    "delist": _delist,
    "withdraw_delisting": _withdraw_delisting,
    "cool_off": _cool_off,
    "restart": _restart,
    "change": change,
    "withdraw_change": withdraw_change,
    "operator": operate,
}
