"""A slow model of the whole venue, written from the rule text in exact fractions and plain dicts, apart from the core.

It is meant to be obviously right, not quick: every book is a list, every risk check a scan of all accounts, every
amount a fraction until a rule says that it is posted. Agreement with the engine over random commands is what it is for.
"""
