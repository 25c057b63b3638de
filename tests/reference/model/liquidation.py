"""Liquidation round by round, takeover, insurance fund, deficits and write-offs (rule 11)."""

from fractions import Fraction

from leverline.market import terms

from . import ledger
from .exact import down, fine, tokens, up, value_down, value_up
from .index import LAST, is_any_stale, price
from .matching import end, fill, foreseen, gives, is_out_of_band, resting, run_stops
from .sizing import WAIT, Leg, Step, Trial, clearance_rate, pair_of, paths_of
from .state import FORCE_LIQUIDATION, ISOLATED, NEVER, PRO, USDT, Order, Product, State, Wallet
from .valuation import (
    assets_value,
    band,
    holdings_of,
    is_above_stop,
    level_parts,
    liabilities_value,
    margins,
    open_orders,
    pro_equity,
)

FIRST_TURN = 0


def in_liquidation(state: State) -> list[Wallet]:
    """Return the locked accounts, the worst A/L first, then by id (rule 11.1)."""
    found = [w for w in state.accounts() if w.locked_at is not None]
    return sorted(found, key=lambda w: (asset_ratio(state, w), w.number))


def asset_ratio(state: State, wallet: Wallet) -> Fraction:
    """Return A ÷ L; without debt the account has nothing to fear."""
    holdings = holdings_of(state, wallet)
    owed = liabilities_value(state, holdings)
    return assets_value(state, holdings) / owed if owed else Fraction(10**30)


def start(state: State, wallets: list[Wallet]) -> None:
    """Lock accounts, then let those have their first turn that the time has room for (rule 11.1)."""
    for wallet in wallets:
        wallet.locked_at = state.now
        wallet.rounds_without_fill = 0
        wallet.next_turn = FIRST_TURN
    run_round(state)


def run_round(state: State) -> None:
    """Give the locked accounts whose last step is a round ago another one, so many in a span of time."""
    rules = state.parameters.liquidation
    due = [wallet for wallet in in_liquidation(state) if wallet.next_turn <= state.now]
    if due and state.now >= state.span_end:
        state.span_end, state.turns_left = state.now + rules.turns_span, rules.turns_max
    chosen = []
    while due and state.turns_left > 0:
        chosen.append(due.pop(0))
        state.turns_left -= 1 + len(open_orders(state, chosen[-1])) // rules.orders_per_turn
    for wallet in chosen:
        for order in open_orders(state, wallet):
            end(state, order, terms.CANCELED)
    for wallet in chosen:
        work(state, wallet)
    next_turn = min((wallet.next_turn for wallet in in_liquidation(state)), default=NEVER)
    state.next_round = next_turn if state.turns_left > 0 else max(next_turn, state.span_end)


def work(state: State, wallet: Wallet) -> None:
    """One account's turn: same-asset debts, then one step or the takeover; ends it when the level is above the stop."""
    wallet.next_turn = state.now + state.parameters.liquidation.round_interval
    if finish_if_healthy(state, wallet):
        return
    repay_matched(state, wallet)
    if finish_if_healthy(state, wallet):
        return
    if is_takeover_due(state, wallet):
        take_over(state, wallet)
        return
    step = next_step(state, wallet)
    if step is None:
        if wallet.rounds_without_fill == -1:
            take_over(state, wallet)
        return
    execute(state, wallet, step)
    finish_if_healthy(state, wallet)


def finish_if_healthy(state: State, wallet: Wallet) -> bool:
    """End the liquidation when nothing is owed, the level is above the stop level, or staleness alone is its cause."""
    if not is_above_stop(state, wallet) and not is_spared(state, wallet):
        return False
    finish(state, wallet)
    return True


