"""Read models made from commits: orders, trades, candles, loans and whatever else is asked about the past."""
