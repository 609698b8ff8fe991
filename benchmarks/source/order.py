"""
Pairs of which it is known which came first, and what is measured about their order.

``python -m benchmarks.source.order`` goes on where it stopped and writes ``results/order.json``
(photographs of odd number); ``--even`` measures the other half, on which the thresholds of
``compare/direction.py`` were set, and writes ``results/order-even.json``. Facts are kept, not what
is concluded from them: that is judged anew whenever the numbers are read (``order_rates``).
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial

# One core; must stand before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np

from benban.compare.pair import compare_pictures
from benban.fingerprint.decode import decode_picture
from benban.model.finding import Tier
from benchmarks.source.fills import FILLS, region
from benchmarks.source.forger import forge, put_into, send
from benchmarks.source.forgery import Picture
from benchmarks.source.generations import Side, trace_generations
from benchmarks.source.jpeg_grid import read_jpeg_grid
from benchmarks.source.photos import numbers_of, photo, photo_names, photo_paths
from benchmarks.source.runs import FORGER, Journal, Record

NAME, NAME_EVEN = "order", "order-even"
SEED = "photo number"
# Raised when something else is measured here; then a journal starts anew.
_RECIPE = 1

# What an altered picture goes through before it is saved: saved alone, or one of the attacks that
# leave the pixels where a homography finds them, and a last compression.
SAVED = "saved"
_WAYS = (SAVED, "plain", "crop", "messenger", "screenshot", "filter", "tiny", "mirror")
# How a copy of the photograph comes about that is not altered.
_COPIES = ("again", "again-cropped", "messenger", "again")

# Everything that decides what is measured; how it is judged (direction.py) is not among it.
_MEASURED_BY = (
    *(
        f"src/benban/compare/{name}.py"
        for name in (
            *("bend", "changes", "copies", "evidence", "local", "nfa"),
            *("order_facts", "overlay", "pair", "register", "same_shot", "shared_surface"),
            *("thresholds", "tiers"),
        )
    ),
    "src/benban/catalogue/thresholds.toml",
    "src/benban/catalogue/change-map.json",
    *(f"benchmarks/source/{name}.py" for name in ("generations", "jpeg_grid", "order")),
    *FORGER,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedPair:
    """
    Two files of one shot, of which the second is the altered or the later one.

    Attributes:
        relation: how they belong together; see :func:`pairs_of_photo`.
        how: what was done to them.
        make: returns the bytes of both, the earlier one first.
    """

    relation: str
    how: str
    make: Callable[[], tuple[bytes, bytes]]


def pairs_of_photo(numbers: tuple[int, ...], k: int) -> Iterator[OrderedPair]:
    """
    Yield the pairs of one photograph.

    child: altered, made from the photograph. child-of-copy: made from a copy of it, which is the
    original of the pair. sibling: made from the photograph, and the original is another copy of
    it. copies: neither is altered, both were made from the photograph. piece: an oval of it in
    another picture.
    """
    number, donor = numbers[k], numbers[(k + 1) % len(numbers)]
    way, copied = _WAYS[k % len(_WAYS)], _COPIES[k % len(_COPIES)]
    other = _COPIES[(k + 1) % len(_COPIES)]
    yield OrderedPair(relation="child", how=way, make=partial(_child, number, donor, way))
    for how in dict.fromkeys((way, SAVED)):
        said = f"{copied}, {how}"
        yield OrderedPair(
            relation="child-of-copy",
            how=said,
            make=partial(_child_of_copy, (number, donor), copied, how),
        )
        yield OrderedPair(
            relation="sibling", how=said, make=partial(_sibling, (number, donor), copied, how)
        )
    yield OrderedPair(
        relation="copies",
        how=f"{copied}, {other}",
        make=lambda: (_copied(number, copied), _copied(number, other, seed=1)),
    )
    attack = "plain" if way == SAVED else way
    yield OrderedPair(relation="piece", how=attack, make=partial(_piece, number, donor, attack))


def items(*, is_test: bool, step: int = 1) -> dict[str, Callable[[], Record]]:
    """Return every pair in both roles, by id."""
    numbers = numbers_of(is_test=is_test)
    found: dict[str, Callable[[], Record]] = {}
    for k in range(0, len(numbers), step):
        name = photo_names()[numbers[k]]
        for pair in pairs_of_photo(numbers, k):
            for role in ("as-made", "swapped"):
                found[f"{name} {pair.relation} {pair.how} {role}"] = partial(
                    _measured, name, pair, role
                )
    return found


def main(arguments: list[str]) -> int:
    """Return 0 when the run is complete, 1 when something is left."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.source.order")
    parser.add_argument("--even", action="store_true", help="the half that thresholds are set on")
    parser.add_argument("--step", type=int, default=1, help="every so many photographs")
    parser.add_argument("--write", action="store_true", help="write what there is and end")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    asked = items(is_test=not options.even, step=options.step)
    journal = Journal(
        NAME_EVEN if options.even else NAME,
        sources=_MEASURED_BY,
        parameters=f"{_RECIPE} {SEED} {options.step}",
    )
    if not options.write:
        journal.measure(asked, say=_say)
    print(journal.write_pairs(planned=len(asked), seed=SEED))
    return int(len(journal.records) < len(asked))


