"""Liquidation cases: what became of one account from the margin call to the end, and a re-run that confirms each figure."""
