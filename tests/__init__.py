"""The tests of Leverline, a folder for each suite; shared helpers are imported as `tests.…`."""
