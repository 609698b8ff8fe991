"""How every import ends on the terminal: what was kept is said and measured."""

from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.search_imports import SeenAgain, search_imported
from benban.casework.videos import read_videos
from benban.cli.commands.case import exhibit_json
from benban.cli.out import Json, Out
from benban.errors import BenbanError
from benban.model.exhibit import Exhibit
from benban.model.imported import Import
from benban.wiring_case import CaseStore, opened_fence


def report_import(out: Out, store: CaseStore, done: Import) -> int:
    """Say what became of the rest, measure what was kept, print the document; return 0."""
    _say(out, store, done)
    unmeasured, seen_again = _measure(out, store, done)
    known = {one.id: one for one in store.all(Exhibit)}
    out.document(
        {
            **import_json(done),
            "exhibits": [exhibit_json(known[one]) for one in done.exhibits if one in known],
            "unmeasured": list(unmeasured),
            "seen_again": [[one.exhibit_id, one.same_as] for one in seen_again],
        }
    )
    return 0


def import_json(done: Import) -> dict[str, Json]:
    """Return the import as the commands print it."""
    return {
        "import": done.id,
        "sighting": done.sighting_id,
        "format": done.format,
        "digest_covers": done.digest_covers,
        "sha256": done.sha256.hex if done.sha256 else None,
        "size_bytes": done.size_bytes,
        "parts": done.part_count,
        "chosen": done.chosen_count,
        "around": done.around_count,
        "withheld": [{"reason": one.reason, "count": one.count} for one in done.withheld],
        "not_read": [
            {"where": one.where, "reason": one.reason, "count": one.count} for one in done.not_read
        ],
        "missing": [{"what": one.what, "reason": one.reason} for one in done.missing],
        "claimed_digests": [
            {"where": one.where, "state": one.state, "count": one.count} for one in done.claimed
        ],
    }


def _say(out: Out, store: CaseStore, done: Import) -> None:
    for withheld in done.withheld:
        out.say(f"cli.import.withheld.{withheld.reason}", count=withheld.count)
    for one in done.not_read:
        reason = out.words.known("dossier.import-reason", one.reason)
        out.say("cli.import.not-read", count=one.count, reason=reason)
    for missing in done.missing:
        reason = out.words.known("dossier.import-reason", missing.reason)
        out.say("cli.import.missing", reason=reason)
    differ = sum(one.count for one in done.claimed if one.state == "differs")
    if differ:
        out.warn("cli.import.claims-differ", count=differ)
    if done.sha256 is not None:
        out.say("cli.import.digest", digest=done.sha256.hex)
    out.say("cli.import.next", case=store.case.id)


def _measure(
    out: Out, store: CaseStore, imported: Import
) -> tuple[tuple[str, ...], tuple[SeenAgain, ...]]:
    """Return what could not be measured, and what the case held before."""
    try:
        with opened_fence() as fence:
            done = fingerprint_exhibits(store, fence)
            videos = read_videos(store, fence)
            seen_again = search_imported(store, imported.exhibits, fence)
    except BenbanError as error:
        # What was kept is kept; it can be measured another day.
        out.explain(error)
        return (), ()
    if seen_again:
        out.say("cli.import.seen-again", count=len(seen_again))
    for one in done.unmeasured:
        out.say("cli.add.unmeasured", id=one.exhibit_id, code=one.error.code)
    for one in videos.unread:
        out.say("cli.add.unread-video", id=one.exhibit_id, code=one.error.code)
    unmeasured = tuple(one.exhibit_id for one in (*done.unmeasured, *videos.unread))
    return unmeasured, seen_again
