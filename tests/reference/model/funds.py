"""Deposits, transfers, loans, the operator's funds and the hour's sweeps (rules 3, 4.5, 8, 11.6, 14)."""

from fractions import Fraction

from leverline.engine import commands as c
from leverline.market import terms
from leverline.rulebook.refusals import Refusal

from . import index, ledger
from .accounts import leans_on_stale, margin_account_checks, user_checks
from .borrowing import exceeds_collateral_cap, exceeds_transferable, fund_value, is_foreign, loan_checks
from .checks import AMOUNT_MAX, Check, amount_checks, first_refusal
from .exact import down, fine, tokens, value_down
from .index import RISK, price
from .interest import charge_borrowing
from .matching import resting
from .state import CROSS, ISOLATED, SPOT, State, Wallet


def asset_checks(state: State, asset: str) -> list[Check]:
    """The asset is in the catalogue."""
    return [(Refusal.UNKNOWN_ASSET, lambda: asset not in state.parameters.assets)]


def reference_checks(command: c.Deposit | c.Withdraw) -> list[Check]:
    """A reference is a name, not a text."""
    return [(Refusal.MALFORMED, lambda: len(command.reference) > 64)]


def deposit(state: State, command: c.Deposit) -> Refusal | None:
    """World → spot."""
    refusal = first_refusal(
        [
            *reference_checks(command),
            *user_checks(state, command.user_id, is_acting=False),
            *asset_checks(state, command.asset),
            *amount_checks(command.amount),
        ]
    )
    if refusal is None:
        spot = wallet_of(state, command.user_id, SPOT)
        ledger.move(state, command.asset, command.amount, ("world", "free"), (spot.owner, "free"))
    return refusal


def withdraw(state: State, command: c.Withdraw) -> Refusal | None:
    """Spot → world."""
    spot = state.wallet(command.user_id, SPOT)
    refusal = first_refusal(
        [
            *reference_checks(command),
            *user_checks(state, command.user_id),
            *asset_checks(state, command.asset),
            *amount_checks(command.amount),
            (
                Refusal.WITHDRAWAL_SHORT,
                lambda: spot is not None and state.free(spot, command.asset) < command.amount,
            ),
        ]
    )
    if refusal is None and spot is not None:
        ledger.move(state, command.asset, command.amount, (spot.owner, "free"), ("world", "free"))
    return refusal


def wallet_of(state: State, user_id: int, kind: int, pair: str = "") -> Wallet:
    """Return a wallet that is known to exist."""
    found = state.wallet(user_id, kind, pair)
    assert found is not None
    return found


def kind_checks(state: State, kind: int, pair: str, kinds: tuple[int, ...]) -> list[Check]:
    """The kind of wallet exists, and the pair of an isolated one."""
    return [
        (Refusal.MALFORMED, lambda: kind not in kinds),
        (Refusal.UNKNOWN_PAIR, lambda: kind == ISOLATED and pair not in state.parameters.pairs),
    ]


def transfer(state: State, command: c.Transfer) -> Refusal | None:
    """Move free funds between two wallets of one user."""
    asset, amount = command.asset, command.amount
    source = state.wallet(command.user_id, command.source, command.source_pair)
    target = state.wallet(command.user_id, command.target, command.target_pair)
    all_kinds = (SPOT, CROSS, ISOLATED)
    refusal = first_refusal(
        [
            (Refusal.MALFORMED, lambda: source is target and source is not None),
            *kind_checks(state, command.source, command.source_pair, all_kinds),
            *kind_checks(state, command.target, command.target_pair, all_kinds),
            *user_checks(state, command.user_id),
            *asset_checks(state, asset),
            *amount_checks(amount),
            *(margin_account_checks(source) if command.source != SPOT else []),
            *(margin_account_checks(target) if command.target != SPOT else []),
            *transfer_checks(state, source, target, asset, amount),
        ]
    )
    if refusal is None and source is not None and target is not None:
        ledger.move(state, asset, amount, (source.owner, "free"), (target.owner, "free"))
    return refusal


