"""Where a key of a TOML file stands; for the person who has to mend it."""

import re
from collections.abc import Sequence
from typing import TypeAlias

# ("channel", 0, "order"): the first [[channel]], its key order.
Place: TypeAlias = Sequence[str | int]

_HEADER = re.compile(r"\s*\[(\[)?\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_AT_END = "(at end of document)"


def line_of(text: str, place: Place) -> int:
    """
    Return the line of *place*, from 1; of its entry, or of the file, where the key is not there.

    Read by eye, not by the parser: lines inside strings of several lines could deceive it, which
    would name a wrong line and nothing worse.
    """
    lines = text.splitlines()
    start, end = _entry(lines, place)
    keys = [step for step in place if isinstance(step, str)]
    if keys:
        key = re.compile(rf"""\s*["']?{re.escape(keys[-1])}["']?\s*=""")
        for number in range(start, end):
            if key.match(lines[number]):
                return number + 1
    return max(start, 1)


def line_holding(text: str, part: str) -> int:
    """Return the first line that holds *part* in any case, from 1; 1 where none does."""
    lines = text.splitlines()
    found = (number for number, line in enumerate(lines, 1) if part.casefold() in line.casefold())
    return next(found, 1)


def line_in_message(message: str, text: str) -> int:
    """Return the line that the parser's *message* names."""
    found = _AT_LINE.search(message)
    if found is not None:
        return int(found.group(1))
    return max(1, len(text.splitlines())) if _AT_END in message else 1


def place_in_message(message: str) -> tuple[str, tuple[str | int, ...]]:
    """Return what msgspec says is wrong, and where: ``... - at `$.channel[0].order```."""
    problem, _, where = message.partition(" - at ")
    steps = _STEP.findall(where.strip("`").removeprefix("$"))
    return problem, tuple(name or int(number) for name, number in steps)


def written(place: Place) -> str:
    """Return *place* as people write it: ``channel[0].order``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return text.removeprefix(".") or "-"


def _entry(lines: Sequence[str], place: Place) -> tuple[int, int]:
    """Return where the body of the table begins and ends that *place* lies in."""
    heads = [
        (number, found.group(2), bool(found.group(1)))
        for number, line in enumerate(lines)
        if (found := _HEADER.match(line))
    ]
    first = heads[0][0] if heads else len(lines)
    if len(place) < 2:  # noqa: PLR2004 - a key of the file itself
        name = str(place[0]) if place else ""
        # A table of that name is such a key as well.
        own = next(((at, at + 1) for at, head, _ in heads if head == name), None)
        has_key = any(line.lstrip().startswith(name) for line in lines[:first])
        return own if own is not None and not has_key else (0, first)
    name, index = str(place[0]), place[1] if isinstance(place[1], int) else 0
    mine = [number for number, head, _ in heads if head == name]
    if index >= len(mine):
        return 0, first
    start = mine[index] + 1
    end = next((number for number, _, _ in heads if number >= start), len(lines))
    return start, end
