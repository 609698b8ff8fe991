"""The hashes that a scan looks for: those of a bank, under its numbers, and no others."""

from collections.abc import Sequence
from dataclasses import dataclass

from benban.bank.bank import Bank
from benban.bank.words import Numbers, Words, as_words
from benban.model.fingerprint import Pdq


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """
    What lies near one picture.

    Attributes:
        number: of the nearest; the smallest among equals.
        distance_bits: of the nearest, over all orientations.
        count: how many numbers lie within the radius.
    """

    number: int
    distance_bits: int
    count: int


class BankedHashes:
    """
    Shared hashes in memory; may be asked from many threads.

    Only a bank's folder or a list of numbered hashes is read into one: what a person declared as
    their own photo has no number in a bank and is of another type (HARM 12).
    """

    def __init__(self, number: Numbers, words: Words) -> None:
        """
        Hold *words* (n x 4) under their numbers (n).

        Raises:
            NumberTakenError: BB-331, a number stands there twice.
            ValueError: shapes or kinds do not fit.
        """
        self.number, self.words = number, words
        self._bank = Bank()
        if len(number):
            self._bank.add_many(number, words)
            self._bank.merge()
            self._bank.settle()

    def __len__(self) -> int:
        """Return how many hashes can be found."""
        return len(self._bank)

    def nearest(
        self, pictures: Sequence[Sequence[Pdq]], radius_bits: int
    ) -> tuple[Nearest | None, ...]:
        """
        Return for each picture what is nearest to one of its orientations; None: nothing is near.

        Args:
            pictures: the hashes of each one's orientations.
            radius_bits: 0 .. 47.
        """
        asked = [turned.hex for picture in pictures for turned in picture]
        owner = [place for place, picture in enumerate(pictures) for _ in picture]
        found: list[dict[int, int]] = [{} for _ in pictures]
        if asked and len(self):
            near = self._bank.near_many(as_words(asked), radius_bits)
            for question, number, distance in zip(
                near.question.tolist(),
                near.number.tolist(),
                near.distance_bits.tolist(),
                strict=True,
            ):
                held = found[owner[question]]
                held[number] = min(distance, held.get(number, distance))
        return tuple(_nearest(one) for one in found)


def _nearest(distances: dict[int, int]) -> Nearest | None:
    if not distances:
        return None
    distance, number = min((distance, number) for number, distance in distances.items())
    return Nearest(number=number, distance_bits=distance, count=len(distances))
