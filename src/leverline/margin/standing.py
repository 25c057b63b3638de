"""A user's standing with the venue: his VIP level by volume and BNB holding (rule 8.4)."""

from typing import Final

from leverline.margin.account import User
from leverline.market.settlement import BNB
from leverline.rulebook.parameters import VipLevel
from leverline.rulebook.vip import vip_level_for

VOLUME_DAYS: Final = 30


def close_day(user: User, levels: tuple[VipLevel, ...]) -> int:
    """Add the day that ends to the volumes of 30 days and return the VIP level earned by them and by BNB (rule 8.4)."""
    user.volumes.append(user.volume_today)
    user.volume_today = 0
    if len(user.volumes) > VOLUME_DAYS:
        del user.volumes[: len(user.volumes) - VOLUME_DAYS]
    return vip_level_for(sum(user.volumes), bnb_owned(user), levels)


def volume_counted(user: User) -> int:
    """Return the volume that counts when this day ends: that of the day and of the 29 before it, in 10⁻⁸ USDT."""
    return sum(user.volumes[-(VOLUME_DAYS - 1) :]) + user.volume_today


def bnb_owned(user: User) -> int:
    """Return the BNB that a user has in all his wallets less what he owes of it: borrowed BNB earns no level."""
    found = user.spot.holdings.get(BNB)
    total = 0 if found is None else found.total
    for account in user.margin_accounts():
        holding = account.holdings.get(BNB)
        if holding is not None:
            total += holding.total - holding.debt
    return total
