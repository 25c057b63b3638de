"""Spot and market data under /api/v3."""
