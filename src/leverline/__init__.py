"""Leverline, a self-hosted crypto margin trading venue."""

__version__ = "0.1.0"