def _measured(name: str, pair: OrderedPair, role: str) -> Record:
    earlier, later = pair.make()
    questioned, original = (later, earlier) if role == "as-made" else (earlier, later)
    return {
        "photo": name,
        "relation": pair.relation,
        "how": pair.how,
        "role": role,
        **measure(questioned, original),
    }


def measure(questioned: bytes, original: bytes) -> Record:
    """Return the tier of one pair and, of tier A, what is measured about its order."""
    seen, laid = decode_picture(questioned), decode_picture(original)
    finding = compare_pictures(seen, [laid])[0]
    found: Record = {"tier": finding.tier.value}
    if finding.tier is not Tier.A or finding.registration is None or finding.change_map is None:
        return found
    facts = trace_generations(
        Side(rgb=seen.rgb, grid=read_jpeg_grid(questioned)),
        Side(rgb=laid.rgb, grid=read_jpeg_grid(original)),
        finding.registration,
        finding.change_map,
    )
    return {
        **found,
        "order": _rounded(asdict(finding.direction)) if finding.direction else None,
        "forward": _rounded(asdict(facts.original_in_questioned))
        if facts.original_in_questioned
        else None,
        "backward": _rounded(asdict(facts.questioned_in_original))
        if facts.questioned_in_original
        else None,
    }


def _rounded(values: Mapping[str, float | int | bool]) -> Record:
    return {key: round(v, 4) if isinstance(v, float) else v for key, v in values.items()}


def _child(number: int, donor: int, way: str) -> tuple[bytes, bytes]:
    return _file_of(number), _altered(photo(number), donor, way, seed=number)


def _child_of_copy(numbers: tuple[int, int], copied: str, way: str) -> tuple[bytes, bytes]:
    number, donor = numbers
    copy = _copied(number, copied)
    return copy, _altered(decode_picture(copy).rgb, donor, way, seed=number)


def _sibling(numbers: tuple[int, int], copied: str, way: str) -> tuple[bytes, bytes]:
    number, donor = numbers
    return _copied(number, copied), _altered(photo(number), donor, way, seed=number)


def _piece(number: int, host: int, attack: str) -> tuple[bytes, bytes]:
    made = put_into(photo(number), photo(host), attack=attack, seed=number)
    rng = np.random.default_rng([number, 3])
    return _file_of(number), _jpeg(made.rgb, int(rng.integers(80, 96)))


def _altered(rgb: Picture, donor: int, way: str, *, seed: int) -> bytes:
    rng = np.random.default_rng([seed, 7])
    fill = list(FILLS)[seed % len(FILLS)]
    if way == SAVED:
        covered = FILLS[fill](rng, rgb, photo(donor), region(rng, *rgb.shape[:2]))
        return _jpeg(covered, int(rng.integers(70, 96)))
    made = forge(rgb, photo(donor), fill=fill, attack=way, seed=seed)
    return _jpeg(made.rgb, int(rng.integers(80, 96)))


def _copied(number: int, how: str, *, seed: int = 0) -> bytes:
    rng = np.random.default_rng([number, 9, seed])
    rgb, quality = photo(number), int(rng.integers(50, 96))
    if how == "again":
        return _jpeg(rgb, quality)
    if how == "again-cropped":
        height, width = rgb.shape[:2]
        cut = rgb[int(height * 0.05) : int(height * 0.93), int(width * 0.06) : int(width * 0.95)]
        return _jpeg(np.ascontiguousarray(cut), quality)
    return _jpeg(send(rgb, attack=how, seed=number + seed), quality)


def _file_of(number: int) -> bytes:
    paths = photo_paths()
    return paths[number].read_bytes() if paths else _jpeg(photo(number), 90)


def _jpeg(rgb: Picture, quality: int) -> bytes:
    data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return data.tobytes()


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
