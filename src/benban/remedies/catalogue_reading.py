"""Files of a catalogue, read one by one; what is wrong is noted, never raised."""

import tomllib
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec

from benban.model.catalogue import CatalogueFault
from benban.remedies.toml_places import (
    Place,
    line_holding,
    line_in_message,
    line_of,
    place_in_message,
    written,
)

_Shape = TypeVar("_Shape", bound=msgspec.Struct)

# The largest of ours has 9 kB.
MAX_FILE_BYTES = 1 << 20

# How msgspec begins what it says.
_RULE_OF = (
    ("Object contains unknown field", "unknown-key"),
    ("Object missing required field", "missing-key"),
    ("Expected", "wrong-type"),
)


class Reading:
    """One pass over the files of a catalogue, with everything that was found wrong."""

    def __init__(self, folder: Traversable) -> None:
        """Read below *folder*."""
        self.folder = folder
        self.faults: list[CatalogueFault] = []
        self.texts: dict[str, str] = {}

    def files(self, name: str, *, ends: str = ".toml") -> Iterator[str]:
        """Give the names of the files under *name*, at any depth, in order."""
        try:
            entries = sorted(self._at(name).iterdir(), key=lambda entry: entry.name)
        except OSError:
            self.note(name, (), "unreadable", line=0)
            return
        for entry in entries:
            inside = f"{name}/{entry.name}"
            if entry.is_dir():
                yield from self.files(inside, ends=ends)
            elif entry.name.endswith(ends):
                yield inside

    def text(self, name: str) -> str | None:
        """Return the text of a file, or None after a note."""
        try:
            data = self._at(name).read_bytes()
        except OSError:
            self.note(name, (), "unreadable")
            return None
        if len(data) > MAX_FILE_BYTES:
            self.note(name, (), "too-large", f"{MAX_FILE_BYTES >> 20} MiB")
            return None
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            self.note(name, (), "not-utf-8", line=data.count(b"\n", 0, error.start) + 1)
            return None
        self.texts[name] = text
        return text

    def toml(self, name: str, shape: type[_Shape]) -> _Shape | None:
        """Return a file as *shape*, or None after a note."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return msgspec.convert(tomllib.loads(text), shape)
        except msgspec.ValidationError as error:
            problem, place = place_in_message(str(error))
            rule = next((rule for begins, rule in _RULE_OF if problem.startswith(begins)), "value")
            named = problem.split("`")[1::2]
            inside = (*place, named[0]) if rule == "unknown-key" and named else place
            self.note(name, inside, rule, ", ".join(named) or problem)
        # A number of thousands of digits is a ValueError of Python, not of TOML.
        except (ValueError, RecursionError) as error:
            self.note(name, (), "syntax", str(error), line=line_in_message(str(error), text))
        return None

    def note(
        self, name: str, place: Place, rule: str, detail: str = "", *, line: int | None = None
    ) -> None:
        """Write down one fault; its file stands aside."""
        text = self.texts.get(name, "")
        self.faults.append(
            CatalogueFault(
                file=name,
                line=line_of(text, place) if line is None else line,
                key=written(place),
                rule=rule,
                detail=detail,
            )
        )

    def note_words(self, name: str, words: str, rule: str) -> None:
        """Write down that *words* stand where they may not."""
        line = line_holding(self.texts.get(name, ""), words)
        self.note(name, (), rule, words, line=line)

    def stands_aside(self, name: str) -> bool:
        """Whether something is wrong with the file *name*."""
        return any(one.file == name for one in self.faults)

    def _at(self, name: str) -> Traversable:
        return self.folder.joinpath(*name.split("/"))
