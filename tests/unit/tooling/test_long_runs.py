"""A long measurement goes on where it stopped and never mixes two methods."""

import json
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from benban.testing.pictures import Subject, draw_example
from benchmarks.source.runs import Journal, Record, read_result
from benchmarks.source.scenes import plan_motion, second_photograph
from benchmarks.source.strata import negatives
from benchmarks.source.tables import recall_interval, share
from benchmarks.source.unrelated import Question, foreign_to, questions


def _journal(folder: Path, parameters: str = "1") -> Journal:
    return Journal(
        "demo", sources=("benchmarks/source/forger.py",), parameters=parameters, results=folder
    )


def _one() -> Record:
    return {"pairs": 1}


def _quiet(_line: str) -> None:
    pass


def test_an_interrupted_run_measures_only_what_is_left(tmp_path: Path) -> None:
    asked: list[str] = []

    def measure(name: str) -> Record:
        asked.append(name)
        if name == "b" and len(asked) == 2:
            raise KeyboardInterrupt
        return {"pairs": 1}

    try:
        _journal(tmp_path).measure({n: partial(measure, n) for n in "abc"}, say=_quiet)
    except KeyboardInterrupt:
        _journal(tmp_path).measure({n: partial(measure, n) for n in "abc"}, say=_quiet)

    assert asked == ["a", "b", "b", "c"]


def test_a_line_that_was_cut_off_is_measured_again(tmp_path: Path) -> None:
    _journal(tmp_path).measure({"a": _one, "b": _one}, say=_quiet)
    path = tmp_path / "demo.journal"
    path.write_text(path.read_text(encoding="utf-8")[:-9], encoding="utf-8")

    assert set(_journal(tmp_path).records) == {"a"}


def test_other_numbers_start_anew(tmp_path: Path) -> None:
    _journal(tmp_path).measure({"a": _one}, say=_quiet)

    assert (_journal(tmp_path).records != {}, _journal(tmp_path, "2").records) == (True, {})


def test_a_run_that_goes_on_at_another_commit_with_the_same_files_names_that_one(
    tmp_path: Path,
) -> None:
    journal = _journal(tmp_path)
    journal.measure({"a": _one}, say=_quiet)
    path = tmp_path / "demo.journal"
    head, records = path.read_text(encoding="utf-8").split("\n", 1)
    earlier = json.dumps({**json.loads(head), "commit": "earlier"})
    path.write_text(f"{earlier}\n{records}", encoding="utf-8")

    _journal(tmp_path).write({}, planned=1, seed="7")

    result = read_result("demo", tmp_path)
    assert result is not None
    assert (result["items"], result["commit"] != "earlier") == (1, True)


def test_a_result_says_where_it_comes_from_and_whether_it_is_whole(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    journal.measure({"a": _one}, say=_quiet)
    journal.write({"rows": []}, planned=2, seed="7")

    result = read_result("demo", tmp_path)
    assert result is not None
    assert (result["items"], result["items_planned"], result["seed"]) == (1, 2, "7")
    assert {"commit", "is_clean", "digest", "versions", "machine"} <= set(result)


def test_no_pair_of_photographs_is_held_together_twice() -> None:
    photos = ("a", "b", "c")
    pairs = [
        frozenset({base, photos[k]})
        for base in photos
        for k in foreign_to(Question(id=base, kind="photo", base=base, attack="none"), photos)
    ]

    assert (len(pairs), set(map(len, pairs))) == (3, {2})
    assert len(set(pairs)) == len(pairs)


def test_every_questioned_picture_has_a_name_of_its_own() -> None:
    names = [one.id for one in questions()]

    assert len(set(names)) == len(names)


def test_there_are_a_thousand_synthetic_scenes_in_all_bands_of_parallax() -> None:
    bands = Counter(
        one.stratum for one in negatives() if one.is_synthetic and "parallax" in one.stratum
    )

    assert (len(bands), sum(bands.values()) >= 1000, min(bands.values()) > 100) == (5, True, True)


def test_every_pair_has_a_name_of_its_own() -> None:
    names = [one.id for one in negatives()]

    assert len(set(names)) == len(names)


def test_only_a_tripod_is_the_same_shot_by_the_words_of_tier_a() -> None:
    assert {one.stratum for one in negatives() if one.is_near} == {"static camera"}


def test_the_second_photograph_of_a_tripod_differs_in_grain_alone_and_of_a_hand_in_places() -> None:
    first = draw_example(Subject.CAT, seed=3, width_px=320, height_px=240)
    still, moved = (
        second_photograph(first, replace(motion, moving_parts=0))
        for motion in (plan_motion(4, is_static=True), plan_motion(4))
    )

    edges = [
        cv2.Canny(cv2.GaussianBlur(one, (0, 0), 2), 60, 120) > 0 for one in (first, still, moved)
    ]
    near = np.asarray(cv2.dilate(edges[0].astype(np.uint8), np.ones((3, 3))), np.bool_)
    shares = [float(near[one].mean()) for one in edges[1:]]
    assert shares[0] > 0.9 > shares[1]


def test_a_recall_is_bounded_by_photographs_and_not_by_copies() -> None:
    def copies(per_photo: int) -> list[Record]:
        return [
            {"photo": str(k), "tier": "A" if k % 4 else "B"}
            for k in range(40)
            for _ in range(per_photo)
        ]

    one, ten = (recall_interval(copies(many), "A") for many in (1, 10))
    assert one == ten
    assert share("A", copies(10), tiers="A").clusters == 40
