"""``benban import``: ticked messages out of an export that the person has saved."""  # noqa: N999 - the module has the name of its command

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from benban.casework.add_files import add_files
from benban.casework.import_conversation import ConversationImport, opened_import
from benban.casework.saved_kind import SavedKind, saved_kind
from benban.casework.take_in import SightingReport, take_in
from benban.cli.commands.case import exhibit_json
from benban.cli.commands.import_report import report_import
from benban.cli.commands.import_saved import SavedImporting
from benban.cli.files import open_given
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.out import Out
from benban.cli.questions import answer_options, ask_age, ask_kind, ask_number, tell
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.ticking import Ticking, choose_chat, listing_json, read_ticks
from benban.cli.words import Words
from benban.errors import BenbanError, FileUnreadableError, UsageError
from benban.model.sighting import Sighting, SightingKind
from benban.unpack.parts import Chat
from benban.wiring_case import CaseStore, system_clock

# One JSON document stays readable; the next one begins where it ended.
_MOST_LISTED = 500


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("import", help=words("cli.import.help"))
    @click.argument("case")
    @click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
    @click.option("--sighting", help=words("cli.import.o.sighting"))
    @click.option(
        "--kind",
        type=click.Choice([kind.value for kind in SightingKind]),
        help=words("cli.add.o.kind"),
    )
    @click.option("--chat", type=click.IntRange(min=1), help=words("cli.import.o.chat"))
    @click.option("--media", help=words("cli.import.o.media"))
    @click.option("--ticks", help=words("cli.import.o.ticks"))
    @click.option("--from", "source", help=words("cli.import.o.from"))
    @click.option(
        "--list-from",
        type=click.IntRange(min=1),
        default=1,
        help=words("cli.import.o.list-from"),
    )
    @common_options(words)
    def import_export(case: str, path: Path, **given: Any) -> int:
        options = take_vault_options(given)
        out = take_out(words, given)
        ticks = _said_ticks(words, given)
        if not path.exists():
            # Before anybody answers questions for a path that was mistyped.
            raise FileUnreadableError(name=path.name)
        with opened_case(words, options, case) as (_, store):
            sighting = _sighting(out, store, given)
            kind = _kind(path)
            if kind is SavedKind.PICTURE:
                return _keep_picture(out, store, sighting, path)
            if kind is not SavedKind.CONVERSATION:
                return SavedImporting(out, store, sighting).run(kind, path, ticks, given)
            return _Importing(out, store, sighting).run(path, ticks, given)

    import_export.params += answer_options(words)
    return import_export


def _kind(path: Path) -> SavedKind:
    try:
        return saved_kind(path)
    except BenbanError:
        # The way of a conversation writes the attempt and its failure into the log.
        return SavedKind.CONVERSATION


def _keep_picture(out: Out, store: CaseStore, sighting: Sighting, path: Path) -> int:
    """Keep a screenshot or a recording as the file it is; its text can be read afterwards."""
    with ExitStack() as streams:
        given = open_given(streams, path)
        (exhibit,) = add_files(store, sighting, [given], system_clock())
    out.say("cli.add.file-kept", id=exhibit.id, digest=exhibit.sha256.hex)
    if exhibit.media_type.startswith("image/"):
        out.say("cli.import.read-next", case=store.case.id, id=exhibit.id)
    out.document({"sighting": sighting.id, "files": [exhibit_json(exhibit)]})
    return 0


def _said_ticks(words: Words, given: dict[str, Any]) -> tuple[int, ...]:
    said = [given["ticks"] or ""]
    if given["source"] is not None:
        said.append(read_text(given["source"]))
    return read_ticks(words, "\n".join(said))


def _sighting(out: Out, store: CaseStore, given: dict[str, Any]) -> Sighting:
    """Return the place it belongs to: one that is known, or a new one without an address."""
    if given["sighting"] is not None:
        return find_one(store, Sighting, given["sighting"])
    known = store.all(Sighting)
    if known and given["kind"] is None and is_interactive():
        tell(out.words("cli.import.ask-sighting"))
        places = [one.address.raw if one.address else one.seen_on or one.id for one in known]
        number = ask_number(out.words, [*places, out.words("cli.import.new-sighting")])
        if number < len(known):
            return known[number]
    report = SightingReport(
        address=None, kind=ask_kind(out.words, given["kind"]), answers=ask_age(out.words, given)
    )
    return take_in(store, report, system_clock()).sighting


class _Importing:
    """One run of the command over an open case."""

    def __init__(self, out: Out, store: CaseStore, sighting: Sighting) -> None:
        self.out = out
        self.store = store
        self.sighting = sighting

    def run(self, path: Path, ticks: tuple[int, ...], given: dict[str, Any]) -> int:
        """List, ask, keep and measure; return 1 if something could not be done."""
        can_ask = is_interactive() and not ticks
        if not ticks and not can_ask and not self.out.is_json:
            raise UsageError(reason=self.out.words("cli.import.ticks-needed"))
        self.out.say("cli.import.reading")
        with opened_import(self.store, self.sighting, path, system_clock()) as doing:
            if doing.is_text_only:
                self.out.warn("cli.add.text-only")
            chats = doing.chats()
            chat = choose_chat(self.out.words, chats, given["chat"], can_ask=is_interactive())
            if can_ask:
                ticks = Ticking(self.out.words, doing, chat).ask()
            if not ticks and not can_ask:
                return self._list(doing, chat, given["list_from"])
            done = doing.keep(chat, ticks, _Progress(doing.total_bytes).show)
        self.out.say(
            "cli.import.kept",
            chosen=done.chosen_count,
            around=done.around_count,
            pictures=len(done.exhibits) - 1,
        )
        return report_import(self.out, self.store, done)

    def _list(self, doing: ConversationImport, chat: Chat, number: int) -> int:
        parts = listing_json(doing.listing(chat, start_at=number - 1), _MOST_LISTED)
        self.out.document({"sighting": self.sighting.id, "messages": parts})
        return 0


class _Progress:
    """How far the reading of a large export is, for somebody who waits at a terminal."""

    def __init__(self, total_bytes: int) -> None:
        self._total = total_bytes
        self._shown = -1

    def show(self, offset_bytes: int) -> None:
        """Print a new number over the old one; nothing where nobody looks."""
        share = 100 * offset_bytes // max(1, self._total)
        if share != self._shown and sys.stderr.isatty():
            click.echo(f"\r{share:>3} %", nl=False, err=True)
            self._shown = share
