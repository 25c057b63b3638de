"""Liquidation cases: what became of one account, and a re-run that confirms each figure."""
