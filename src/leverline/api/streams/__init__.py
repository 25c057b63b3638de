"""Streams and the WebSocket API: connections, subscriptions, what is sent when."""
