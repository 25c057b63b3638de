"""Parameters of a small venue with round figures: what the worked examples of rules 3 to 10 need, and no more."""

from dataclasses import replace

from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.time import DAY, HOUR, MINUTE, SECOND
from leverline.rulebook.parameters import (
    AssetParameters,
    BorrowRules,
    ClassicBands,
    CollateralTier,
    ControlRules,
    ConversionRules,
    CoolingOffRules,
    DelistingRules,
    IndexRules,
    InterestRules,
    IsolatedFamily,
    IsolatedTier,
    LiquidationRules,
    NoticeRules,
    PairParameters,
    ProBands,
    ProBracket,
    RateCurve,
    TradingRules,
    VenueParameters,
    VipLevel,
)

amount = parse_amount
ratio = parse_ratio

BEYOND = amount("1000000000000")
FLAT = (CollateralTier(BEYOND, ratio("1")),)
AXS_TIERS = (CollateralTier(amount("100000"), ratio("1")), CollateralTier(amount("250000"), ratio("0.8")))
HALF_TIERS = (CollateralTier(amount("10000"), ratio("1")), CollateralTier(amount("50000"), ratio("0.5")))


def brackets(*rows: tuple[int, str, str, str]) -> tuple[ProBracket, ...]:
    """Return Pro brackets of (leverage, debt limit, IMR, MMR), with the maintenance amounts that follow."""
    found: list[ProBracket] = []
    passed, rate_before, taken = 0, 0, 0
    for leverage, limit, initial, maintenance in rows:
        taken += passed * (ratio(maintenance) - rate_before) // 10**12
        found.append(ProBracket(leverage, amount(limit), ratio(initial), ratio(maintenance), taken))
        passed, rate_before = amount(limit), ratio(maintenance)
    return tuple(found)


BRACKETS = brackets(
    (10, "1000000", "0.1112", "0.02"), (8, "2000000", "0.1429", "0.03"), (5, "3000000", "0.25", "0.04"),
    (3, "4000000", "0.5", "0.05"),
)  # fmt: skip
"""Those of BTC in vector P2."""
USDC_BRACKETS = brackets(
    (10, "1000000", "0.1112", "0.03"), (8, "2000000", "0.1429", "0.04"), (5, "3000000", "0.25", "0.05"),
    (3, "4000000", "0.5", "0.06"),
)  # fmt: skip
"""Those of USDC in vector P2."""


def asset(
    symbol: str, tiers: tuple[CollateralTier, ...] = FLAT, pro: tuple[ProBracket, ...] = BRACKETS, rate: str = "0.00001"
) -> AssetParameters:
    """Return an asset that anyone may hold and owe without end, at `rate` per hour whatever the use."""
    return AssetParameters(
        symbol=symbol, name=symbol, rank=1, is_collateral=True, is_borrowable=True, collateral_tiers=tiers,
        pro_brackets=pro, rate_curve=RateCurve(ratio(rate), 0, 0, ratio("0.8")), borrow_limits=(BEYOND,) * 10,
        borrow_min=amount("0.00001"), repay_min=amount("0.00001"), reserve_ratio=0, pool_supply=0,
        collateral_cap=BEYOND, exposure_floor=BEYOND, trade_band=ratio("0.05"), index_sources_min=1,
    )  # fmt: skip


ASSETS = (
    asset("USDT"), asset("USDC", pro=USDC_BRACKETS), asset("BTC"), asset("ETH"), asset("BNB"), asset("AXS", AXS_TIERS),
    asset("DOGE", HALF_TIERS),
)  # fmt: skip

FAMILY_3X = IsolatedFamily(3, ratio("1.22"), ratio("1.18"))
TIERS_3X = (
    IsolatedTier(ratio("1.5"), amount("10"), amount("100000")),
    IsolatedTier(ratio("1.875"), amount("20"), amount("200000")),
    IsolatedTier(ratio("3"), amount("50"), amount("500000")),
)
FAMILY_10X = IsolatedFamily(10, ratio("1.1"), ratio("1.05"))
RATIOS_10X = ["1.111", "1.1264", "1.1418", "1.1572", "1.1726", "1.188", "1.2034", "1.2188", "1.2342", "1.2496"]
TIERS_10X = tuple(
    IsolatedTier(ratio(initial), amount("9") * n, amount("70000") * n) for n, initial in enumerate(RATIOS_10X, 1)
)
"""The pattern of vector T2: 9 BTC and 70,000 USDT a tier."""