def is_spared(state: State, wallet: Wallet) -> bool:
    """Whether the last price of a stale asset has the account liquidated, and its best case does not (rule 2.4)."""
    holdings = holdings_of(state, wallet)
    if not is_any_stale(state, list(holdings)) or band(state, wallet) == FORCE_LIQUIDATION:
        return False
    threshold = level_parts(state, wallet, holdings)[2][0]
    if wallet.mode == PRO:
        equity = pro_equity(state, wallet, holdings, [], LAST)
        return equity <= threshold * margins(state, holdings, LAST)[1]
    return assets_value(state, holdings, LAST) <= threshold * liabilities_value(state, holdings, LAST)


def finish(state: State, wallet: Wallet) -> None:
    """Unlock the account (rule 11.8)."""
    wallet.locked_at = None
    wallet.rounds_without_fill = 0
    wallet.status = band(state, wallet)


def repay_matched(state: State, wallet: Wallet) -> None:
    """Meet each debt from what is held of the same asset, without a fee (rule 11.2a)."""
    for asset in state.touches(wallet):
        amount = min(state.free(wallet, asset), state.owed(wallet, asset))
        if amount:
            ledger.repay_interest_first(state, wallet, asset, amount)


def is_takeover_due(state: State, wallet: Wallet) -> bool:
    """Whether the level is too low, or rounds or time have run out (rule 11.3)."""
    rules = state.parameters.liquidation
    assert wallet.locked_at is not None
    holdings = holdings_of(state, wallet)
    is_low = assets_value(state, holdings) <= fine(rules.takeover_ratio) * liabilities_value(state, holdings)
    return (
        (wallet.mode != PRO and is_low)
        or wallet.rounds_without_fill >= rules.rounds_without_fill_max
        or state.now >= wallet.locked_at + rules.takeover_time
    )


def debts_by_value(state: State, wallet: Wallet) -> list[str]:
    """Return what is owed, the largest value first, then by asset id."""
    owed = [asset for asset in state.touches(wallet) if state.owed(wallet, asset)]
    return sorted(owed, key=lambda a: (-value_up(tokens(state.owed(wallet, a)) * price(state, a, False, LAST)), a))


def collateral_by_preference(state: State, wallet: Wallet, debt: str) -> list[str]:
    """Return what is held: with a direct pair first, then by rank, value, asset id (rule 11.2); stale assets last."""
    held = [asset for asset in state.touches(wallet) if state.free(wallet, asset) and asset != debt]

    def preference(asset: str) -> tuple[bool, bool, int, Fraction, str]:
        value = value_down(tokens(state.free(wallet, asset)) * price(state, asset, True, LAST))
        rank = state.parameters.assets[asset].rank
        has_pair = pair_of(state, asset, debt) is not None
        return state.index[asset].is_stale, not has_pair, rank, -value, asset

    return sorted(held, key=preference)


def next_step(state: State, wallet: Wallet) -> Step | None:
    """Return the first step that helps; None when the round must wait, or (marked by −1) nothing will ever help."""
    is_waiting = False
    for debt in debts_by_value(state, wallet):
        for collateral in collateral_by_preference(state, wallet, debt):
            if state.index[debt].is_stale or state.index[collateral].is_stale:
                continue
            for path in paths_of(state, wallet, collateral, debt):
                trial = Trial(state, wallet, debt, collateral, path)
                lots = trial.size()
                if lots > 0:
                    return Step(debt, collateral, trial.legs(lots))
                is_waiting |= lots == WAIT
            is_waiting |= is_way_halted(state, wallet, collateral, debt)
    wallet.rounds_without_fill = wallet.rounds_without_fill + 1 if is_waiting else -1
    return None


