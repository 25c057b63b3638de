"""Balances and the entries that move them: every entry sums to zero per asset and per layer (rules 1.4 and 14)."""
