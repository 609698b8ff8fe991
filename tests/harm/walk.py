"""A whole case, typed command by command, on a computer whose every folder can be searched."""

import io
import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from benban.cli.main import main
from tests.harm.scenes import ADDRESS, PASSPHRASE, SENTENCE, Example, new_vault, ticking
from tests.harm.witness import Witness

# What somebody who shares the computer must find nowhere.
NAME = "Trần Thị Hải Âu"
CONTACT = "hai.au.4711@example.org"
STORY = "hôm qua tôi thấy nó trong nhóm kín"
FILE_NAME = "hinh-rieng-tu-8842"
ANSWERS = ("--adult-now", "yes", "--adult-in-picture", "yes", "--nobody-doubts", "yes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    words: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document


@dataclass(slots=True, kw_only=True)
class Walk:
    """
    What the walk left behind.

    Attributes:
        computer: home, current and temporary folder, and the vault below home.
        given: the files the person had; nothing of ours.
        leaving: what the person asked for as a file.
        logged: every line that went to Python's logging, at any level.
    """

    computer: Path
    given: Path
    leaving: Path
    example: Example
    case: str = ""
    exhibits: list[str] = field(default_factory=list)
    ran: dict[str, Ran] = field(default_factory=dict)
    logged: list[str] = field(default_factory=list)
    witness: Witness = field(default_factory=Witness)

    def run(self, *words: str, name: str = "", language: str = "vi") -> Ran:
        secret = str(self.given / "secret")
        arguments = (*words, "--language", language)
        arguments += () if words[0] in {"help", "hash"} else ("--passphrase-file", secret)
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            code = main(arguments)
        ran = Ran(words=arguments, code=code, out=out.getvalue(), err=err.getvalue())
        self.ran[name or " ".join(words[:2])] = ran
        return ran

    def ask(self, *words: str, name: str = "") -> dict[str, Any]:
        """Run a command for its document; it must end well."""
        ran = self.run(*words, "--json", name=name)
        assert ran.code == 0, ran.err
        return ran.json

    def file(self, name: str, data: bytes | str) -> str:
        path = self.given / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return str(path)

    def out(self, name: str) -> str:
        return str(self.leaving / name)


def new_walk(folder: Path, example: Example) -> Walk:
    """Return a walk that has not begun; its commands run inside :func:`computer_of`."""
    return Walk(
        computer=folder / "computer",
        given=folder / "given",
        leaving=folder / "leaving",
        example=example,
    )


def walk_through(folder: Path, example: Example) -> Walk:
    """Do every act of a case that has a face today, but the visit and the stamp."""
    walk = new_walk(folder, example)
    with computer_of(walk), walk.witness:
        _keep(walk)
        _help(walk)
        _conclude(walk)
    return walk


def _keep(walk: Walk) -> None:
    walk.case = walk.ask("case", "new")["case"]
    places = walk.file("noi.txt", f"{ADDRESS}\n{STORY}\n")
    fake = walk.file(f"{FILE_NAME}.jpg", walk.example.fake)
    added = walk.ask(
        *("add", walk.case, fake, "--from", places, "--kind", "published", "--visit", "no"),
        *ANSWERS,
        name="add",
    )
    walk.exhibits = [one["exhibit"] for one in added["files"]]
    statement = walk.file("loi-khai", SENTENCE)
    photo = walk.file("anh-cua-toi.jpg", walk.example.original)
    walk.ask("original", "add", walk.case, photo, "--declaration", statement)
    walk.run("compare", walk.case, name="compare")
    walk.run("show", walk.case, walk.exhibits[0], "--out", walk.out("che.png"), name="show")


def _help(walk: Walk) -> None:
    plan = walk.ask("plan", walk.case, name="plan")["plans"][0]
    walk.run("plan", walk.case, name="plan in words")
    step = next(one for one in plan["steps"] if one["form"] and one["kind"] == "platform")
    asked = ("--intimate", "yes", "--speech", "no")
    draft = walk.ask("notice", "draft", walk.case, plan["sighting"], step["step"], *asked)
    signature = walk.file("ky", f"{NAME}\n{CONTACT}\n")
    confirmed = [word for one in draft["statements"] for word in ("--confirm", one)]
    approved = ("notice", "approve", walk.case, draft["notice"], "--signature", signature)
    assert walk.run(*approved, *confirmed).code == 0
    walk.run("notice", "sent", walk.case, draft["notice"])
    reply = walk.file("tra-loi", f"{NAME}: đã gỡ.")
    walk.run("notice", "reply", walk.case, draft["notice"], "--state", "removed", "--from", reply)
    walk.run("letter", walk.case, "--out", walk.out("thu.pdf"), name="letter")


def _conclude(walk: Walk) -> None:
    walk.run("receipt", walk.case, "--out", walk.out("bien-nhan.txt"), name="receipt")
    walk.run(
        "dossier", walk.case, "--out", walk.out("tai-lieu.zip"), "--send", "no", name="dossier"
    )
    walk.run("stamp", walk.case, "--send", "no", name="stamp")
    walk.run("check", "--read", name="check")
    walk.run("help", name="help")


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage())


@contextmanager
def computer_of(walk: Walk) -> Iterator[None]:
    """Let home, current and temporary folder be places of their own, and hear every log line."""
    for name in ("home", "here", "tmp"):
        (walk.computer / name).mkdir(parents=True)
    walk.given.mkdir()
    walk.leaving.mkdir()
    walk.file("secret", PASSPHRASE)
    handler, root = _Lines(walk.logged), logging.getLogger()
    level = root.level
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(walk.computer / "home"))
        patch.setenv("TMPDIR", str(walk.computer / "tmp"))
        for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "BENBAN_VAULT"):
            patch.delenv(name, raising=False)
        patch.setattr(tempfile, "tempdir", None)
        patch.chdir(walk.computer / "here")
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            # The command's own place and format; only the cost of the passphrase is a test's.
            from benban.cli.options import vault_folder

            new_vault(vault_folder(None), ticking()).close()
            yield
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