def pair(
    base: str, quote: str, tick: str, step: str, family: IsolatedFamily = FAMILY_3X,
    tiers: tuple[IsolatedTier, ...] = TIERS_3X,
) -> PairParameters:  # fmt: skip
    """Return a pair with wide filters."""
    return PairParameters(
        symbol=base + quote, base=base, quote=quote, tick_size=amount(tick), price_min=amount(tick),
        price_max=BEYOND, step_size=amount(step), quantity_min=amount(step), quantity_max=BEYOND,
        market_quantity_max=BEYOND, notional_min=amount("0.0001"), notional_max=BEYOND, percent_up=0, percent_down=0,
        orders_max=200, algo_orders_max=5, iceberg_orders_max=10, order_lists_max=20,
        iceberg_parts_max=100, position_max=0,
        is_cross=True, is_isolated=True, is_limit_price=False, family=family, isolated_tiers=tiers,
    )  # fmt: skip


PAIRS = (
    pair("BTC", "USDT", "0.01", "0.00001", FAMILY_10X, TIERS_10X), pair("ETH", "USDT", "0.01", "0.0001"),
    pair("ETH", "BTC", "0.000001", "0.0001"), pair("BNB", "USDT", "0.01", "0.001"),
    pair("AXS", "USDT", "0.001", "0.01"), pair("DOGE", "USDT", "0.00001", "1"),
)  # fmt: skip

VIP_LEVELS = tuple(
    VipLevel(
        level, amount("1000000") * level, amount("25") * level, ratio("0.001"), ratio("0.001"),
        ratio("0.05") * level, ratio("1") + ratio("0.1") * level,
    )
    for level in range(10)
)  # fmt: skip


def figures() -> VenueParameters:
    """Return the rule set 2025 over these assets and pairs, for the caller to change."""
    return VenueParameters(
        rule_set="2025",
        assets={each.symbol: replace(each, rate_curve=replace(each.rate_curve)) for each in ASSETS},
        pairs={each.symbol: replace(each) for each in PAIRS},
        classic={
            3: ClassicBands(3, ratio("1.5"), ratio("2"), ratio("1.3"), ratio("1.1"), ratio("1.5")),
            5: ClassicBands(5, ratio("1.25"), ratio("2"), ratio("1.16"), ratio("1.1"), ratio("1.25")),
        },
        pro=ProBands(ratio("1.2"), ratio("1"), ratio("2"), ratio("2"), ratio("1.25")),
        vip_levels=tuple(replace(each) for each in VIP_LEVELS),
        index=IndexRules(ratio("0.05"), 10**6 * DAY, ratio("0.2"), ratio("0.2"), 10 * SECOND, 60 * SECOND),
        interest=InterestRules(ratio("2"), ratio("0.002"), ratio("0.95"), 0),
        trading=TradingRules(ratio("0.75"), ratio("0.05"), ratio("0.15"), ratio("0.02"), True),
        borrowing=BorrowRules(ratio("0.05"), ratio("1"), DAY, 20, DAY, ratio("2")),
        liquidation=LiquidationRules(
            classic_fee=ratio("0.02"), pro_fee=ratio("0.03"), isolated_fee=ratio("0.02"), round_interval=SECOND,
            price_band=ratio("0.05"), takeover_ratio=ratio("1.02"), takeover_factor=ratio("0.95"),
            takeover_time=60 * SECOND, rounds_without_fill_max=2, unwind_depth_share=ratio("0.5"),
            fund_floor=amount("1000"), income_share=0, turns_max=50, turns_span=SECOND // 50,
            orders_per_turn=20,
        ),
        notices=NoticeRules(DAY),
        conversions=ConversionRules(amount("0.001"), ratio("0.02"), 6 * HOUR, amount("10"), 10, 6 * HOUR),
        controls=ControlRules(MINUTE, ratio("0.5"), amount("10"), ratio("0.95"), amount("150000")),
        delisting=DelistingRules(7 * DAY, 365 * DAY, DAY, 200),
        cooling_off=CoolingOffRules(DAY, 30 * DAY),
    )  # fmt: skip


def plain_figures() -> VenueParameters:
    """Return the same without interest and fees, so that amounts stay round."""
    parameters = figures()
    for asset in parameters.assets.values():
        asset.rate_curve = RateCurve(0, 0, 0, ratio("0.8"))
    for level in parameters.vip_levels:
        level.maker_fee = level.taker_fee = 0
    return parameters
