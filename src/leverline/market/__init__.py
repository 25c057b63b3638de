"""Instruments, index prices, orders, order books and their matching (rules 2 and 9)."""
