"""What an operator's machines ask of a served venue."""

from tests.clients.running_venue import RunningVenue

FIGURES = (
    "leverline_commands_total", "leverline_commands_not_durable", "leverline_snapshots_total",
    "leverline_snapshots_failed_total", "leverline_margin_calls", 'leverline_fund{asset="USDT"}',
    "leverline_request_seconds_count", "leverline_trading_stopped", "leverline_borrowing_stopped",
    'leverline_liquidation_paused{product="pro"}', "leverline_accounts_at_risk", "leverline_excluded_sources",
)  # fmt: skip


def test_a_served_venue_says_that_it_lives_and_how_it_does(venue: RunningVenue) -> None:
    """Alive, ready, and the figures that an alarm is set on: each there, each a number."""
    assert venue.http.get("/healthz").json() == {"status": "ok"}
    assert venue.http.get("/readyz").json() == {"status": "ready"}
    lines = [line.split() for line in venue.http.get("/metrics").text.splitlines() if not line.startswith("#")]
    figures = {name: float(value) for name, value in lines}
    assert set(FIGURES) <= figures.keys()
    assert figures["leverline_commands_total"] > 1_000
    assert figures["leverline_snapshots_failed_total"] == 0
