"""Parts of the generator of parameter tables, and its hand-kept input."""