def transfer_checks(state: State, source: Wallet | None, target: Wallet | None, asset: str, amount: int) -> list[Check]:
    """What may speak against a transfer between two open wallets."""
    if source is None or target is None or asset not in state.parameters.assets:
        return []
    return [
        (
            Refusal.NOT_VALID_MARGIN_ASSET,
            lambda: is_foreign(state, source, asset) or is_foreign(state, target, asset),
        ),
        (
            Refusal.TRANSFER_IN_NOT_ALLOWED,
            lambda: (
                target.kind == CROSS
                and not state.parameters.assets[asset].is_collateral
                and amount > max(0, state.owed(target, asset) - state.held(target, asset))
            ),
        ),
        (
            Refusal.PRICE_INDEX_STALE,
            lambda: source.is_margin and state.has_debt(source) and leans_on_stale(state, source),
        ),
        (
            Refusal.EXCEEDS_MAX_TRANSFERABLE,
            lambda: source.is_margin and exceeds_transferable(state, source, asset, amount),
        ),
        (
            Refusal.COLLATERAL_CAP_EXCEEDED,
            lambda: target.is_margin and not source.is_margin and exceeds_collateral_cap(state, asset, amount),
        ),
        (Refusal.BALANCE_SHORT, lambda: state.free(source, asset) < amount),
    ]


def borrow(state: State, command: c.Borrow) -> Refusal | None:
    """Lend from the pool; the first hour is charged at once."""
    wallet = state.wallet(command.user_id, command.kind, command.pair)
    refusal = first_refusal(
        [
            *kind_checks(state, command.kind, command.pair, (CROSS, ISOLATED)),
            *user_checks(state, command.user_id),
            *asset_checks(state, command.asset),
            *amount_checks(command.amount),
            *margin_account_checks(wallet),
            *(loan_checks(state, wallet, command.asset, command.amount) if wallet is not None else []),
        ]
    )
    if refusal is None and wallet is not None:
        ledger.lend(state, wallet, command.asset, command.amount)
        charge_borrowing(state, wallet, command.asset, command.amount)
    return refusal


def repay(state: State, command: c.Repay) -> Refusal | None:
    """Repay out of free, interest first; 0 means in full (rule 3.3)."""
    asset = command.asset
    wallet = state.wallet(command.user_id, command.kind, command.pair)
    owed = state.owed(wallet, asset) if wallet is not None else 0
    amount = command.amount or owed
    minimum = state.parameters.assets[asset].repay_min if asset in state.parameters.assets else 0
    refusal = first_refusal(
        [
            *kind_checks(state, command.kind, command.pair, (CROSS, ISOLATED)),
            *user_checks(state, command.user_id, is_acting=False),
            *asset_checks(state, asset),
            (Refusal.AMOUNT_NOT_POSITIVE, lambda: command.amount < 0),
            (Refusal.AMOUNT_TOO_LARGE, lambda: command.amount > AMOUNT_MAX),
            *margin_account_checks(wallet),
            (Refusal.NOT_VALID_MARGIN_ASSET, lambda: wallet is not None and is_foreign(state, wallet, asset)),
            (Refusal.BELOW_REPAY_MIN, lambda: amount < min(minimum, owed)),
            (Refusal.REPAY_EXCEEDS_LIABILITY, lambda: amount > owed or owed == 0),
            (Refusal.FEW_LIABILITY_LEFT, lambda: 0 < owed - amount < minimum),
            (Refusal.BALANCE_SHORT, lambda: wallet is not None and state.free(wallet, asset) < amount),
        ]
    )
    if refusal is None and wallet is not None:
        ledger.repay_interest_first(state, wallet, asset, amount)
    return refusal


def publish_prices(state: State, command: c.PublishPrices) -> Refusal | None:
    """One index source reports."""
    refusal = first_refusal(
        [
            (Refusal.MALFORMED, lambda: not command.source or any(weight < 1 for _, _, weight in command.prices)),
            (Refusal.UNKNOWN_ASSET, lambda: any(a not in state.parameters.assets for a, _, _ in command.prices)),
            (Refusal.AMOUNT_TOO_LARGE, lambda: any(at > AMOUNT_MAX for _, at, _ in command.prices)),
        ]
    )
    if refusal is None:
        index.publish(state, command.source, command.prices)
    return refusal


