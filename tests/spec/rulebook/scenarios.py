"""Worked examples that lead through several functions of the rule book."""

from typing import Any

from leverline.kernel.numbers import INDEX_ONE, mul_div_down, quote_down, value_down, value_up
from leverline.rulebook import classic, collateral, fees, interest, isolated, liquidation, pro
from leverline.rulebook.bands import FORCE_LIQUIDATION
from leverline.rulebook.grid import GridCheck, largest_admitted
from leverline.rulebook.ladders import BookTerms, PurchaseLadder, SaleLadder
from leverline.rulebook.parameters import ClassicBands, CollateralTier, IsolatedTier, ProBracket
from leverline.rulebook.routes import PurchaseRoute, Route, SaleRoute, TwoLegRoute
from leverline.rulebook.sizing import SizingInput, StepSize, TokenGiven, TokenOwed, size_step
from leverline.rulebook.stop_rules import ClassicStop, IsolatedStop, ProStop, StopRule

QUANTITY_MAX = 10**20


def values(amount: int, price: int) -> dict[str, int]:
    """What an amount is worth as an asset and as a debt."""
    return {"held": value_down(amount, price), "owed": value_up(amount, price)}


class AtMost(GridCheck):
    """Admits what is not above a bound."""

    def __init__(self, bound: int) -> None:
        self.bound = bound

    def admits(self, amount: int) -> bool:
        return amount <= self.bound


def largest_below(bound: int, start: int, upper: int, step: int) -> int:
    """The search of a max function whose own check admits up to a bound."""
    return largest_admitted(AtMost(bound), start, upper, step)


def interest_between(principal: int, rate_hourly: int, borrowed_at: int, until: int, waived: int) -> int:
    """Interest of a loan from borrowing to repayment at one rate."""
    hours = interest.hours_payable(interest.hours_charged(borrowed_at, until), waived)
    return interest.interest_for(principal, rate_hourly, hours)


def charges_booked(principal: int, rate_hourly: int, hours: int) -> list[int]:
    """The charge booked at each hour, the carry handed on."""
    booked = []
    carry = 0
    for _ in range(hours):
        charge, carry = interest.accrue(carry, principal, rate_hourly)
        booked.append(charge)
    return booked


def charges_in_bnb(
    principal: int, rate_hourly: int, hours: int, factor: int, price_asset: int, price_bnb: int
) -> list[int]:
    """The charge booked in BNB at each hour, the carry handed on."""
    booked = []
    carry = 0
    for _ in range(hours):
        exact = interest.exact_charge(principal, rate_hourly)
        charge, carry = interest.convert_to_bnb(carry, exact, factor, price_asset, price_bnb)
        booked.append(charge)
    return booked


def account_collateral(
    tokens: list[dict[str, Any]],
) -> dict[str, int]:
    """Collateral value, liabilities and collateral margin level of an account of several tokens."""
    total = sum(collateral.token_collateral(token["held"], token["debt"], token["tiers"]) for token in tokens)
    liabilities = sum(token["debt"] for token in tokens)
    return {
        "collateral": total,
        "liabilities": liabilities,
        "level": classic.collateral_margin_level(total, liabilities),
    }


def two_levels(held: int, liabilities: int, tiers: tuple[CollateralTier, ...]) -> dict[str, int]:
    """Margin level and collateral margin level where the debt is in another token."""
    counted = collateral.token_collateral(held, 0, tiers)
    return {
        "level": classic.margin_level(held, liabilities),
        "collateral_level": classic.collateral_margin_level(counted, liabilities),
    }


def split_holding(value: int, parts: int, tiers: tuple[CollateralTier, ...]) -> dict[str, int]:
    """Collateral of a holding in one account, and of its equal parts in several accounts of one user."""
    part = mul_div_down(value, 1, parts)
    shares = [collateral.group_collateral(part, 0, value - part, tiers) for _ in range(parts)]
    return {"whole": collateral.tiered_value(value, tiers), "split": sum(shares)}


