"""The Binance wire: REST, streams and WebSocket API. Wire names live here and nowhere else."""
