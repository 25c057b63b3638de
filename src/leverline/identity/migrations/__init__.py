"""The versions of the identity schema, applied at start."""
