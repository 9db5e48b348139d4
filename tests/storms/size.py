"""How large the storms are (STORM=5 in the environment makes every one of them five times as large), and their dice."""

import os
import random
from collections.abc import Sequence
from typing import TypeVar

FACTOR = float(os.environ.get("STORM", "1"))
Thing = TypeVar("Thing")


def many(number: int) -> int:
    return max(1, round(number * FACTOR))


def dice(seed: int) -> random.Random:
    """The same throws for the same seed."""
    return random.Random(seed)  # noqa: S311 - no secret


def shuffled(things: Sequence[Thing], seed: int) -> list[Thing]:
    return dice(seed).sample(things, len(things))
