"""The lab: history replayed through the engine that trades, with statistics and a report."""
