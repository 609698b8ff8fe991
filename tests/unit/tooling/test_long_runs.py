"""A long measurement goes on where it stopped and never mixes two methods."""

from pathlib import Path

from benchmarks.source.runs import Journal, Record, read_result
from benchmarks.source.unrelated import Question, foreign_to, questions


def _journal(folder: Path, parameters: str = "1") -> Journal:
    return Journal(
        "demo", sources=("benchmarks/source/forger.py",), parameters=parameters, results=folder
    )


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
        _journal(tmp_path).measure(["a", "b", "c"], measure, say=_quiet)
    except KeyboardInterrupt:
        _journal(tmp_path).measure(["a", "b", "c"], measure, say=_quiet)

    assert asked == ["a", "b", "b", "c"]


def test_a_line_that_was_cut_off_is_measured_again(tmp_path: Path) -> None:
    _journal(tmp_path).measure(["a", "b"], lambda _: {"pairs": 1}, say=_quiet)
    path = tmp_path / "demo.journal"
    path.write_text(path.read_text(encoding="utf-8")[:-9], encoding="utf-8")

    assert set(_journal(tmp_path).records) == {"a"}


def test_other_numbers_start_anew(tmp_path: Path) -> None:
    _journal(tmp_path).measure(["a"], lambda _: {"pairs": 1}, say=_quiet)

    assert (_journal(tmp_path).records != {}, _journal(tmp_path, "2").records) == (True, {})


def test_a_result_says_where_it_comes_from_and_whether_it_is_whole(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    journal.measure(["a"], lambda _: {"pairs": 1}, say=_quiet)
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