def set_pair_status(state: State, command: c.SetPairStatus) -> Refusal | None:
    """An operator halts a pair or opens it."""
    refusal = first_refusal(
        [
            (Refusal.MALFORMED, lambda: command.status not in terms.PAIR_STATUS_NAMES),
            (Refusal.UNKNOWN_PAIR, lambda: command.pair not in state.parameters.pairs),
        ]
    )
    if refusal is None:
        state.pair_status[command.pair] = command.status
    return refusal


def house_deposit(state: State, command: c.HouseDeposit) -> Refusal | None:
    """World → house."""
    refusal = first_refusal([*asset_checks(state, command.asset), *amount_checks(command.amount)])
    if refusal is None:
        ledger.move(state, command.asset, command.amount, ("world", "free"), ("house", "free"))
    return refusal


def supply_pool(state: State, command: c.SupplyPool) -> Refusal | None:
    """House → pool, or unlent supply back."""
    asset, amount = command.asset, command.amount
    refusal = first_refusal(
        [
            *asset_checks(state, asset),
            (Refusal.MALFORMED, lambda: amount == 0),
            *amount_checks(abs(amount)),
            (Refusal.POOL_SUPPLY_LENT, lambda: amount < 0 and state.amount("pool", "free", asset) < -amount),
            (Refusal.HOUSE_FUNDS_SHORT, lambda: amount > 0 and state.amount("house", "free", asset) < amount),
        ]
    )
    if refusal is None and amount > 0:
        ledger.move(state, asset, amount, ("house", "free"), ("pool", "free"))
        ledger.move(state, asset, amount, ("pool", "supply"), ("house", "stake"))
    elif refusal is None:
        ledger.move(state, asset, -amount, ("pool", "free"), ("house", "free"))
        ledger.move(state, asset, -amount, ("house", "stake"), ("pool", "supply"))
    return refusal


def top_up_fund(state: State, command: c.TopUpFund) -> Refusal | None:
    """House → fund."""
    refusal = first_refusal(
        [
            *asset_checks(state, command.asset),
            *amount_checks(command.amount),
            (
                Refusal.HOUSE_FUNDS_SHORT,
                lambda: state.amount("house", "free", command.asset) < command.amount,
            ),
        ]
    )
    if refusal is None:
        ledger.move(state, command.asset, command.amount, ("house", "free"), ("fund", "free"))
    return refusal


def resume_borrowing(state: State, _command: c.ResumeBorrowing) -> Refusal | None:
    """An operator allows borrowing again, once the fund is above its floor (rule 11.6)."""
    is_short = fund_value(state) <= tokens(state.parameters.liquidation.fund_floor)
    if is_short and state.is_borrowing_stopped:
        return Refusal.BORROWING_STOPPED
    state.is_borrowing_stopped = False
    return None


def share_income(state: State) -> None:
    """Pay the fund its share of the interest collected since the last hour (rule 14)."""
    share = fine(state.parameters.liquidation.income_share)
    for asset in state.parameters.assets:
        income = state.amount("income", "free", asset)
        amount = max(0, down(tokens(income - state.income_shared[asset]) * share))
        state.income_shared[asset] = income - amount
        ledger.move(state, asset, amount, ("income", "free"), ("fund", "free"))


def measure_depth(state: State) -> None:
    """Measure each asset's books within its band of the index, the thinner side of each, for the coming hour (8.5)."""
    for asset in state.parameters.assets:
        state.depth[asset] = Fraction(0)
    for symbol, pair in state.parameters.pairs.items():
        band = fine(state.parameters.assets[pair.base].trade_band)
        if index.is_any_stale(state, [pair.base, pair.quote]):
            continue
        at = price(state, pair.base, True, RISK)
        middle = at / price(state, pair.quote, True, RISK)
        sides = [
            sum(o.rest for o in resting(state, symbol, True) if tokens(o.price) >= middle * (1 - band)),
            sum(o.rest for o in resting(state, symbol, False) if tokens(o.price) <= middle * (1 + band)),
        ]
        state.depth[pair.base] += value_down(tokens(min(sides)) * at)
