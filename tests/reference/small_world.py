"""A small venue for the reference and the properties: few assets, low limits, thin tiers: every edge is near."""

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

UNIT = 10**8
ONE = 10**12
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BEYOND = 10**15 * UNIT


def amount(text: str) -> int:
    """Return a plain decimal as an amount or book price of 10⁻⁸."""
    return scaled(text, 8)


def ratio(text: str) -> int:
    """Return a plain decimal as a ratio, rate or index price of 10⁻¹²."""
    return scaled(text, 12)


def scaled(text: str, decimals: int) -> int:
    """Return a plain decimal as an integer of 10⁻`decimals`."""
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(decimals, "0"))


def tiers(*rows: tuple[str, str]) -> tuple[CollateralTier, ...]:
    """Return collateral tiers from (value limit, ratio)."""
    return tuple(CollateralTier(amount(limit), ratio(share)) for limit, share in rows)


def brackets(*rows: tuple[int, str, str, str]) -> tuple[ProBracket, ...]:
    """Return brackets from (leverage, debt limit, initial rate, maintenance rate) with their maintenance amounts."""
    found: list[ProBracket] = []
    quick = last_rate = last_limit = 0
    for leverage, limit, initial, maintenance in rows:
        quick += last_limit * (ratio(maintenance) - last_rate) // ONE
        found.append(ProBracket(leverage, amount(limit), ratio(initial), ratio(maintenance), quick))
        last_rate, last_limit = ratio(maintenance), amount(limit)
    return tuple(found)


CURVE = RateCurve(ratio("0.000001"), ratio("0.00001"), ratio("0.0001"), ratio("0.8"))
STEEP = RateCurve(ratio("0.000003"), ratio("0.00004"), ratio("0.0007"), ratio("0.5"))
FLAT = RateCurve(ratio("0.00001"), 0, 0, ratio("0.8"))
GOOD = tiers(("1000000", "1"), ("3000000", "0.95"), ("100000000", "0.5"))
FAIR = tiers(("20000", "1"), ("100000", "0.9"), ("200000", "0.5"))
POOR = tiers(("5000", "0.8"), ("20000", "0.25"))
PRO_GOOD = brackets(
    (20, "20000", "0.0527", "0.02"), (10, "60000", "0.1112", "0.04"), (5, "200000", "0.25", "0.1"),
)  # fmt: skip
PRO_FAIR = brackets((10, "10000", "0.1112", "0.05"), (3, "50000", "0.5", "0.15"))


def asset(
    symbol: str, rank: int, haircuts: tuple[CollateralTier, ...], curve: RateCurve, limit: str, least: str,
    pro: tuple[ProBracket, ...] = PRO_GOOD, **changes: int,
) -> AssetParameters:  # fmt: skip
    """Return an asset; `limit` is its VIP 0 borrow limit, `least` its minimum loan."""
    limits = tuple(amount(limit) * (level + 1) for level in range(10))
    found = AssetParameters(
        symbol, symbol, rank, True, True, haircuts, pro, curve, limits, amount(least), amount(least),
        ratio("0.05"), amount(limit) * 2, BEYOND, BEYOND, ratio("0.05"), 1,
    )  # fmt: skip
    for name, figure in changes.items():
        setattr(found, name, figure)
    return found


def pair(
    base: str, quote: str, tick: str, step: str, family: IsolatedFamily, isolated_tiers: tuple[IsolatedTier, ...]
) -> PairParameters:
    """Return a pair with wide filters."""
    return PairParameters(
        base + quote, base, quote, amount(tick), amount(tick), 10**9 * UNIT, amount(step), amount(step),
        10**10 * UNIT, 10**10 * UNIT, amount("5") if quote != "BTC" else amount("0.0001"), BEYOND, 0, 0,
        20, 3, 3, 3, 10, 0, True, bool(isolated_tiers), False, family, isolated_tiers, 20, 200, 10, 300, 2,
    )  # fmt: skip


def family(leverage: int, call: str, liquidation: str) -> IsolatedFamily:
    """Return a leverage family."""
    return IsolatedFamily(leverage, ratio(call), ratio(liquidation))


def isolated(first_base: str, first_quote: str, *ratios: str) -> tuple[IsolatedTier, ...]:
    """Return tiers whose limits grow evenly from the first one."""
    return tuple(
        IsolatedTier(ratio(initial), amount(first_base) * number, amount(first_quote) * number)
        for number, initial in enumerate(ratios, 1)
    )


TEN = family(10, "1.1", "1.05")
FIVE = family(5, "1.19", "1.15")
THREE = family(3, "1.22", "1.18")
TEN_TIERS = ("1.111", "1.1264", "1.1418", "1.1572", "1.1726")
FIVE_TIERS = ("1.25", "1.3125", "1.375", "1.4375", "1.5")
THREE_TIERS = ("1.5", "1.875", "2.25", "2.625", "3")


