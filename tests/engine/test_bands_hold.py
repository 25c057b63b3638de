"""No crossing is missed: after every command each account is in the band that the exact rule gives (rules 2.4, 5.2)."""

import random

import pytest
from tests.engine.additions import BNB, CONTROL, FAMILY, SMALL, VIP, AddedDays
from tests.engine.streams import RandomDays
from tests.engine.world import HOUR, World, parameters
from tests.regimes import of_2026

from leverline.engine.codec import command_to_dict
from leverline.margin.account import EXCESSIVE
from leverline.parameters import with_index_silence
from leverline.rulebook.parameters import VenueParameters

RULES = {
    "pinned": parameters(),
    "stale after 20 minutes": with_index_silence(parameters(), HOUR // 3),
    "2026-06": of_2026(parameters(), "USDT"),
}


def misjudged(world: World) -> list[tuple[int, int, int]]:
    """Return (wallet, band it stands in, band by the exact rule) of accounts where these differ."""
    risk = world.engine.core.risk
    accounts = [account for user in world.engine.core.users.values() for account in user.margin_accounts()]
    found = [
        (account.wallet_id, account.status, risk.status_of(account) if account.debts else EXCESSIVE)
        for account in accounts
        if not account.is_locked
    ]
    return [row for row in found if row[1] != row[2]]


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_every_account_stands_in_the_band_of_the_exact_rule(
    rules: VenueParameters, rng: random.Random, seed: int
) -> None:
    """Prices jump, interest grows, orders fill, indices turn stale: whoever should move has moved."""
    print(f"seed {seed}")
    days = RandomDays(rng)
    world = days.open(rules)
    for command, time in days.take(150) + days.crash() + days.take(150):
        world.engine.apply(command, time)
        assert misjudged(world) == [], (command_to_dict(command), time)


@pytest.mark.parametrize(
    "kinds", [(FAMILY,), (VIP,), (BNB,), (SMALL, FAMILY), (CONTROL,)], ids=[FAMILY, VIP, BNB, SMALL, CONTROL]
)
@pytest.mark.parametrize("part", range(3))
def test_no_crossing_is_missed_in_unusual_days(kinds: tuple[str, ...], part: int, seed: int) -> None:
    """Levels of fees change over resting Pro orders, interest turns to BNB and back, families form among debtors,
    operators stop things.
    """
    print(f"seed {seed}")
    days = AddedDays(random.Random(f"{seed} {part}"), *kinds)
    world = days.open(RULES["2026-06" if part == 2 else "pinned"])
    for command, time in days.take(200) + days.crash() + days.take(100):
        world.engine.apply(command, time)
        assert misjudged(world) == [], (command_to_dict(command), time)
