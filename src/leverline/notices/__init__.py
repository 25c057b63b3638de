"""Notices: what a user must be told, kept in a durable outbox behind the events, and sent by every channel he has."""