def borrow_the_maximum(collateral_value: int, liabilities: int, bands: ClassicBands) -> dict[str, Any]:
    """The largest loan, whether the account may have it, and whether one unit more is refused."""
    loan = classic.max_borrow_value(collateral_value, liabilities, bands.initial_ratio)
    return {
        "loan": loan,
        "balance": collateral_value + loan,
        "admitted": classic.borrow_after_ok(collateral_value + loan, liabilities + loan, bands),
        "one_more": classic.borrow_after_ok(collateral_value + loan + 1, liabilities + loan + 1, bands),
    }


class LiquidatedAt(GridCheck):
    """Whether an account that holds one coin against a stable debt is liquidated at an index price."""

    def __init__(self, held: int, liabilities: int, bands: ClassicBands) -> None:
        self.held = held
        self.liabilities = liabilities
        self.bands = bands

    def admits(self, amount: int) -> bool:
        assets = value_down(self.held, amount)
        return classic.band_of(assets, self.liabilities, self.bands) == FORCE_LIQUIDATION


def highest_liquidated_price(held: int, liabilities: int, bands: ClassicBands, tick: int) -> dict[str, int]:
    """The highest price on a tick at which the account is liquidated, and its band one tick above it."""
    check = LiquidatedAt(held, liabilities, bands)
    price = largest_admitted(check, INDEX_ONE, 10**9 * INDEX_ONE, tick)
    return {"price": price, "band_above": classic.band_of(value_down(held, price + tick), liabilities, bands)}


def margins(debts: list[dict[str, Any]]) -> dict[str, int]:
    """Σ IM and Σ MM of several debts, and Σ MM by the quick form."""
    return {
        "initial": sum(pro.initial_margin(debt["value"], debt["brackets"]) for debt in debts),
        "maintenance": sum(pro.maintenance_margin(debt["value"], debt["brackets"]) for debt in debts),
        "quick": sum(pro.maintenance_margin_quick(debt["value"], debt["brackets"]) for debt in debts),
    }


def pro_borrow(
    held: int,
    tiers: tuple[CollateralTier, ...],
    debt: int,
    debt_brackets: tuple[ProBracket, ...],
    loan_brackets: tuple[ProBracket, ...],
    grid: int,
) -> dict[str, int]:
    """The largest loan of another token, cut to `grid`, with the account before and after it."""
    counted = collateral.token_collateral(held, debt, tiers)
    initial = pro.initial_margin(debt, debt_brackets)
    maintenance = pro.maintenance_margin(debt, debt_brackets)
    available = pro.available_margin(counted, debt, 0, initial)
    exact = pro.max_borrow_value(available, 0, loan_brackets)
    loan = exact - exact % grid
    return {
        "initial": initial,
        "maintenance": maintenance,
        "level": pro.margin_level(counted - debt, maintenance),
        "exact": exact,
        "loan": loan,
        "liabilities_after": debt + loan,
        "initial_after": initial + pro.initial_margin(loan, loan_brackets),
        "maintenance_after": maintenance + pro.maintenance_margin(loan, loan_brackets),
        "level_after": pro.margin_level(counted - debt, maintenance + pro.maintenance_margin(loan, loan_brackets)),
    }


def order_loss(
    sold: int, bought: int, sold_tiers: tuple[CollateralTier, ...], bought_tiers: tuple[CollateralTier, ...]
) -> int:
    """Open-order loss of an order that sells all of one token for another, at index and without a fee."""
    before = collateral.token_collateral(sold, 0, sold_tiers)
    after = collateral.token_collateral(bought, 0, bought_tiers)
    return pro.open_order_loss(before, after)


def isolated_table(tiers: tuple[IsolatedTier, ...]) -> dict[str, list[int]]:
    """Limits and largest leverage of an isolated tier table, the leverage cut to two decimals."""
    cut = 10**10
    leverages = [isolated.leverage_of(tier.initial_ratio) for tier in tiers]
    return {
        "base": [tier.base_limit for tier in tiers],
        "quote": [tier.quote_limit for tier in tiers],
        "leverage": [leverage - leverage % cut for leverage in leverages],
    }


