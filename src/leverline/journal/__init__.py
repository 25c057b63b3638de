"""Durable ordered bytes: the truth of a venue, in groups that are on disk before anything about them is told."""
