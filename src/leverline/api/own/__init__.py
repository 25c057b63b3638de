"""The venue's own interface: /account/v1 for users, /operator/v1 for operators."""
