"""The state of the venue as a flat stream of plain values: one pair of write and read functions per part."""
