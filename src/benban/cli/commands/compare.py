"""``benban compare``: which original shares its shot with each questioned picture or video."""

import sys
from functools import partial
from typing import Any

import click

from benban.casework.clip_words import clip_sentences
from benban.casework.compare_case import ComparisonRun, compare_case
from benban.casework.compare_clips import compare_clips
from benban.casework.fingerprints import find_case_copies, fingerprint_exhibits
from benban.casework.originals import digest_only_originals
from benban.cli.options import common_options
from benban.cli.out import Json, Out
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.dossier.searched import searched_said
from benban.model.finding import Cell, CommonOrigin, Direction, Order, Part, Searched
from benban.wiring_case import opened_fence, system_clock


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("compare", help=words("cli.compare.help"))
    @click.argument("case")
    @common_options(words)
    def compare(case: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store), opened_fence() as fence:
            fingerprint_exhibits(store, fence)
            copies = find_case_copies(store)
            told_index = partial(_tell, text=words("cli.compare.indexing"))
            result = compare_case(store, fence, system_clock(), tell=_tell, tell_index=told_index)
            clips = compare_clips(store, fence, system_clock(), tell=_tell)
            by_digest = len(digest_only_originals(store))
        for run in result.runs:
            _print(out, run)
        for finding in clips.runs:
            _print_clip(out, finding)
        failures = (*result.failures, *clips.failures)
        for failure in failures:
            out.say("cli.compare.failed", exhibit=failure.exhibit_id, code=failure.code)
        for one in clips.unread:
            out.say("cli.clip.not-read", original=one.original_id, code=one.code)
        if by_digest:
            out.say("cli.compare.digests-only", count=by_digest)
        if not (result.runs or clips.runs or failures):
            out.say("cli.compare.none")
        out.document(
            {
                "copies": [
                    {"one": one.exhibit_id, "other": one.other_id, "bits": one.distance_bits}
                    for one in copies
                ],
                "runs": [run_json(run) for run in result.runs],
                "clips": [clip_json(finding) for finding in clips.runs],
                "digests_only": by_digest,
                "failed": [{"exhibit": one.exhibit_id, "code": one.code} for one in failures],
                "unread": [{"original": one.original_id, "code": one.code} for one in clips.unread],
            }
        )

    return compare


def _tell(done: int, count: int, *, text: str = "") -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{text} {100 * done // count:>3} %", nl=done == count, err=True)


def _print(out: Out, run: ComparisonRun) -> None:
    finding = run.finding
    out.say("cli.compare.run", exhibit=finding.exhibit_id, tier=finding.tier.value)
    change_map = finding.change_map
    shares = {
        name: round(100 * change_map.share(cell)) if change_map else 0
        for name, cell in (
            ("agree", Cell.AGREE),
            ("changed", Cell.CHANGED),
            ("undecided", Cell.UNDECIDED),
        )
    }
    original = finding.original_id or ""
    out.say(f"cli.compare.tier.{finding.tier.value}", original=original, **shares)
    for message, counts in searched_said(finding):
        out.say(f"cli.compare.{message}", **counts)
    if finding.registration is None:
        return
    print_order(out, run.direction)


def print_order(out: Out, direction: Direction) -> None:
    """Print which came first; an order is never said without what it rests on (EVIDENCE 5)."""
    is_later = direction.order is Order.QUESTIONED_IS_LATER and bool(direction.support)
    later = "cli.compare.later-by-times" if direction.rests_on_times else "cli.compare.later"
    out.say(later if is_later else "cli.compare.not-determined")
    for name, signs in (("support", direction.support), ("note", direction.notes)):
        if signs:
            items = "; ".join(out.words(f"dossier.support.{sign}") for sign in signs)
            out.say(f"dossier.direction.{name}", items=items)
            if name == "support" and not direction.rests_on_times:
                out.say("dossier.direction.limit")
    if "stamped-before" in direction.support:
        out.say("dossier.direction.stamp-limit")


def _print_clip(out: Out, finding: CommonOrigin) -> None:
    heading = f"cli.clip.{finding.against.value}"
    out.say(heading, exhibit=finding.exhibit_id, tier=finding.tier.value)
    for message, params in clip_sentences(finding, finding.original_id or ""):
        out.say(message, **params)


def clip_json(finding: CommonOrigin) -> dict[str, Json]:
    """Return a run with videos as the command prints it; tier C and 0 carry the tier alone."""
    row: dict[str, Json] = {
        "exhibit": finding.exhibit_id,
        "against": finding.against.value,
        "tier": finding.tier.value,
    }
    place, grid = finding.clip, finding.change_map
    if finding.original_id is None:
        return row
    row |= {"original": finding.original_id, "originals_compared": finding.originals_compared}
    if finding.showings:
        row["showings"] = [
            {"from_ms": one.from_ms, "to_ms": one.to_ms, "bits": one.distance_bits}
            for one in finding.showings
        ]
    if place is not None:
        row |= {
            "from_ms": place.from_ms,
            "to_ms": place.to_ms,
            "at_ms": place.at_ms,
            "rate": place.rate,
            "mirrored": place.is_mirrored,
            "frames_compared": place.frames_compared,
            "frames_agreeing": place.frames_agreeing,
            "frames_mapped": place.frames_mapped,
            "nfa_log10": finding.log10_nfa,
        }
    if grid is not None:
        row["agreed_share"] = grid.share(Cell.AGREE)
        row["changed_share"] = grid.share(Cell.CHANGED)
        row["undecided_share"] = grid.share(Cell.UNDECIDED)
    return row


def run_json(run: ComparisonRun) -> dict[str, Json]:
    """Return a run as the commands print it; of tiers C and 0 the tier and counts (HARM 11)."""
    finding = run.finding
    row: dict[str, Json] = {
        "exhibit": finding.exhibit_id,
        "tier": finding.tier.value,
        "searched": _searched_json(finding.searched),
    }
    if finding.registration is None or finding.change_map is None:
        return row
    row["original"] = finding.original_id
    row["originals_compared"] = finding.originals_compared
    row["part"] = _part_json(finding.part)
    if finding.siblings is not None:
        siblings = finding.siblings
        row["siblings"] = {"alike": siblings.alike, "beaten": siblings.beaten}
    row["nfa_log10"] = finding.log10_nfa
    row["agreed_share"] = finding.change_map.share(Cell.AGREE)
    row["changed_share"] = finding.change_map.share(Cell.CHANGED)
    row["undecided_share"] = finding.change_map.share(Cell.UNDECIDED)
    row["direction"] = run.direction.order.value
    row["direction_support"] = list(run.direction.support)
    return row


def _searched_json(searched: Searched | None) -> Json:
    if searched is None:
        return None
    return {
        "declared": searched.declared,
        "by_index": searched.by_index,
        "in_full": searched.in_full,
        "unread": searched.unread,
    }


def _part_json(part: Part | None) -> Json:
    return None if part is None else {"number": part.number, "count": part.count}
