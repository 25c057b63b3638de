"""Draws that are the same on every machine: a seeded generator and exact arithmetic on what it gives."""

import random
from collections.abc import Sequence
from decimal import Context
from typing import Final, TypeVar

Choice = TypeVar("Choice")

_CONTEXT: Final = Context(prec=18)


class Chance:
    """A seeded source of choices. It uses nothing of `random` but the uniform draw, whose sequence is fixed."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed).random

    def unit(self) -> float:
        """Return a number in [0, 1)."""
        return self._draw()

    def whether(self, share: float) -> bool:
        """Return whether an event of this probability happens."""
        return self._draw() < share

    def below(self, count: int) -> int:
        """Return one of 0 … count − 1."""
        return int(self._draw() * count)

    def between(self, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`, both included."""
        return least + self.below(most - least + 1)

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """Return one of `choices`, each alike."""
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[tuple[int, Choice]]) -> Choice:
        """Return one of (weight, choice)."""
        left = self.below(sum(weight for weight, _ in choices))
        for weight, choice in choices:
            left -= weight
            if left < 0:
                return choice
        raise AssertionError("a draw beyond the sum of weights")

    def lognormal(self, median: int, sigma: float) -> int:
        """Return a whole number whose logarithm is normal: median × e^(sigma × z), z a sum of twelve uniform draws."""
        z = sum(self._draw() for _ in range(12)) - 6
        return int(_CONTEXT.multiply(median, _CONTEXT.exp(_CONTEXT.create_decimal_from_float(sigma * z))))
