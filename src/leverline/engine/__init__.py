"""The deterministic core: commands in, events out. No clock, no files, no chance."""
