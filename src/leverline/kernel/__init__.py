"""Exact integers, named rounding, decimal text, time and the event log. Imports nothing of ours."""