def isolated_loan(
    assets: int, liabilities: int, principal: int, price: int, tiers: tuple[IsolatedTier, ...]
) -> dict[str, Any]:
    """The largest quote loan, its tier, and whether the account may have it and one unit more."""
    loan = isolated.max_borrow(assets, liabilities, principal, 0, False, price, tiers)
    tier = isolated.tier_of(0, principal + loan, tiers)
    ratio = isolated.initial_ratio_of(tier, tiers)
    next_tier = isolated.tier_of(0, principal + loan + 1, tiers)
    next_ratio = isolated.initial_ratio_of(next_tier, tiers)
    return {
        "loan": loan,
        "tier": tier,
        "admitted": isolated.borrow_after_ok(assets + loan, liabilities + loan, ratio),
        "one_more": isolated.borrow_after_ok(assets + loan + 1, liabilities + loan + 1, next_ratio),
    }


def closed_form_step(
    assets: int, liabilities: int, stop_ratio: int, price: int, index: int, commission: int, fee: int, sized_with: int
) -> dict[str, int]:
    """Rule 15.4 for a sale on one price level: sized with `sized_with` as costs, carried out with the real ones."""
    sizing = liquidation.sale_efficiency(price, index, INDEX_ONE, sized_with, 0)
    real = liquidation.sale_efficiency(price, index, INDEX_ONE, commission, fee)
    value = liquidation.size_by_ratio(assets, liabilities, stop_ratio, sizing)
    return {
        "value": value,
        "quantity": mul_div_down(value, INDEX_ONE, index),
        "debt": liabilities - mul_div_down(value, real[0], real[1]),
        "level": classic.margin_level((assets - value) * real[1], liabilities * real[1] - value * real[0]),
    }


def terms(index_base: int, index_quote: int, commission: int, step: int, notional_min: int) -> BookTerms:
    """Terms of one pair."""
    return BookTerms(index_base, index_quote, commission, step, step, QUANTITY_MAX, notional_min)


def size(stop: StopRule, values: dict[str, int], given: TokenGiven, owed: TokenOwed, route: Route) -> StepSize:
    """The step of an account with these values."""
    snapshot = SizingInput(
        stop,
        values["assets"],
        values["liabilities"],
        values.get("collateral", 0),
        values.get("maintenance", 0),
        given,
        owed,
        route,
    )
    return size_step(snapshot)


def classic_sale(
    held: int,
    debt: int,
    bands: ClassicBands,
    bids: list[tuple[int, int]],
    index: int,
    commission: int,
    fee: int,
    step: int,
    notional_min: int,
) -> dict[str, int]:
    """A Classic account sells its only coin for the stable coin it owes, on a real book and on the lot grid."""
    ladder = SaleLadder(bids, terms(index, INDEX_ONE, commission, step, notional_min), fee)
    before = {"assets": value_down(held, index), "liabilities": debt}
    given, owed = TokenGiven(held, index), TokenOwed(debt, 0, INDEX_ONE)
    found = size(ClassicStop(bands.stop_ratio), before, given, owed, SaleRoute(ladder))
    gross = sum(quote_down(price, quantity) for price, quantity in ladder.pieces(found.quantity))
    return {
        "outcome": found.outcome,
        "quantity": found.quantity,
        "left": held - found.given,
        "fee": fees.commission(gross, fee),
        "debt": found.after.liabilities,
        "assets": found.after.assets,
        "level": classic.margin_level(found.after.assets, found.after.liabilities),
    }


