"""``benban original``: photos declared as showing the person of the case."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from benban.casework.album import (
    Album,
    AlbumKept,
    add_album,
    album_in,
    present_album,
    uncovered_originals,
)
from benban.casework.originals import (
    declare_originals,
    has_declared_originals,
    in_other_cases,
    require_answers,
)
from benban.casework.photo_ages import answer_for_photos, asks_photo_ages
from benban.casework.stamp_acts import StampAct, ask_for_stamps
from benban.cli.commands.stamp import print_token, token_json
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.out import Json, Out
from benban.cli.questions import (
    answer_options,
    ask_line,
    ask_needed,
    ask_photo_ages,
    ask_yes,
    tell,
)
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import BenbanError
from benban.model.exhibit import Original
from benban.model.sighting import NO_ANSWERS
from benban.outside.revocation import HttpRevocationSource
from benban.wiring_case import CaseStore, Vault, authorities, opened_fence, system_clock

# Of more files that were left out the names stand in the JSON document alone.
_MOST_NAMED = 20


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("original", help=words("cli.original.help"))
    group.add_command(_add(words))
    group.add_command(_present(words))
    return group


def _add(words: Words) -> click.Command:
    @click.command("add", help=words("cli.original.add.help"))
    @click.argument("case")
    @click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
    @click.option("--declaration", "source", help=words("cli.original.o.declaration"))
    @click.option("--digests-only", is_flag=True, help=words("cli.original.o.digests-only"))
    @click.option("--send", type=click.Choice(["yes", "no"]), help=words("cli.original.o.send"))
    @common_options(words)
    def add(
        case: str,
        photos: tuple[Path, ...],
        source: str | None,
        digests_only: bool,
        send: str | None,
        **given: Any,
    ) -> int:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (vault, store):
            # Before the sentence is typed or a photo opened: is the case open to pictures at all?
            _answer_ages(words, store, given)
            require_answers(store)
            album = album_in(photos)
            if digests_only:
                out.warn("cli.original.digests-only.warning")
            if not has_declared_originals(store):
                expected = words("cli.original.declaration")
                declare_originals(store, _declaration(words, source, expected), expected)
            with opened_fence() as fence:
                keep = partial(
                    add_album,
                    store,
                    decoder=fence,
                    clock=system_clock(),
                    is_in_other_case=in_other_cases(vault, store),
                    digests_only=digests_only,
                    tell=_tell,
                )
                kept = _whole_burst(words, album, lambda one: keep(one.files))
            _require_some(kept)
            _print(out, kept)
            document = _document(kept)
            document["stamp"] = _stamped(out, vault, store, send)
        out.document(document)
        return _exit_code(kept)

    add.params += answer_options(words)
    return add


def _answer_ages(words: Words, store: CaseStore, given: dict[str, Any]) -> None:
    """
    Record the age answers for the photos themselves, where no sighting speaks of them yet.

    Raises:
        PermitRefusedError: BB-101, not three times yes.
    """
    if not asks_photo_ages(store):
        return
    tell(words("cli.photo-age.why"))
    answers = ask_photo_ages(words, given)
    # Where nobody can be asked and nothing was said, what is missing is named next (BB-112).
    if answers != NO_ANSWERS:
        answer_for_photos(store, answers, system_clock())


def _present(words: Words) -> click.Command:
    @click.command("present", help=words("cli.original.present.help"))
    @click.argument("case")
    @click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
    @common_options(words)
    def present(case: str, photos: tuple[Path, ...], **given: Any) -> int:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            require_answers(store)
            with opened_fence() as fence:
                album = album_in(photos)
                shown = present_album(store, album.files, fence, tell=_tell)
            kept = [(shown, album.refused)]
            _require_some(kept)
            _print(out, kept)
        out.document(_document(kept))
        return _exit_code(kept)

    return present


def _whole_burst(
    words: Words, album: Album, keep: Callable[[Album], AlbumKept]
) -> list[tuple[AlbumKept, int]]:
    """Keep the album, then ask for the frames before and after of the same moments."""
    kept = [(keep(album), album.refused)]
    if not is_interactive():
        return kept
    tell(words("cli.original.burst"))
    while typed := ask_line(words("cli.original.burst.path")):
        try:
            more = album_in([Path(typed)])
        except BenbanError as error:
            Out(words, is_json=False).explain(error)
            continue
        kept.append((keep(more), more.refused))
    return kept


def _require_some(kept: Sequence[tuple[AlbumKept, int]]) -> None:
    """Raise what was wrong with the only file where there was just one."""
    added = [one for each, _ in kept for one in (*each.added, *each.known)]
    left = [one for each, _ in kept for one in each.left]
    if not added and len(left) == 1:
        raise left[0].error


def _exit_code(kept: Sequence[tuple[AlbumKept, int]]) -> int:
    """Return 1 where something that was given is not kept; it is named, the rest is there."""
    return 1 if any(each.left for each, _ in kept) else 0


def _print(out: Out, kept: Sequence[tuple[AlbumKept, int]]) -> None:
    for each, _ in kept:
        for one in each.added:
            out.say(
                "cli.original.added" if one.is_kept else "cli.original.noted",
                id=one.id,
                arrival=out.words(f"cli.arrival.{one.arrival.value}"),
                width=one.width_px,
                height=one.height_px,
            )
    left = [one for each, _ in kept for one in each.left]
    refused = sum(count for _, count in kept)
    known = sum(len(each.known) for each, _ in kept)
    if known:
        out.say("cli.original.known", count=known)
    for lost in left[:_MOST_NAMED]:
        said = out.error_json(lost.error)["message"]
        out.say("cli.original.left", name=lost.name, why=str(said), code=lost.error.code)
    if len(left) > _MOST_NAMED:
        out.say("cli.original.left-more", count=len(left) - _MOST_NAMED)
    if refused:
        out.say("cli.original.refused", count=refused)


def _stamped(out: Out, vault: Vault, store: CaseStore, send: str | None) -> Json:
    """Have one head over the whole album stamped, if the person agrees; else say how later."""
    waiting = uncovered_originals(store)
    if not waiting:
        return None
    asked = authorities(vault)
    hosts = ", ".join(one.host for one in asked)
    if not is_interactive() and send is None:
        out.say("cli.original.not-stamped", count=waiting)
        return {"sent": False, "tokens": []}
    if send is None:
        tell(out.words("cli.original.why-stamp", count=waiting))
    if not ask_yes(out.words, "cli.stamp.ask-send", send, hosts=hosts):
        out.say("cli.stamp.not-sent")
        out.say("cli.original.not-stamped", count=waiting)
        return {"sent": False, "tokens": []}
    done = ask_for_stamps(store, StampAct.NOW, asked, system_clock(), lists=HttpRevocationSource())
    for token in done.tokens:
        print_token(out, token)
    if uncovered_originals(store):
        out.say("cli.original.not-stamped", count=waiting)
    return {
        "sent": True,
        "checkpoint_size": done.checkpoint_size,
        "tokens": [token_json(token) for token in done.tokens],
    }


def _document(kept: Sequence[tuple[AlbumKept, int]]) -> dict[str, Json]:
    return {
        "originals": [
            _original_json(one) for each, _ in kept for one in (*each.added, *each.known)
        ],
        "left": [
            {"name": one.name, "code": one.error.code} for each, _ in kept for one in each.left
        ],
        "refused": sum(count for _, count in kept),
    }


def _original_json(one: Original) -> Json:
    return {
        "original": one.id,
        "sha256": one.sha256.hex,
        "arrival": one.arrival.value,
        "width_px": one.width_px,
        "height_px": one.height_px,
        "kept": one.is_kept,
    }


def _declaration(words: Words, source: str | None, expected: str) -> str:
    if source is not None:
        return read_text(source)
    if not is_interactive():
        return ""
    tell(words("cli.original.declare", sentence=expected))
    return ask_needed(words("cli.original.type-it"))


def _tell(done: int, count: int) -> None:
    if sys.stderr.isatty() and count > 1:
        click.echo(f"\r{done} / {count}", nl=done == count, err=True)