def is_way_halted(state: State, wallet: Wallet, collateral: str, debt: str) -> bool:
    """Whether a way between them exists that is halted now and worth waiting for: it may trade again (rule 11.3)."""
    ways = [[listed_pair(state, collateral, debt)]]
    if wallet.kind != ISOLATED and USDT not in (collateral, debt):
        ways.append([listed_pair(state, collateral, USDT), listed_pair(state, USDT, debt)])
    held = value_down(tokens(state.free(wallet, collateral)) * price(state, collateral, True, LAST))
    owed = value_up(tokens(state.owed(wallet, debt)) * price(state, debt, False, LAST))
    for way in ways:
        pairs = [state.parameters.pairs[symbol] for symbol in way if symbol is not None]
        is_open = all(state.pair_status[pair.symbol] in (terms.TRADING, terms.REDUCE_ONLY) for pair in pairs)
        if len(pairs) == len(way) and not is_open:
            least = max(value_up(tokens(p.notional_min) * price(state, p.quote, True, LAST)) for p in pairs)
            if min(held, owed) >= least:
                return True
    return False


def listed_pair(state: State, one: str, other: str) -> str | None:
    """Return the pair of two assets, whether it trades or not."""
    found = (s for s, pair in state.parameters.pairs.items() if {pair.base, pair.quote} == {one, other})
    return next(found, None)


def execute(state: State, wallet: Wallet, step: Step) -> None:
    """Trade the legs in the book; the clearance fee on the collateral leg comes before the repayment (rule 11.4)."""
    has_traded = False
    for number, leg in enumerate(step.legs):
        is_filled = trade(state, wallet, leg, step.debt, number == 0)
        run_stops(state, leg.pair)
        has_traded |= is_filled
        if not is_filled:
            break
    wallet.rounds_without_fill = 0 if has_traded else wallet.rounds_without_fill + 1


def trade(state: State, wallet: Wallet, leg: Leg, debt: str, has_fee: bool) -> bool:
    """Let one immediate-or-cancel order of a liquidation trade; the user's own orders in its way expire."""
    order = Order(
        state.next_order_id, "", wallet, leg.pair, leg.is_buy, terms.LIMIT, terms.IOC, terms.EXPIRE_MAKER, 0, False,
        leg.quantity, 0, leg.price, 0, 0, is_liquidation=True,
    )  # fmt: skip
    state.next_order_id += 1
    order.locked = leg.quantity if not leg.is_buy else cost_of(state, order)
    ledger.lock(state, wallet, gives(state, order), order.locked)
    state.orders.append(order)
    has_traded = False
    while order.rest:
        makers = resting(state, leg.pair, not leg.is_buy)
        if not makers or (makers[0].price > leg.price if leg.is_buy else makers[0].price < leg.price):
            break
        maker = makers[0]
        if state.person(maker.wallet) == state.person(wallet):
            end(state, maker, terms.EXPIRED_IN_MATCH)
        elif is_out_of_band(state, maker, maker.price):
            end(state, maker, terms.EXPIRED)
        else:
            take(state, order, maker, min(order.rest, maker.visible), debt, has_fee)
            has_traded = True
    state.orders.remove(order)
    ledger.unlock(state, wallet, gives(state, order), order.locked)
    return has_traded


def cost_of(state: State, order: Order) -> int:
    """Return what a purchase's fills will cost."""
    return sum(up(tokens(at) * tokens(base)) for at, base in foreseen(state, order).items())


def take(state: State, order: Order, maker: Order, quantity: int, debt: str, has_fee: bool) -> None:
    """One fill of a liquidation: trade, clearance fee, repayment."""
    wallet, quote_asset = order.wallet, state.parameters.pairs[order.pair].quote
    quote = down(tokens(maker.price) * tokens(quantity))
    fill(state, order, maker, quantity)
    if has_fee:
        fee = down(tokens(quote) * clearance_rate(state, wallet))
        fee = min(fee, surplus(state, wallet, quote_asset), state.free(wallet, quote_asset))
        ledger.move(state, quote_asset, fee, (wallet.owner, "free"), ("fund", "free"))
    if debt:
        amount = min(state.free(wallet, debt), state.owed(wallet, debt))
        ledger.repay_interest_first(state, wallet, debt, amount)


