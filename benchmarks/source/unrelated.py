"""
How often photographs that have nothing to do with one another are accepted at all.

``python -m benchmarks.source.unrelated`` registers every original and altered copies of the test
half against all foreign photographs, with the features of each taken once, and goes on where it
stopped; ``--write`` writes what there is, ``--state`` says how far it is. Nothing is learned here.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

# One core, so that the times mean something; must stand before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np

from benban.compare.local import Features, extract_features
from benban.compare.pair import WORKING_SIDE_PX, working_copy
from benban.compare.register import Alignment, register
from benban.compare.thresholds import load_thresholds
from benchmarks._document import JsonValue
from benchmarks.source.forgery import Picture
from benchmarks.source.photos import (
    CopyPlan,
    distractor_paths,
    make_pair,
    numbers_of,
    photo_names,
    photo_paths,
    plan_copies,
    read,
)
from benchmarks.source.runs import FORGER, Journal, Record

NAME = "unrelated"
SEED = "photo number * 100 + turn"

# Photographs that share what a camera or a program prints into them: seen by eye after they were
# accepted. They belong to the stratum of shared logos and are counted there, not left out.
SHARED_PRINT = frozenset(
    {frozenset({"camera-reconyx-hc500-firmware-3-3-0", "camera-reconyx_hc500_hyperfire-56"})}
)
_COPIES_PER_PHOTO = 1
# Raised when something else is measured here; then a journal starts anew.
_RECIPE = 1
# log10 NFA of the best registration of each pair, counted below these.
_BINS = (-2.0, -5.0, -10.0, -20.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """The features of one picture and its size in the working copy."""

    name: str
    features: Features
    size_px: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One picture that is held against all foreign photographs."""

    id: str
    kind: str
    base: str
    attack: str
    plan: CopyPlan | None = None


def questions() -> tuple[Question, ...]:
    """Return originals and altered copies in turn, so that a part of a run holds both."""
    names = photo_names()
    originals = [
        Question(id=f"photo {name}", kind="photo", base=name, attack="none") for name in names
    ]
    copies = [
        Question(
            id=f"copy {names[plan.photo]} {plan.attack} {plan.fill}",
            kind="copy",
            base=names[plan.photo],
            attack=plan.attack,
            plan=plan,
        )
        for plan in plan_copies(numbers_of(is_test=True), per_photo=_COPIES_PER_PHOTO)
    ]
    longer, shorter = sorted((originals, copies), key=len, reverse=True)
    mixed: list[Question] = []
    for k, one in enumerate(longer):
        mixed += [one, *shorter[k : k + 1]]
    return tuple(mixed)


def foreign_to(question: Question, photos: tuple[str, ...]) -> Iterator[int]:
    """
    Yield the positions of the photographs that a questioned picture has nothing to do with.

    A pair of originals is held together once. A copy is not held against its original nor against
    the photograph that it was covered with.
    """
    names = photo_names()
    own = {question.base}
    if question.plan is not None:
        own.add(names[question.plan.donor])
    first = photos.index(question.base) if question.kind == "photo" else -1
    for number, name in enumerate(photos):
        if name not in own and number > first:
            yield number


def measure_picture(name: str, rgb: Picture) -> Measured:
    """Return the features that a comparison would use."""
    copy = working_copy(rgb)
    grey = np.asarray(cv2.cvtColor(copy, cv2.COLOR_RGB2GRAY), np.uint8)
    return Measured(
        name=name, features=extract_features(grey), size_px=(copy.shape[1], copy.shape[0])
    )


def hold_together(asked: Measured, photos: list[Measured]) -> Record:
    """Return how many of the photographs were accepted, which, and how near the others came."""
    counts = dict.fromkeys(("none", *map(str, _BINS)), 0)
    accepted: list[JsonValue] = []
    worst = 0.0
    for one in photos:
        alignment = register(one.features, asked.features, asked.size_px)
        if alignment is None:
            counts["none"] += 1
            continue
        if _is_accepted(alignment):
            accepted.append([one.name, round(alignment.log10_nfa, 1), len(alignment.inliers)])
        if _is_shared_print(asked.name, one.name):
            continue
        worst = min(worst, alignment.log10_nfa)
        for limit in _BINS:
            counts[str(limit)] += alignment.log10_nfa < limit
    return {
        "pairs": len(photos),
        "accepted": accepted,
        "nearest_log10_nfa": round(worst, 2),
        "below": dict(counts.items()),
    }


