"""A generated past: candles from before the venue's first moment, for charts and clients that look back."""
