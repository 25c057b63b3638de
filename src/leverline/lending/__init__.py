"""Lending pools, borrowing and repaying, hourly interest (rules 3 and 8)."""