def facts_of(journal: Journal) -> Record:
    """Return the sums of a journal by kind of questioned picture."""
    asked = {one.id: one for one in questions()}
    rows: list[JsonValue] = []
    for kind in ("photo", "copy"):
        records = [
            (asked[name], record)
            for name, record in journal.records.items()
            if asked[name].kind == kind
        ]
        accepted = [
            (one.base, other)
            for one, record in records
            for other in _list_of(record["accepted"])
            if not _is_shared_print(one.base, str(_list_of(other)[0]))
        ]
        rows.append(
            {
                "kind": kind,
                "pairs": sum(_int_of(record["pairs"]) for _, record in records),
                "pictures": len(records),
                "photos": len({one.base for one, _ in records}),
                "accepted": [[base, *_list_of(other)] for base, other in accepted],
                "nearest_log10_nfa": min(
                    (float(str(record["nearest_log10_nfa"])) for _, record in records), default=0.0
                ),
                "pairs_below": {
                    str(limit): sum(
                        _int_of(_dict_of(record["below"])[str(limit)]) for _, record in records
                    )
                    for limit in _BINS
                },
            }
        )
    shared: list[JsonValue] = [
        [asked[name].id, *_list_of(other)]
        for name, record in journal.records.items()
        for other in _list_of(record["accepted"])
        if _is_shared_print(asked[name].base, str(_list_of(other)[0]))
    ]
    tiers = load_thresholds().tiers
    return {
        "accepted_below_log10_nfa": tiers.min_log10_nfa_for_any,
        "accepted_from_inliers": tiers.min_inliers_for_any,
        "foreign_photos": len(photo_names()) + len(distractor_paths()),
        "rows": rows,
        "accepted_for_shared_print": shared,
    }


def pairs_and_accepted(result: Record) -> tuple[int, int]:
    """Return how many pairs a result holds and how many of them were accepted."""
    rows = [_dict_of(row) for row in _list_of(result["rows"])]
    pairs = sum(_int_of(row["pairs"]) for row in rows)
    return pairs, sum(len(_list_of(row["accepted"])) for row in rows)


def open_journal() -> Journal:
    """Return the journal of this run."""
    tiers = load_thresholds().tiers
    return Journal(
        NAME,
        sources=(
            *(f"src/benban/compare/{name}.py" for name in ("local", "register", "nfa")),
            *FORGER,
        ),
        parameters=" ".join(
            map(
                str,
                (
                    _RECIPE,
                    SEED,
                    WORKING_SIDE_PX,
                    tiers.min_log10_nfa_for_any,
                    tiers.min_inliers_for_any,
                ),
            )
        ),
    )


def main(arguments: list[str]) -> int:
    """Return 0 when the run is complete, 1 when something is left."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.source.unrelated")
    parser.add_argument("--state", action="store_true", help="say how far it is and end")
    parser.add_argument("--write", action="store_true", help="write what there is and end")
    options = parser.parse_args(arguments)
    if not photo_paths():
        print("the photographs of ../shared/pictures are not there")
        return 1
    journal, asked = open_journal(), questions()
    if not (options.state or options.write):
        _run(journal, {one.id: one for one in asked})
    pairs = sum(_int_of(record["pairs"]) for record in journal.records.values())
    print(f"{len(journal.records)} of {len(asked)} pictures, {pairs:,} pairs")
    if not options.state:
        print(journal.write(facts_of(journal), planned=len(asked), seed=SEED))
    return int(len(journal.records) < len(asked))


def _run(journal: Journal, asked: dict[str, Question]) -> None:
    cv2.setNumThreads(1)
    paths: tuple[Path, ...] = (*photo_paths(), *distractor_paths())
    print(f"features of {len(paths)} photographs", flush=True)
    photos = [measure_picture(path.stem, read(path)) for path in paths]
    names = tuple(one.name for one in photos)

    def measure(name: str) -> Record:
        question = asked[name]
        if question.plan is None:
            picture = photos[names.index(question.base)]
        else:
            picture = measure_picture(question.base, make_pair(question.plan).forgery.rgb)
        return hold_together(picture, [photos[k] for k in foreign_to(question, names)])

    journal.measure({name: partial(measure, name) for name in asked}, say=_say)


def _say(line: str) -> None:
    print(line, flush=True)


def _is_accepted(alignment: Alignment) -> bool:
    tiers = load_thresholds().tiers
    return (
        alignment.log10_nfa < tiers.min_log10_nfa_for_any
        and len(alignment.inliers) >= tiers.min_inliers_for_any
    )


def _is_shared_print(one: str, other: str) -> bool:
    return frozenset({one, other}) in SHARED_PRINT


def _int_of(value: JsonValue) -> int:
    return int(str(value))


def _list_of(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _dict_of(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
