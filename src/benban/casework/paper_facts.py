"""What the case knows for a paper, as printable text; every table is of what was chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from benban.dossier.glyphs import printable, report_glyphs
from benban.dossier.labels import Labels, label_all
from benban.dossier.mask import make_masker
from benban.dossier.view import DossierView
from benban.dossier.voice import Voice, vietnam
from benban.model.custody import TokenState
from benban.model.exhibit import Capture, Exhibit
from benban.model.post import Post, PostFactName
from benban.model.sighting import Sighting, SightingKind
from benban.notices.papers import vietnamese_day
from benban.wording import Language, say

Row = Mapping[str, str]
# What a paper calls an act, with the condition that it sets in a template.
ACTS = {SightingKind.PUBLISHED: "published", SightingKind.THREATENED: "threatened"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """
    One view as it is read for a paper.

    Attributes:
        is_minor: an age answer of a place is not yes; then no picture's digest is printed.
    """

    view: DossierView
    labels: Labels
    voice: Voice
    is_minor: bool


def desk_of(view: DossierView) -> Desk:
    """Return the desk of a view; papers are Vietnamese."""
    return Desk(
        view=view,
        labels=label_all(view),
        voice=Voice(
            language=Language.VI, masker=make_masker(view.own_account), glyphs=report_glyphs()
        ),
        is_minor=any(not one.answers.all_yes for one in view.sightings),
    )


def safe(untrusted: str) -> str:
    """Return words as a page can print them, with nothing unseen (bidi, controls) in them."""
    return printable(untrusted, report_glyphs())


def fields_of(desk: Desk) -> dict[str, str]:
    """Return the single facts by name; what is not known is not there."""
    view, voice = desk.view, desk.voice
    shown = exhibits_of(desk)
    stamps = [
        one.time_at
        for one in view.tokens
        if one.state is TokenState.STAMPED and one.time_at is not None
    ]
    seen = [one.seen_at for one in view.sightings if one.seen_at is not None]
    said = [safe(one.seen_at_local) for one in view.sightings if one.seen_at_local]
    known = {
        "case_origin": view.origin,
        "key_id": view.key_id,
        "log_entries": voice.number(view.entry_count),
        "exhibit_count": voice.number(len(shown)),
        "file_count": voice.number(sum(one.kind.is_questioned_media for one in shown)),
        "total_bytes": voice.number(sum(one.size_bytes for one in shown)),
        "first_seen": moment(min(seen)) if seen else "; ".join(dict.fromkeys(said)),
        "first_stamp": moment(min(stamps)) if stamps else "",
        "tools": "; ".join(f"{one.name} {one.version}" for one in view.tools),
    }
    return {name: value for name, value in known.items() if value}


def tables_of(desk: Desk) -> dict[str, tuple[Row, ...]]:
    """Return the tables that come from places, visits, exhibits and notices."""
    places = desk.view.sightings
    acts = [one for one in places if one.kind in ACTS]
    # Whoever only talks about it posted nothing: no account and no number of theirs (HARM 14).
    visits = [one for one in desk.view.captures if one.sighting_id in {act.id for act in acts}]
    return {
        "places": tuple(_place(desk, one) for one in places),
        "reported": tuple(
            _place(desk, one) for one in places if one.kind is not SightingKind.TALK_ABOUT_IT
        ),
        "acts": tuple(_place(desk, one) for one in acts),
        "addressed": tuple(_place(desk, one) for one in acts if one.address is not None),
        "accounts": _accounts(desk, visits),
        "exhibits": tuple(_exhibit(desk, one) for one in exhibits_of(desk)),
        "counters": tuple(row for one in visits for row in _counters(desk, one)),
        "visits": tuple(_visit(desk, one) for one in desk.view.captures),
        "notices": _notices(desk),
    }


def conditions_of(desk: Desk, *, is_self: bool) -> frozenset[str]:
    """Return which parts of a template are printed."""
    said = {"minor" if desk.is_minor else "adult", "self" if is_self else "for-somebody"}
    if desk.view.captures:
        said.add("visited")
    shown = exhibits_of(desk)
    said.add("kept" if shown else "nothing-kept")
    if any(one.is_supplied for one in shown):
        said.add("supplied")
    return frozenset(said | {ACTS[one.kind] for one in desk.view.sightings if one.kind in ACTS})


def exhibits_of(desk: Desk) -> tuple[Exhibit, ...]:
    """Return what may be listed: text alone where somebody may be under 18 (HARM 3)."""
    every = tuple(entry.exhibit for entry in desk.view.exhibits)
    if not desk.is_minor:
        return every
    return tuple(one for one in every if one.kind.is_text and not one.contains_media)


def moment(at: datetime) -> str:
    """Return a time as Vietnamese papers give it."""
    return f"{vietnam(at)} (UTC+7)"


def _place(desk: Desk, sighting: Sighting) -> Row:
    unknown = say(Language.VI, "paper.address-unknown")
    seen = moment(sighting.seen_at) if sighting.seen_at else safe(sighting.seen_at_local)
    if not seen and sighting.act_on is not None:
        seen = vietnamese_day(sighting.act_on)
    return {
        "label": desk.labels.of(sighting.id),
        "kind": say(Language.VI, f"cli.kind.{sighting.kind.value}"),
        # As it came, keys included: an office has to find the place.
        "address": safe(sighting.address.shown) if sighting.address else unknown,
        "seen": seen or say(Language.VI, "paper.not-recorded"),
    }


def _accounts(desk: Desk, visits: Sequence[Capture]) -> tuple[Row, ...]:
    """Return the accounts that posted, as pages showed them; each once for a place."""
    found: dict[tuple[str, ...], Row] = {}
    for capture in visits:
        if capture.post is None:
            continue
        row = _account(desk, capture, capture.post)
        key = (row["place"], row["account"], row["account_id"], row["channel"])
        if any(key[1:]):
            found.setdefault(key, row)
    return tuple(found.values())


def _account(desk: Desk, capture: Capture, post: Post) -> Row:
    def both(*names: PostFactName) -> str:
        said = dict.fromkeys(safe(post.value(one)) for one in names)
        return " – ".join(one for one in said if one)

    return {
        "place": desk.labels.of(capture.sighting_id),
        "account": both(PostFactName.ACCOUNT, PostFactName.ACCOUNT_NAME),
        "account_id": both(PostFactName.ACCOUNT_ID),
        "channel": both(PostFactName.CHANNEL, PostFactName.CHANNEL_ID),
        "posted": _posted(post),
        "seen": moment(post.observed_at),
    }


def _posted(post: Post) -> str:
    """Return when the page says it was posted; a way of writing not understood stays as it is."""
    said = post.value(PostFactName.POSTED_AT) or post.value(PostFactName.POSTED_AT_BY_ID)
    try:
        at = datetime.fromisoformat(said)
        return moment(at) if at.tzinfo is not None else safe(said)
    except (ValueError, OverflowError):
        return safe(said)


def _exhibit(desk: Desk, exhibit: Exhibit) -> Row:
    entry = next(one for one in desk.view.exhibits if one.exhibit.id == exhibit.id)
    kind = desk.voice.known("exhibit", exhibit.kind.value)
    return {
        "label": desk.labels.of(exhibit.id),
        "what": f"{kind} ({safe(exhibit.media_type)})",
        "bytes": desk.voice.number(exhibit.size_bytes),
        "sha256": exhibit.sha256.hex,
        "taken": moment(exhibit.taken_in_at),
        # People count from one.
        "entry": desk.voice.number(entry.position + 1),
        "place": desk.labels.of(exhibit.sighting_id),
    }


def _counters(desk: Desk, capture: Capture) -> tuple[Row, ...]:
    return tuple(
        {
            "place": desk.labels.of(capture.sighting_id),
            "counter": desk.voice.known("counter", one.name),
            "shown": safe(one.text),
            "value": desk.voice.number(one.value) if one.value is not None else "",
            "at": moment(one.observed_at or capture.ended_at),
        }
        for one in capture.counters
    )


def _visit(desk: Desk, capture: Capture) -> Row:
    browser = capture.browser
    return {
        "label": desk.labels.of(capture.id),
        "place": desk.labels.of(capture.sighting_id),
        "began": moment(capture.started_at),
        "ended": moment(capture.ended_at),
        "status": str(capture.status) if capture.status is not None else "–",
        "browser": safe(browser.product) if browser else "–",
    }


def _notices(desk: Desk) -> tuple[Row, ...]:
    return tuple(
        {
            "recipient": safe(one.recipient),
            "place": desk.labels.of(one.sighting_id),
            "sent": moment(one.sent_at),
            "state": desk.voice.known("state", one.state.value),
            "ticket": next((safe(reply.ticket) for reply in one.replies if reply.ticket), "–"),
        }
        for one in desk.view.notices
        if one.sent_at is not None
    )
