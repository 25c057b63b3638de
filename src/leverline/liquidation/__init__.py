"""Liquidation in steps, takeover, the insurance fund and what it cannot pay (rules 11 and 15)."""
