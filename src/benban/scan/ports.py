"""Who looks at a picture for a scan, and who runs its units."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from benban.model.clip import VideoFingerprint
from benban.model.fingerprint import PictureFingerprint, ScannedPicture
from benban.scan.banked import BankedHashes
from benban.scan.record import ScanRecord
from benban.scan.unit import Unit


class Looker(Protocol):
    """
    Decodes pictures where a broken one can harm nothing.

    All raise ``FenceUnavailableError`` only where no picture at all can be looked at; whatever is
    the fault of one picture or film is another ``BenbanError``.
    """

    def scan(self, picture: bytes) -> ScannedPicture:
        """Return hashes that are near the exact ones, or are these."""
        ...

    def measure(self, picture: bytes) -> PictureFingerprint:
        """Return the exact fingerprint."""
        ...

    def film(self, film: BinaryIO) -> VideoFingerprint:
        """Return the fingerprints of a film's frames; *film* can be sought, is read in pieces."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """
    What every unit of a scan is done with.

    Attributes:
        source: a path or the address of a store, as the operator gave it.
        column: of a Parquet file, where the bytes stand; empty: its only column of bytes.
        border_bits: the largest distance that is a match.
    """

    source: str
    column: str
    border_bits: int
    banked: BankedHashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A unit with a record for each of its files."""

    unit: Unit
    records: tuple[ScanRecord, ...]


class Engine(Protocol):
    """Runs units side by side, each as if it were alone."""

    def run(self, work: Work, units: Iterable[Unit]) -> Iterator[Done]:
        """
        Yield each unit once when it is done, in any order; *units* is read as they are begun.

        Raises:
            FenceUnavailableError: BB-306, pictures cannot be looked at here.
            ScanEngineError: BB-984, the engine itself cannot go on.
        """
        ...
