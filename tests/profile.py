"""How much the random tests do: a short profile by default, a long one with --long (conftest sets the variable)."""

import os

IS_LONG = os.environ.get("LEVERLINE_LONG") == "1"
