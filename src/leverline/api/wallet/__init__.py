"""Wallet and account endpoints of /sapi that margin clients use."""
