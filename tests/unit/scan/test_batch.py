"""The one function in which files meet a bank."""

import hashlib
import io
from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.bank.words import as_words
from benban.errors import FenceUnavailableError, PictureUnsafeError
from benban.fingerprint.scan import BAND_BITS, decide_matches, radius_to_ask
from benban.model.clip import VideoFingerprint
from benban.model.fingerprint import Pdq, PictureFingerprint, ScannedPicture
from benban.scan.banked import BankedHashes
from benban.scan.batch import scan_batch
from benban.scan.record import Item

BORDER = 31
DATA = b"a file"


class Says:
    """A looker with given answers that counts how often it hashed exactly."""

    def __init__(
        self, scanned: ScannedPicture | Exception, exact: PictureFingerprint | Exception
    ) -> None:
        self.scanned, self.exact, self.measured = scanned, exact, 0

    def scan(self, picture: bytes) -> ScannedPicture:
        if isinstance(self.scanned, Exception):
            raise self.scanned
        return self.scanned

    def measure(self, picture: bytes) -> PictureFingerprint:
        self.measured += 1
        if isinstance(self.exact, Exception):
            raise self.exact
        return self.exact

    def film(self, film: BinaryIO) -> VideoFingerprint:
        raise AssertionError


def item(path: str = "a.jpg", problem: str = "") -> Item:
    return Item(path=path, open=lambda: io.BytesIO(DATA), problem=problem)


def banked(*held: Pdq) -> BankedHashes:
    return BankedHashes(np.arange(10, 10 + len(held)), as_words(one.hex for one in held))


def eight(bits: Sequence[int], quality: int = 90) -> tuple[Pdq, ...]:
    return tuple(Pdq(hex=f"{one:064x}", quality=quality) for one in bits)


def exactly(dihedral: tuple[Pdq, ...]) -> PictureFingerprint:
    return PictureFingerprint(
        pdq=dihedral[0],
        dihedral=dihedral,
        width_px=9,
        height_px=9,
        media_type="image/jpeg",
        is_whole=True,
    )


def apart(bits: int, away: int, seed: int) -> int:
    for place in np.random.default_rng(seed).permutation(256)[:away].tolist():
        bits ^= 1 << place
    return bits


@given(
    seed=st.integers(0, 2**32 - 1),
    distances=st.lists(st.integers(10, 60), min_size=1, max_size=4),
    drift=st.integers(0, BAND_BITS),
    turn=st.integers(0, 7),
)
def test_what_matches_is_what_the_rule_for_single_pictures_says(
    seed: int, distances: list[int], drift: int, turn: int
) -> None:
    rng = np.random.default_rng(seed)
    own = [int.from_bytes(rng.bytes(32), "big") for _ in range(8)]
    exact = exactly(eight(own))
    near = eight([apart(one, drift, seed + place) for place, one in enumerate(own)])
    scanned = ScannedPicture(dihedral=near, is_exact=False)
    held = eight([apart(own[turn], away, seed + away) for away in distances])
    expected = decide_matches(scanned, held, lambda: exact, border_bits=BORDER)

    (record,) = scan_batch([item()], banked(*held), Says(scanned, exact), border_bits=BORDER)

    found = record.match and (record.match.number, record.match.distance_bits, record.match.count)
    best = min(((one.distance_bits, one.index) for one in expected), default=None)
    assert found == (best and (10 + best[1], best[0], len(expected)))


def test_a_match_carries_the_digest_of_the_file_and_nothing_else_does() -> None:
    one = exactly(eight([7] * 8))
    says = Says(ScannedPicture(dihedral=one.dihedral, is_exact=True), one)

    (near,) = scan_batch([item()], banked(one.pdq), says)
    (far,) = scan_batch([item()], banked(*eight([(1 << 200) - 1])), says)

    assert near.match is not None
    assert near.match.sha256 == hashlib.sha256(DATA).hexdigest()
    assert far.match is None


def test_what_is_far_from_everything_is_read_once() -> None:
    own = eight([0] * 8)
    away = (1 << (radius_to_ask(BORDER) + 1)) - 1
    says = Says(ScannedPicture(dihedral=own, is_exact=False), exactly(own))

    scan_batch([item()], banked(*eight([away])), says)

    assert says.measured == 0


def test_a_picture_below_the_quality_of_pdq_matches_nothing() -> None:
    poor = eight([7] * 8, quality=49)
    says = Says(ScannedPicture(dihedral=poor, is_exact=True), exactly(poor))

    (record,) = scan_batch([item()], banked(*eight([7])), says)

    assert (record.match, record.problem) == (None, "")


def test_a_bad_file_is_a_row_among_good_ones() -> None:
    says = Says(PictureUnsafeError(), exactly(eight([7] * 8)))

    found = scan_batch([item("a"), item("b", "BB-803"), item("c")], banked(), says)

    assert [(one.path, one.problem) for one in found] == [
        ("a", "BB-301"),
        ("b", "BB-803"),
        ("c", "BB-301"),
    ]


def test_a_file_that_breaks_when_it_is_hashed_exactly_is_a_row_without_a_match() -> None:
    own = eight([7] * 8)
    says = Says(ScannedPicture(dihedral=own, is_exact=False), PictureUnsafeError())

    (record,) = scan_batch([item()], banked(own[0]), says)

    assert (record.match, record.media_type, record.problem) == (None, "", "BB-301")


def test_a_file_that_cannot_be_read_is_a_row() -> None:
    def gone() -> io.BytesIO:
        raise FileNotFoundError

    says = Says(PictureUnsafeError(), PictureUnsafeError())
    (record,) = scan_batch([Item(path="gone", open=gone)], banked(), says)

    assert record.problem == "BB-002"


def test_without_a_fence_nothing_is_said_of_any_file() -> None:
    says = Says(FenceUnavailableError(), exactly(eight([7] * 8)))

    with pytest.raises(FenceUnavailableError):
        scan_batch([item()], banked(), says)


@pytest.mark.parametrize(("away", "is_match"), [(0, False), (BORDER, False), (BORDER + 1, True)])
def test_a_negative_hash_counts_at_the_exact_distance_and_not_in_the_wider_look(
    away: int, is_match: bool
) -> None:
    own = eight([7] * 8)
    scanned = ScannedPicture(dihedral=own, is_exact=False)
    words = as_words([own[0].hex, f"{apart(7, away, 1):064x}"])
    held = BankedHashes(np.array([10, 1 << 62], np.int64), words)
    held.never_from = 1 << 62

    (record,) = scan_batch([item()], held, Says(scanned, exactly(own)), border_bits=BORDER)

    assert (record.match is not None) == is_match


def test_what_is_near_negative_hashes_alone_is_read_once() -> None:
    own = eight([7] * 8)
    says = Says(ScannedPicture(dihedral=own, is_exact=False), exactly(own))
    held = BankedHashes(np.array([1 << 62], np.int64), as_words([own[0].hex]))
    held.never_from = 1 << 62

    (record,) = scan_batch([item()], held, says)

    assert (record.match, says.measured) == (None, 0)
