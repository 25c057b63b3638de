"""Versions of the schema of history."""
