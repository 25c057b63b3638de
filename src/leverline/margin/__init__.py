"""Margin accounts, their valuation, bands and limits, and which of them a price move can touch (rules 4 to 10)."""
