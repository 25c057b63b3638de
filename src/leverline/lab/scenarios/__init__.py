"""Scenarios: stories of a few accounts in YAML, carried out in a venue in memory and proved after every command."""
