"""The command line: one dossier in, every check out, exit code 0, 1, 2 or 3."""

import argparse
import importlib.util
import json
import locale
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn, TextIO

from benban_verify.anchors import Anchors
from benban_verify.comparison import PixelProgram
from benban_verify.limits import MAX_RECEIPT_BYTES, MAX_ROOT_FILE_BYTES
from benban_verify.messages import Language, words
from benban_verify.note import parse_key_id
from benban_verify.receipt import Receipt, parse_receipt
from benban_verify.refusal import NotADossier, printable
from benban_verify.report import CheckResult, Report
from benban_verify.roots import certificates_in
from benban_verify.tokens import installed_program
from benban_verify.verify import verify

EXIT_NOT_A_DOSSIER: Final = 3


def main(arguments: Sequence[str], act: Callable[..., Report] = verify) -> int:
    """
    Check the dossier named in *arguments*, print what was found, return the exit code.

    Args:
        arguments: without the program's name.
        act: checks the dossier.
    """
    printer = _Printer(language=_language(arguments), is_json="--json" in arguments)
    try:
        call = _parse(arguments, printer.language)
        anchors = _anchors(call)
        report = act(
            Path(call.path),
            anchors=anchors,
            now=datetime.now(UTC),
            program=installed_program(),
            pixels=installed_pixels(),
            originals=call.originals,
        )
        return printer.show(report)
    except NotADossier as reason:
        return printer.refuse(reason)
    except Exception as error:  # noqa: BLE001 -- hostile input must never end in a traceback
        return printer.refuse(NotADossier("internal", kind=type(error).__name__))


def run() -> None:
    """Entry point of the installed command."""
    sys.exit(main(sys.argv[1:]))


class _Parser(argparse.ArgumentParser):
    """Wrong usage is exit code 3 here; argparse's own 2 means something else."""

    language: Language = Language.VI

    def error(self, message: str) -> NoReturn:
        raise NotADossier("usage", why=printable(message, 200))

    def format_help(self) -> str:
        return words(self.language, "help", {})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Printer:
    language: Language
    is_json: bool

    def show(self, report: Report) -> int:
        """Print every check and return the report's exit code."""
        if self.is_json:
            checks = [
                {
                    "name": check.name,
                    "title": check.title(self.language),
                    "result": check.result.value,
                    "detail": check.detail,
                    "message": check.message(self.language),
                }
                for check in report.checks
            ]
            _print_json(
                {
                    "exit_code": report.exit_code,
                    "key_id": report.key_id,
                    "demonstration": report.is_demonstration,
                    "checks": checks,
                }
            )
            return report.exit_code
        for check in report.checks:
            result = words(self.language, f"result.{check.result.value}", {})
            title = check.title(self.language)
            _print(f"[{result}] {title}: {check.message(self.language)}", sys.stdout)
        _print(words(self.language, f"end.{report.exit_code}", {}), sys.stdout)
        if report.is_demonstration:
            _print(words(self.language, "end.demonstration", {}), sys.stdout)
        return report.exit_code

    def refuse(self, reason: NotADossier) -> int:
        """Print why nothing was checked and return 3."""
        message = words(self.language, reason.message_id, reason.about)
        if self.is_json:
            check = {
                "name": "structure",
                "title": words(self.language, "check.structure", {}),
                "result": CheckResult.FAIL.value,
                "detail": " ".join((reason.message_id, *map(str, reason.about.values()))),
                "message": message,
            }
            _print_json(
                {
                    "exit_code": EXIT_NOT_A_DOSSIER,
                    "key_id": "",
                    "demonstration": False,
                    "checks": [check],
                }
            )
        else:
            _print(message, sys.stderr)
            _print(words(self.language, "end.3", {}), sys.stderr)
        return EXIT_NOT_A_DOSSIER


def _parse(arguments: Sequence[str], language: Language) -> argparse.Namespace:
    parser = _Parser(prog="benban-verify", allow_abbrev=False)
    parser.language = language
    parser.add_argument("path")
    parser.add_argument("--key")
    parser.add_argument("--receipt", type=Path)
    parser.add_argument("--tsa-root", type=Path, action="append")
    parser.add_argument("--originals", type=Path)
    parser.add_argument("--lang", choices=[known.value for known in Language])
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _anchors(call: argparse.Namespace) -> Anchors:
    key_id: str | None = None
    if call.key is not None:
        key_id = parse_key_id(str(call.key))
        if key_id is None:
            raise NotADossier("usage.key")
    receipt = None if call.receipt is None else _read_receipt(call.receipt)
    roots = tuple(root for path in call.tsa_root or () for root in _read_roots(path))
    return Anchors(key_id=key_id, receipt=receipt, tsa_roots=roots)


def _read_receipt(path: Path) -> Receipt:
    receipt = parse_receipt(_read_start(path, MAX_RECEIPT_BYTES))
    if receipt is None:
        raise NotADossier("usage.receipt")
    return receipt


def _read_roots(path: Path) -> tuple[bytes, ...]:
    found = certificates_in(_read_start(path, MAX_ROOT_FILE_BYTES))
    if not found:
        raise NotADossier("usage.tsa_root")
    return found


def _read_start(path: Path, limit: int) -> bytes:
    """At most one byte more than *limit*: enough to see that it is too long."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise NotADossier("unreadable") from error


def installed_pixels() -> PixelProgram | None:
    """Return what recomputes pictures when numpy and Pillow are installed, else None."""
    if importlib.util.find_spec("numpy") is None or importlib.util.find_spec("PIL") is None:
        return None
    from benban_verify.pixels import PillowPixels

    return PillowPixels()


def _language(arguments: Sequence[str]) -> Language:
    """The language asked for, else that of the system, else Vietnamese."""
    asked = [arguments[at + 1] for at, word in enumerate(arguments[:-1]) if word == "--lang"] + [
        word.partition("=")[2] for word in arguments if word.startswith("--lang=")
    ]
    known = {language.value: language for language in Language}
    return known.get(asked[-1] if asked else _system_language(), Language.VI)


def _system_language() -> str:
    try:
        return (locale.getlocale()[0] or "")[:2].lower()
    except ValueError:
        return ""


def _print_json(document: dict[str, object]) -> None:
    _print(json.dumps(document, ensure_ascii=False, indent=1), sys.stdout)


def _print(text: str, out: TextIO) -> None:
    """Print *text* also where the terminal cannot show every letter."""
    encoding = out.encoding or "utf-8"
    try:
        print(text.encode(encoding, "replace").decode(encoding), file=out, flush=True)
    except BrokenPipeError:
        # Whoever read has gone (``| head``): the exit code still tells the result.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
