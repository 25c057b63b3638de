"""VIP levels (rule 8.4). Source: the VIP notice of 2022-05-31: volume and BNB are both needed."""

from leverline.rulebook.parameters import VipLevel


def vip_level_for(volume: int, bnb: int, levels: tuple[VipLevel, ...]) -> int:
    """Return the highest level whose 30-day volume and BNB holding are both reached, 0 if none (rule 8.4).

    `volume` is a value in 10⁻⁸ USDT, `bnb` an amount. Exactly the minimum is enough.
    """
    found = 0
    for level in levels:
        if volume >= level.volume_min and bnb >= level.bnb_min:
            found = level.level
    return found
