"""Ids and chance, repeatable when a seed is given."""

from __future__ import annotations

import random
import uuid


class Ids:
    """Draws every id and every random shift, from one source."""

    def __init__(self, seed: int | str | None = None) -> None:
        """Draw the same sequence for the same seed; an unpredictable one without."""
        self.chance: random.Random = random.SystemRandom()
        if seed is not None:
            self.chance = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def uuid(self) -> str:
        """Return a new UUID, version 4."""
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def digits(self, count: int) -> str:
        """Return so many random digits, the first of them not a zero."""
        return str(self.chance.randrange(10 ** (count - 1), 10**count))

    def letters(self, count: int) -> str:
        """Return so many random letters and digits."""
        alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
        return "".join(self.chance.choices(alphabet, k=count))
