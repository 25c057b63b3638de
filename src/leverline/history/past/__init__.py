"""The whole past: what memory knows all of comes from there, the rest from the database behind it."""
