"""The venue around the engine: one writer that numbers, makes durable, applies and only then tells."""
