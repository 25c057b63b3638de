"""Other venues from one rule set."""

import pytest

from leverline.kernel.time import DAY, MINUTE
from leverline.parameters import (
    UnknownPairError,
    select,
    with_index_silence,
    with_index_sources,
    with_pinned_index,
)
from leverline.rulebook.parameters import VenueParameters


def test_a_part_of_the_venue_has_what_its_pairs_need(parameters: VenueParameters) -> None:
    """ETHBTC brings the USDT pairs of both; BTC and BNB are always there."""
    venue = select(parameters, ["ETHBTC"])
    assert list(venue.pairs) == ["BNBUSDT", "BTCUSDT", "ETHBTC", "ETHUSDT"]
    assert sorted(venue.assets) == ["BNB", "BTC", "ETH", "USDT"]
    assert venue.classic == parameters.classic


def test_the_order_of_the_asked_symbols_does_not_matter(parameters: VenueParameters) -> None:
    """A part is the same venue however it is asked for."""
    one = select(parameters, ["SOLUSDC", "ADAUSDT"])
    other = select(parameters, iter(["ADAUSDT", "SOLUSDC", "ADAUSDT"]))
    assert list(one.pairs) == list(other.pairs)
    assert one == other


def test_an_unknown_pair_is_named(parameters: VenueParameters) -> None:
    """No symbol is skipped in silence."""
    with pytest.raises(UnknownPairError, match="no pair LUNAUST in rule set 2025"):
        select(parameters, ["BTCUSDT", "LUNAUST"])


def test_the_index_can_be_made_patient(parameters: VenueParameters) -> None:
    """Silence and sources are changed without touching the rule set."""
    patient = with_index_silence(parameters, 5 * MINUTE)
    assert patient.index.source_silence == 5 * MINUTE
    assert {asset.index_sources_min for asset in with_index_sources(parameters, 2).assets.values()} == {2}
    pinned = with_pinned_index(parameters)
    assert pinned.index.source_silence > 10_000 * DAY
    assert {asset.index_sources_min for asset in pinned.assets.values()} == {1}
    assert parameters.index.source_silence != patient.index.source_silence
