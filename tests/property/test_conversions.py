"""Small exchanges never cost the house: whatever the amounts and prices, rounding is on its side (rules 13.3, 13.6)."""

from hypothesis import given
from hypothesis import strategies as st

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE
from leverline.rulebook.conversions import (
    debt_cost,
    dust_charge,
    dust_gross,
    is_interval_over,
    is_small_balance,
    is_small_debt,
)

amounts = st.integers(0, 10**20)
prices = st.integers(1, 10**20)
shares = st.integers(0, RATIO_ONE - 1)


@given(amounts, prices, prices, shares)
def test_dust_brings_no_more_than_it_is_worth(amount: int, given: int, received: int, share: int) -> None:
    """What comes in is never negative, worth no more than what went out, and the charge is its share or more."""
    gross = dust_gross(amount, given, received)
    charge = dust_charge(gross, share)
    assert 0 <= charge <= gross
    assert gross * received <= amount * given < (gross + 1) * received
    assert gross * share <= charge * RATIO_ONE < gross * share + RATIO_ONE


@given(amounts, prices)
def test_a_debt_costs_its_value_or_a_part_of_a_unit_more(debt: int, price: int) -> None:
    """Never less."""
    assert debt * price <= debt_cost(debt, price) * INDEX_ONE < debt * price + INDEX_ONE


@given(amounts, prices, st.integers(1, 10**12))
def test_what_is_small_stays_small_when_it_shrinks(amount: int, price: int, limit: int) -> None:
    """Both limits are those of a value: less of the same is small too."""
    if is_small_balance(amount, price, limit, price):
        assert amount < limit
        assert is_small_balance(amount // 2, price, limit, price)
    if is_small_debt(amount, price, limit):
        assert debt_cost(amount, price) <= limit
        assert is_small_debt(amount // 2, price, limit)


@given(st.integers(1, 10**18), st.integers(0, 10**12), st.integers(0, 10**12))
def test_an_interval_ends_once_and_for_all(last: int, span: int, later: int) -> None:
    """Over at its end to the microsecond, and ever after."""
    assert is_interval_over(last + span + later, last, span)
    assert span == 0 or not is_interval_over(last + span - 1, last, span)
    assert is_interval_over(later, 0, span)
