from benban.compare.copies import find_copies, nearest_orientation
from benban.fingerprint.pdq import hash_picture
from benban.model.finding import CopyMatch
from benban.model.fingerprint import PictureFingerprint, QuestionedFingerprint
from benban.model.ids import ExhibitId
from benban.testing.drawings import Picture, draw


def _fingerprint(rgb: Picture) -> PictureFingerprint:
    pdq, dihedral = hash_picture(rgb)
    return PictureFingerprint(
        pdq=pdq,
        dihedral=dihedral,
        width_px=rgb.shape[1],
        height_px=rgb.shape[0],
        media_type="image/png",
        is_whole=True,
    )


def _questioned(name: str, rgb: Picture) -> QuestionedFingerprint:
    return QuestionedFingerprint(exhibit_id=ExhibitId(name), picture=_fingerprint(rgb))


def _landscape(seed: int) -> Picture:
    return draw("landscape", seed=seed, width_px=320, height_px=240)


def test_a_picture_and_its_half_sized_copy_are_found_and_a_stranger_is_not() -> None:
    fingerprints = [
        _questioned("exh-1", _landscape(1)),
        _questioned("exh-2", _landscape(2)),
        _questioned("exh-3", _landscape(1)[::2, ::2].copy()),
    ]

    matches = find_copies(fingerprints)

    assert [(match.exhibit_id, match.other_id) for match in matches] == [("exh-1", "exh-3")]


def test_a_mirrored_copy_is_found_with_its_orientation() -> None:
    one, other = _questioned("exh-1", _landscape(1)), _questioned("exh-2", _landscape(1)[:, ::-1])

    matches = find_copies([one, other])

    distance, dihedral = nearest_orientation(one.picture, other.picture)
    expected = CopyMatch(
        exhibit_id=ExhibitId("exh-1"),
        other_id=ExhibitId("exh-2"),
        distance_bits=distance,
        dihedral=dihedral,
    )
    assert matches == (expected,)
    assert dihedral == 5  # flip-y in PDQ's own order: columns change their order


def test_a_hash_of_low_quality_matches_nothing() -> None:
    flat = draw("flat", seed=1, width_px=200, height_px=200)

    assert find_copies([_questioned("exh-1", flat), _questioned("exh-2", flat)]) == ()