def surplus(state: State, wallet: Wallet, asset: str) -> int:
    """Return A − L at index as an amount of an asset, 0 when it is below 0."""
    holdings = holdings_of(state, wallet)
    value = assets_value(state, holdings, LAST) - liabilities_value(state, holdings, LAST)
    return max(0, down(value / price(state, asset, True, LAST)))


def take_over(state: State, wallet: Wallet) -> None:
    """Hand assets, at the discount, until they cover L, and all debts to the liquidation account (rules 11.3, 11.5)."""
    holdings = holdings_of(state, wallet)
    left = liabilities_value(state, holdings, LAST)
    deficit = max(Fraction(0), left - assets_value(state, holdings, LAST))
    factor = fine(state.parameters.liquidation.takeover_factor)
    debts = debts_by_value(state, wallet)
    product = state.products[wallet.mode]
    for asset in collateral_by_preference(state, wallet, debts[0]):
        if left <= 0:
            break
        amount, worth = state.free(wallet, asset), price(state, asset, True, LAST) * factor
        value = value_down(tokens(amount) * worth)
        if value > left:
            amount = min(amount, up(left / worth))
        left -= value
        product.held[asset] += amount
        ledger.take_over(state, wallet, asset, amount, with_debt=False)
    shares = [(asset, state.interest(wallet, asset), state.principal(wallet, asset)) for asset in debts]
    for asset in debts:
        product.owed[asset] += state.owed(wallet, asset)
        ledger.take_over(state, wallet, asset, 0, with_debt=True)
    if deficit:
        bar_from_borrowing(state, wallet)
        cover_deficit(state, product, shares, deficit)
    finish(state, wallet)


def cover_deficit(
    state: State, product: Product, shares: list[tuple[str, int, int]], deficit: Fraction, is_realised: bool = True
) -> None:
    """Let the fund pay; the rest is written off, of a mere mark not before it is realised (rules 11.5, 11.6)."""
    unpaid = pay_from_fund(state, product, deficit)
    if unpaid > 0:
        state.is_borrowing_stopped = True
        if is_realised:
            write_off(state, product, shares, unpaid)


def pay_from_fund(state: State, product: Product, value: Fraction) -> Fraction:
    """Pay in USDT, then in other assets by rank; return what the fund lacks.

    Stale assets pay last, at their last price. Values have eight decimals (rule 1.2).
    """
    by_rank = sorted(
        state.parameters.assets,
        key=lambda a: (state.index[a].is_stale, a != USDT, state.parameters.assets[a].rank, a),
    )
    for asset in by_rank:
        worth = price(state, asset, True, LAST)
        held = state.amount("fund", "free", asset)
        if value > 0 and held and worth:
            amount = min(held, up(value / worth))
            paid = min(value, value_down(tokens(amount) * worth))
            if paid:
                ledger.move(state, asset, amount, ("fund", "free"), (state.wallets[0].owner, "free"))
                product.held[asset] += amount
                value -= paid
    return value


def bar_from_borrowing(state: State, wallet: Wallet) -> None:
    """Bar whose deficit it is, and so all his family: a day, after any earlier one until lifted (rule 8.5)."""
    user = state.users[wallet.user_id]
    is_first = not any(member.deficits for member in state.family(user))
    user.deficits += 1
    until = state.now + state.parameters.borrowing.bar_time if is_first else NEVER
    user.barred_until = max(user.barred_until, until)


def write_off(state: State, product: Product, shares: list[tuple[str, int, int]], deficit: Fraction) -> None:
    """Forgive these debts up to what nobody can pay: interest of all first, then principal (rule 11.6)."""
    owed = [(asset, interest, 0) for asset, interest, _ in shares]
    owed += [(asset, 0, principal) for asset, _, principal in shares]
    for asset, interest, principal in owed:
        worth = price(state, asset, False, LAST)
        if deficit > 0:
            amount = min(interest + principal, up(deficit / worth))
            ledger.write_off(state, asset, min(interest, amount), min(principal, amount))
            product.owed[asset] -= amount
            deficit -= value_up(tokens(amount) * worth)
