"""The rules of the venue as pure functions over exact integers, and the types of their dated parameters."""