def classic_buy_back(
    held: int,
    debt: int,
    bands: ClassicBands,
    asks: list[tuple[int, int]],
    index: int,
    commission: int,
    fee: int,
    step: int,
    notional_min: int,
) -> dict[str, int]:
    """A Classic account that holds a stable coin buys back the coin it owes."""
    ladder = PurchaseLadder(asks, terms(index, INDEX_ONE, commission, step, notional_min), fee)
    before = {"assets": held, "liabilities": value_up(debt, index)}
    given, owed = TokenGiven(held, INDEX_ONE), TokenOwed(debt, 0, index)
    found = size(ClassicStop(bands.stop_ratio), before, given, owed, PurchaseRoute(ladder))
    return {
        "outcome": found.outcome,
        "quantity": found.quantity,
        "spent": found.given,
        "repaid": found.repaid,
        "level": classic.margin_level(found.after.assets, found.after.liabilities),
    }


def classic_two_legs(
    held: int,
    debt: int,
    bands: ClassicBands,
    bids: list[tuple[int, int]],
    asks: list[tuple[int, int]],
    index_held: int,
    index_owed: int,
    commission: int,
    fee: int,
    steps: list[int],
    notional_min: int,
) -> dict[str, int]:
    """A Classic account sells the coin it holds for USDT and buys the coin it owes with it."""
    sale = SaleLadder(bids, terms(index_held, INDEX_ONE, commission, steps[0], notional_min), fee)
    purchase = PurchaseLadder(asks, terms(index_owed, INDEX_ONE, commission, steps[1], notional_min), 0)
    before = {"assets": value_down(held, index_held), "liabilities": value_up(debt, index_owed)}
    given, owed = TokenGiven(held, index_held), TokenOwed(debt, 0, index_owed)
    found = size(ClassicStop(bands.stop_ratio), before, given, owed, TwoLegRoute(sale, purchase))
    return {
        "outcome": found.outcome,
        "sold": found.given,
        "bought": found.quantity,
        "level": classic.margin_level(found.after.assets, found.after.liabilities),
    }


def pro_sale(
    held: int,
    tiers: tuple[CollateralTier, ...],
    debt: int,
    brackets: tuple[ProBracket, ...],
    stop_level: int,
    bids: list[tuple[int, int]],
    index: int,
    commission: int,
    fee: int,
    step: int,
    notional_min: int,
) -> dict[str, int]:
    """A Pro account sells its only coin for the stable coin it owes."""
    ladder = SaleLadder(bids, terms(index, INDEX_ONE, commission, step, notional_min), fee)
    held_value = value_down(held, index)
    before = {
        "assets": held_value,
        "liabilities": debt,
        "collateral": collateral.token_collateral(held_value, 0, tiers),
        "maintenance": pro.maintenance_margin(debt, brackets),
    }
    given, owed = TokenGiven(held, index, tiers), TokenOwed(debt, 0, INDEX_ONE, brackets, tiers)
    found = size(ProStop(stop_level), before, given, owed, SaleRoute(ladder))
    after = found.after
    return {
        "outcome": found.outcome,
        "before": pro.margin_level(before["collateral"] - debt, before["maintenance"]),
        "quantity": found.quantity,
        "debt": after.liabilities,
        "level": pro.margin_level(after.collateral - after.liabilities, after.maintenance),
    }


def isolated_sale(
    held: int,
    debt: int,
    tiers: tuple[IsolatedTier, ...],
    bids: list[tuple[int, int]],
    index: int,
    commission: int,
    fee: int,
    step: int,
    notional_min: int,
) -> dict[str, int]:
    """An isolated long account sells its base for the quote it owes; the tier falls with the debt."""
    ladder = SaleLadder(bids, terms(index, INDEX_ONE, commission, step, notional_min), fee)
    before = {"assets": value_down(held, index), "liabilities": debt}
    stop = IsolatedStop(tiers, False, 0, INDEX_ONE)
    given, owed = TokenGiven(held, index), TokenOwed(debt, 0, INDEX_ONE)
    found = size(stop, before, given, owed, SaleRoute(ladder))
    return {
        "outcome": found.outcome,
        "quantity": found.quantity,
        "debt": found.after.liabilities,
        "tier_before": isolated.tier_of(0, debt, tiers),
        "tier_after": isolated.tier_of(0, found.after.principal, tiers),
        "level": isolated.margin_level(found.after.assets, found.after.liabilities),
    }