def assets() -> list[AssetParameters]:
    """Return the catalogue: a stable pair of coins, two majors, BNB, a coin of tiny price, one that is not lent."""
    return [
        asset("USDT", 1, GOOD, CURVE, "300000", "1"),
        asset("USDC", 1, GOOD, STEEP, "100000", "1"),
        asset("BTC", 1, GOOD, CURVE, "5", "0.0001"),
        asset("ETH", 2, FAIR, STEEP, "40", "0.001"),
        asset("BNB", 3, FAIR, FLAT, "100", "0.01", PRO_FAIR),
        asset("PEPE", 8, POOR, STEEP, "300000000", "100000", ()),
        asset("RARE", 10, POOR, FLAT, "100", "1", (), is_borrowable=False, is_collateral=False),
    ]


def pairs() -> list[PairParameters]:
    """Return the pairs: isolated of all three families, a cross of two coins, and one without isolated margin."""
    return [
        pair("BTC", "USDT", "0.01", "0.00001", TEN, isolated("0.5", "20000", *TEN_TIERS)),
        pair("ETH", "USDT", "0.01", "0.0001", FIVE, isolated("4", "8000", *FIVE_TIERS)),
        pair("ETH", "BTC", "0.00001", "0.001", FIVE, isolated("4", "0.2", *FIVE_TIERS)),
        pair("BNB", "USDT", "0.1", "0.001", THREE, ()),
        pair("USDC", "USDT", "0.0001", "0.01", THREE, ()),
        pair("BTC", "USDC", "0.01", "0.00001", TEN, ()),
        pair("PEPE", "USDT", "0.00000001", "100", THREE, isolated("30000000", "300", *THREE_TIERS)),
        pair("RARE", "USDT", "0.01", "0.01", THREE, ()),
    ]


def vip_levels() -> tuple[VipLevel, ...]:
    """Return ten levels with falling fees and rising discounts."""
    return tuple(
        VipLevel(
            level, amount("20000") * level, amount("1") * level, ratio("0.001") - level * ratio("0.0001"),
            ratio("0.001") - level * ratio("0.00005"), ratio("0.03") * level, ONE + level * ratio("0.5"),
        )
        for level in range(10)
    )  # fmt: skip


def small_world(**asset_changes: object) -> VenueParameters:
    """Return the parameters; keyword arguments change a field of every asset."""
    catalogue = assets()
    for each in catalogue:
        for name, figure in asset_changes.items():
            setattr(each, name, figure)
    return VenueParameters(
        "small",
        {each.symbol: each for each in catalogue},
        {each.symbol: each for each in pairs()},
        {
            3: ClassicBands(3, ratio("1.5"), ratio("2"), ratio("1.3"), ratio("1.1"), ratio("1.5")),
            5: ClassicBands(5, ratio("1.25"), ratio("2"), ratio("1.16"), ratio("1.1"), ratio("1.25")),
        },
        ProBands(ratio("1.2"), ratio("1"), ratio("2"), ratio("2"), ratio("1.25")),
        vip_levels(),
        IndexRules(ratio("0.05"), DAY * 30, ratio("0.2"), ratio("0.2"), 10 * SECOND, 60 * SECOND),
        InterestRules(ratio("2"), ratio("0.002"), ratio("0.95"), 0),
        TradingRules(ratio("0.75"), ratio("0.05"), ratio("0.15"), ratio("0.02"), True),
        BorrowRules(ratio("0.05"), ONE, DAY, 3, DAY, ratio("2")),
        LiquidationRules(
            ratio("0.02"), ratio("0.03"), ratio("0.02"), SECOND, ratio("0.05"), ratio("1.02"), ratio("0.95"),
            60 * SECOND, 2, ratio("0.5"), amount("1000"), ratio("0.1"), 2, SECOND // 4, 20,
        ),
        NoticeRules(DAY),
        ConversionRules(amount("0.001"), ratio("0.02"), 6 * HOUR, amount("10"), 10, 6 * HOUR),
        ControlRules(MINUTE, ratio("0.5"), amount("10"), ratio("0.95"), amount("150000")),
        DelistingRules(7 * DAY, 365 * DAY, DAY, 200),
        CoolingOffRules(DAY, 30 * DAY),
    )  # fmt: skip


def edgy_world() -> VenueParameters:
    """Return the small world with what only long streams need: indices that go stale, a limit-price pair."""
    found = small_world()
    found.index.source_silence = 3 * HOUR
    found.pairs["PEPEUSDT"].is_limit_price = True
    return found


def capped_world() -> VenueParameters:
    """Return the edgy world where the caps of rules 4.5 and 8.5 bind."""
    found = edgy_world()
    for each in found.assets.values():
        each.collateral_cap = amount("60000")
        each.exposure_floor = amount("9000")
    return found
