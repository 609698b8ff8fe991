"""What the person says about the places where they saw it: from options, files and answers."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from benban.casework.take_in import SightingReport
from benban.cli.options import is_interactive, read_text
from benban.cli.out import Out
from benban.cli.questions import ask_age, ask_kind, ask_line, parse_seen_at, tell
from benban.cli.words import Words
from benban.errors import BenbanError, UsageError
from benban.model.sighting import Address
from benban.remedies.address import parse_address
from benban.wiring_case import catalogue

_LOOKS_LIKE_ADDRESS = re.compile(r"(?i)^https?://")
# Another scheme, or a host and a path without one: "t.me/kenh/5".
_PASTED_ADDRESS = re.compile(r"(?i)^(?:[a-z][a-z0-9+.-]*://\S*|(?:[\w-]+\.)+[^\W\d_]{2,}/\S*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    What was said before anything is asked.

    Attributes:
        text: the person's own words.
        seen_at_local: as typed.
    """

    addresses: tuple[Address, ...] = ()
    files: tuple[Path, ...] = ()
    text: str = ""
    seen_on: str = ""
    seen_by: str = ""
    seen_at: datetime | None = None
    seen_at_local: str = ""
    act_on: date | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether no place, file or word was given, so that the person is asked."""
        return not (self.addresses or self.files or self.text or self.seen_on)


def read_said(out: Out, things: tuple[str, ...], given: dict[str, Any]) -> Said:
    """
    Return what the call itself and its file say; nothing is opened, asked or written yet.

    Raises:
        NotAnAddressError: BB-102; PrivateAddressError: BB-602; FileUnreadableError: BB-002.
        UsageError: BB-001, something is missing and nobody can be asked.
    """
    words, known = out.words, catalogue()
    lines = read_text(given["source"]).splitlines() if given["source"] is not None else []
    typed = [thing for thing in things if _is_address_argument(thing)]
    if typed:
        out.warn("cli.add.address-in-argv")
    found = typed + [line.strip() for line in lines if _is_address_line(line)]
    seen_at, act_on = parse_seen_at(words, given["seen_at"])
    said = Said(
        addresses=tuple(parse_address(text, known) for text in found),
        files=tuple(Path(thing) for thing in things if thing not in typed),
        text="\n".join(line for line in lines if not _is_address_line(line)).strip(),
        seen_on=given["seen_on"],
        seen_by=given["seen_by"],
        seen_at=seen_at,
        seen_at_local=given["seen_at"] or "",
        act_on=act_on,
    )
    if not is_interactive():
        if said.is_nothing:
            raise UsageError(reason=words("cli.add.nothing-given"))
        ask_kind(words, given["kind"])
    return said


def ask_reports(out: Out, said: Said, given: dict[str, Any]) -> tuple[SightingReport, ...]:
    """Return one report for each place, asking for what was not said yet."""
    words, known = out.words, catalogue()
    # Read before the vault was open; its own catalogue may know the place better.
    said = replace(said, addresses=tuple(parse_address(one.raw, known) for one in said.addresses))
    if said.is_nothing:
        said = _ask_place(out, said)
    kind = ask_kind(words, given["kind"])
    addresses = said.addresses or (None,)
    reports = []
    for number, address in enumerate(addresses, 1):
        if len(addresses) > 1 and address is not None and is_interactive():
            # Three answers for each place: they are never carried over (HARM 2).
            tell(f"\n{number}/{len(addresses)}  {address.shown}")
        reports.append(
            SightingReport(
                address=address,
                kind=kind,
                answers=ask_age(words, given),
                text=said.text,
                seen_at=said.seen_at,
                seen_at_local=said.seen_at_local,
                seen_on=said.seen_on,
                seen_by=said.seen_by,
                act_on=said.act_on,
            )
        )
    return tuple(reports)


def _ask_place(out: Out, said: Said) -> Said:
    words = out.words
    address = _ask_address(out)
    seen_on = "" if address else ask_line(words("cli.add.ask-seen-on"))
    told = replace(
        said,
        addresses=(address,) if address else (),
        seen_on=seen_on,
        text=ask_line(words("cli.add.ask-text")),
    )
    if said.seen_at_local:
        return told
    typed, seen_at, act_on = _ask_when(words)
    return replace(told, seen_at=seen_at, seen_at_local=typed, act_on=act_on)


def _ask_address(out: Out) -> Address | None:
    while typed := ask_line(out.words("cli.add.ask-address")):
        try:
            return parse_address(typed, catalogue())
        except BenbanError as error:
            out.explain(error)
    return None


def _ask_when(words: Words) -> tuple[str, datetime | None, date | None]:
    while typed := ask_line(words("cli.add.ask-seen-at")):
        try:
            return typed, *parse_seen_at(words, typed)
        except UsageError:
            tell(words("cli.add.ask-seen-at-again"))
    return "", None, None


def _is_address_argument(thing: str) -> bool:
    if _LOOKS_LIKE_ADDRESS.match(thing):
        return True
    return bool(_PASTED_ADDRESS.match(thing)) and not Path(thing).exists()


def _is_address_line(line: str) -> bool:
    # A file's lines are no paths, so here an address may also stand as people paste it.
    return bool(_LOOKS_LIKE_ADDRESS.match(line.strip()) or _PASTED_ADDRESS.match(line.strip()))
