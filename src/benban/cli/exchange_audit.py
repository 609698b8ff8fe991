"""``benban exchange audit``: read through, held against where it ended, and gone on with."""

from collections.abc import Mapping
from typing import Any

import click

from benban.cli.exchange_place import Here, person_options, place_options, take_here, take_person
from benban.cli.words import Words
from benban.errors.exchange import AuditBrokenError
from benban.exchange.audit import ChainEnd
from benban.exchange.ends import accept_ends, note_ends, read_through
from benban.exchange.entry import OPERATORS
from benban.model.shared_hash import MemberId
from benban.outside.clock import SystemClock
from benban.outside.exchange_ends import KeptEnds


def add_to(group: click.Group, words: Words) -> None:
    """Add what reads the audit."""
    audit = click.Group("audit", help=words("cli.x.audit.help"))
    for make in (_verify, _accept):
        audit.add_command(make(words))
    group.add_command(audit)


def broken_chains(here: Here) -> tuple[tuple[MemberId, int], ...]:
    """
    Return each chain that is not whole, and the number of the first line that does not fit.

    Raises:
        RecordUnavailableError: BB-962. NodeFolderError: BB-985. SetUpMissingError: BB-986.
    """
    ends, broken = KeptEnds(here.place.folder), list[tuple[MemberId, int]]()
    # First: chains only grow meanwhile.
    seen = ends.known()
    for member in _chains(here, seen):
        try:
            read_through(here.work, member, seen=seen.get(member))
        except AuditBrokenError as error:
            broken.append((member, int(error.params["number"])))
    note_ends(here.work, ends)
    return tuple(broken)


def _verify(words: Words) -> click.Command:
    @click.command("verify", help=words("cli.x.audit.verify.help"))
    @place_options(words)
    def command(**given: Any) -> None:
        here = take_here(words, given)
        seen = KeptEnds(here.place.folder).known()
        counted = sum(
            read_through(here.work, one, seen=seen.get(one)).lines for one in _chains(here, seen)
        )
        here.out.say("cli.x.audit.holds", count=counted)
        here.out.document({"lines": counted, "holds": True})

    return command


def _accept(words: Words) -> click.Command:
    @click.command("accept", help=words("cli.x.audit.accept.help"))
    @person_options(words)
    @place_options(words)
    def command(**given: Any) -> None:
        here, now = take_here(words, given), SystemClock().now()
        person = take_person(here, given)
        ends = KeptEnds(here.place.folder)
        accepted = accept_ends(here.work, ends, by=person, at=now)
        for one in accepted:
            here.out.say("cli.x.audit.accepted", chain=one)
        if not accepted:
            here.out.say("cli.x.audit.fits")
        here.out.document({"accepted": list(accepted)})

    return command


def _chains(here: Here, seen: Mapping[MemberId, ChainEnd]) -> list[MemberId]:
    with here.work() as work:
        there = [OPERATORS, *(one.id for one in work.members())]
    # Of a member whose row was taken out as well the end is known still.
    return [*there, *sorted(set(seen) - set(there))]
