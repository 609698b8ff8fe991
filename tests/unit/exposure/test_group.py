import random
import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest

from benban.bank.words import as_words
from benban.exposure.group import group_alike
from benban.exposure.near import Nearby
from benban.model.own_photo import (
    Audience,
    AuditedPhoto,
    GroupingFingerprint,
    GroupingHash,
    OwnPhotoId,
    PhotoFacts,
    PhotoPlace,
    PhotoService,
)

_ORIENTATIONS = 8


def _photo(number: int, hashes: Sequence[int], quality: int = 100) -> AuditedPhoto:
    dihedral = tuple(GroupingHash(hex=f"{one:064x}", quality=quality) for one in hashes)
    return AuditedPhoto(
        id=OwnPhotoId(str(number)),
        source="anh",
        name=f"{number}.jpg",
        size_bytes=1,
        service=PhotoService.FOLDER,
        place=PhotoPlace.UNKNOWN,
        audience=Audience.UNKNOWN,
        audience_shown="",
        album="",
        at=None,
        is_others=False,
        facts=PhotoFacts(
            media_type="image/jpeg",
            width_px=640,
            height_px=480,
            fingerprint=GroupingFingerprint(dihedral=dihedral),
        ),
    )


def _as_documented(photos: Sequence[AuditedPhoto]) -> list[list[OwnPhotoId]]:
    waiting, groups = list(photos), []
    while waiting:
        first, *rest = waiting
        assert first.facts.fingerprint is not None
        near = [
            one
            for one in rest
            if one.facts.fingerprint is not None
            and any(
                turned.distance_bits(one.facts.fingerprint.dihedral[0]) <= 31
                for turned in first.facts.fingerprint.dihedral
            )
        ]
        groups.append([first.id, *(one.id for one in near)])
        waiting = [one for one in rest if one not in near]
    return groups


def _changed(drawn: random.Random, value: int, bits: int) -> int:
    for bit in drawn.sample(range(256), bits):
        value ^= 1 << bit
    return value


@pytest.mark.parametrize("seed", range(4))
def test_groups_are_those_of_the_rule_up_to_the_last_bit(seed: int) -> None:
    drawn = random.Random(seed)
    photos: list[AuditedPhoto] = []
    for _ in range(12):
        turned = [drawn.getrandbits(256) for _ in range(_ORIENTATIONS)]
        photos.append(_photo(len(photos), turned))
        for bits in (0, 1, 30, 31, 32, 33):
            upright = _changed(drawn, drawn.choice(turned), bits)
            others = [drawn.getrandbits(256) for _ in range(_ORIENTATIONS - 1)]
            photos.append(_photo(len(photos), [upright, *others]))
    drawn.shuffle(photos)

    found = [[one.id for one in group] for group in group_alike(photos)]

    assert found == _as_documented(photos)


def test_two_bits_in_fifteen_pieces_and_one_in_the_last_are_near() -> None:
    # The farthest that the rule of the pieces has to find: 31 bits, spread as evenly as it goes.
    spread = sum(0b11 << (16 * piece) for piece in range(15)) | 1 << 240
    nearby = Nearby(as_words([f"{spread:064x}", f"{spread | 1 << 255:064x}"]))

    assert nearby.near(as_words(["0" * 64])).tolist() == [True, False]


def test_a_chain_of_neighbours_is_not_one_group() -> None:
    chain = [_photo(number, [(1 << 20 * number) - 1] * _ORIENTATIONS) for number in range(4)]

    groups = group_alike(chain)

    assert [[one.id for one in group] for group in groups] == [["0", "1"], ["2", "3"]]


def test_what_is_too_plain_to_be_told_apart_stands_alone() -> None:
    plain = [_photo(number, [0] * _ORIENTATIONS, quality=49) for number in range(3)]

    assert [len(group) for group in group_alike(plain)] == [1, 1, 1]


def test_ten_thousand_photos_that_all_look_alike_take_little_memory() -> None:
    bits = np.random.default_rng(7).integers(0, 64, 10_000, dtype=np.uint64)
    words = np.zeros((10_000, 4), np.uint64)
    words[:, 0] = np.uint64(1) << bits
    asked = np.zeros((_ORIENTATIONS, 4), np.uint64)
    tracemalloc.start()
    try:
        found = Nearby(words).near(asked)
        _, most_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found.all()
    # 558 MB when all neighbours of all questions were gathered.
    assert most_bytes < 16 << 20
