"""Margin under /sapi: accounts, loans, orders, data, transfers and records."""
