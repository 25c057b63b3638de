"""The venue's own interface: /account/v1 for users in a browser, /operator/v1 for those who run the venue."""
