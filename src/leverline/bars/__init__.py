"""Price bars: read from files, cut to a span, walked as an index. For replays of every kind."""
