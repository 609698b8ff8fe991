"""Commands typed on a vault of one's own, and what a refusal must say in each language."""

import hashlib
import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benban.cli.main import main
from benban.cli.program import program_name
from benban.model.custody import EventKind
from benban.model.exhibit import Capture, Exhibit
from benban.model.sighting import AgeAnswers, Answer, Sighting
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language
from benban.wording.messages import template

ADULT = ("--adult-now", "yes", "--adult-in-picture", "yes", "--nobody-doubts", "yes")
ANSWERS = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
SEEN = ("--kind", "published", "--visit", "no", *ADULT)
# No one is asked for it and nothing is opened: only ever an address in words.
ADDRESS = "https://t.me/kenh_vi_du/5"
PASSPHRASE = "bốn từ dễ nhớ"
_PLACE = re.compile(r"\\\{\w+\\\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document


def run(*words: str) -> Ran:
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(words)
    return Ran(code=code, out=out.getvalue(), err=err.getvalue())


def explanation(ran: Ran, language: Language) -> str:
    """Return the code if the last words are its sentence, its next step and itself; else all."""
    said = re.search(r"\[(BB-\d{3})[^\]\n]*\]\n\Z", ran.err)
    if said is None:
        return ran.err
    code = said[1]
    pattern = f"{_filled(language, code)}\n{_filled(language, f'{code}.next')}\n"
    ends = re.search(pattern + re.escape(said[0]) + r"\Z", ran.err)
    return code if ends is not None and "{" not in ends[0] else ran.err


def _filled(language: Language, message_id: str) -> str:
    pattern = _PLACE.sub(r"[^\\n]+", re.escape(template(language, message_id)))
    # A next step names the program as it is started here.
    return pattern.replace(r"benban\ ", rf"(?:benban|{re.escape(program_name())})\ ")


class Terminal:
    """A vault that opens quickly, and a folder of files beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.vault = folder / "kho"
        self.secret = folder / "secret"
        self.secret.write_text(f"{PASSPHRASE}\n", encoding="utf-8")

    @classmethod
    def with_vault(cls, folder: Path) -> "Terminal":
        terminal = cls(folder)
        vault, _ = Vault.create(
            terminal.vault,
            passphrase=PASSPHRASE,
            cost=KdfCost.cheap_for_tests(),
            clock=SystemClock(),
            platform=ThisPlatform(),
            ballast_bytes=0,
        )
        vault.close()
        return terminal

    def words(self, *words: str) -> tuple[str, ...]:
        at = ("--vault", str(self.vault), "--passphrase-file", str(self.secret))
        return (*words, *at)

    def run(self, *words: str, language: Language = Language.VI) -> Ran:
        return run(*self.words(*words), "--language", language.value, "--json")

    def file(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def new_case(self) -> str:
        return str(self.run("case", "new").json["case"])

    def refusal(self, *words: str, language: Language = Language.VI) -> str:
        """Return the code of a refused command, explained in words and in the document."""
        ran = self.run(*words, language=language)
        code = explanation(ran, language)
        assert (ran.code, ran.json["error"]["code"]) == (1, code), ran.err
        return code

    def refusals(self, *words: str) -> list[str]:
        """Return what :meth:`refusal` gives in each language."""
        return [self.refusal(*words, language=language) for language in Language]

    @contextmanager
    def store(self, case: str) -> Iterator[CaseStore]:
        with opened(self.vault) as vault:
            (wanted,) = [one.id for one in vault.cases() if one.id == case]
            with vault.open_case(wanted) as store:
                yield store

    def state(self, case: str) -> "State":
        with self.store(case) as store:
            return state_of(store)

    def failures(self) -> list[str]:
        """Return what ``check --read`` finds wrong."""
        checks = self.run("check", "--read").json["checks"]
        return [f"{one['name']} {one['detail']}" for one in checks if one["result"] == "FAIL"]


def opened(folder: Path) -> Vault:
    return Vault.open(folder, passphrase=PASSPHRASE, clock=SystemClock(), platform=ThisPlatform())


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a case holds: its contents read back, its log, its captures."""

    exhibits: tuple[Exhibit, ...]
    contents: tuple[bytes, ...]
    events: tuple[EventKind, ...]
    captures: tuple[Capture, ...]
    sightings: int


def state_of(store: CaseStore) -> State:
    exhibits = store.all(Exhibit)
    contents = []
    for exhibit in exhibits:
        with store.open_exhibit(exhibit.id) as stream:
            contents.append(stream.read())
        assert hashlib.sha256(contents[-1]).hexdigest() == exhibit.sha256.hex
    return State(
        exhibits=exhibits,
        contents=tuple(contents),
        events=tuple(event.kind for event in store.events() if event.kind is not None),
        captures=store.all(Capture),
        sightings=len(store.all(Sighting)),
    )


def left_behind(folder: Path) -> list[str]:
    """Return the names of half-written or spooled files under *folder*."""
    return sorted(
        name
        for place, _, names in os.walk(folder)
        for name in names
        if name.endswith(".part") or Path(place).name == "tmp"
    )
