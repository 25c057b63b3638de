"""One function per command: read, check, then change. A refusal is returned and has changed nothing."""
