"""What the wheel's build hook uses to compile the engine core."""
