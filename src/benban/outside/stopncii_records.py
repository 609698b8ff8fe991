"""
Records of StopNCII as they stand on the wire, read one by one: what is odd is left out and counted.

Source: python-threatexchange, exchanges/clients/stopncii/api.py and its tests (2026): the form of
what is fetched and sent, unknown feedback values, an empty list for no cases.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import msgspec

from benban.errors.exchange import PeerAnswerError
from benban.exchange.fit import is_flat

MOST_RECORDS = 10_000
MOST_TOKEN = 8_192
_MOST_CASES = 10_000
_MOST_FEEDBACKS, _MOST_TAGS, _LONGEST_TAG = 200, 50, 100
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_GONE = frozenset({"Withdrawn", "Deleted"})
_HELD = frozenset({"Received", "Active"})


class SignalType(Enum):
    """What a hash is of; only the first is used here, the others are counted."""

    IMAGE_PDQ = "ImagePDQ"
    VIDEO_MD5 = "VideoMD5"
    VIDEO_TMK = "VideoTMK"
    TEXT = "Text"
    URL = "URL"


class FeedbackValue(Enum):
    """What a platform says of a hash."""

    NONE = "None"
    PENDING_REVIEW = "PendingReview"
    BLOCKED = "Blocked"
    NOT_BLOCKED = "NotBlocked"
    WITHDRAWN = "Withdrawn"
    DELETED = "Deleted"


class Reason(Enum):
    """Why a record, or a part of one, was not taken over."""

    NO_RECORD = "not a record"
    OTHER_TYPE = "another signal type"
    MALFORMED_HASH = "not a PDQ hash"
    FLAT_HASH = "a picture without content"
    UNKNOWN_STATUS = "a status that is not known; the hash is dropped"
    MALFORMED_CASES = "cases that cannot be read; the hash is dropped"
    ODD_FEEDBACK = "feedback that cannot be read; the hash is kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """
    What a platform said.

    Attributes:
        value: as it was said; not only those of :class:`FeedbackValue` come.
        source: the platform.
    """

    value: str
    tags: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldHash:
    """A hash that a person asked platforms to look for."""

    pdq: str
    modified_at_s: int
    feedbacks: tuple[Feedback, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    What one page says, each hash in it once.

    Attributes:
        held: to look for from now on, instead of what was known of the same hash.
        removed: to be dropped at once, with all that was made of it.
        skipped: how many records, or parts of some, were not taken over, by reason.
        missing: how many records fewer came than the page says.
        next_token: for the next page; empty after the last one.
        next_since: what to begin with the next time; of the last page only.
    """

    held: tuple[HeldHash, ...]
    removed: tuple[str, ...]
    skipped: Mapping[Reason, int]
    missing: int
    next_token: str
    next_since: int

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return bool(self.next_token)


class _Envelope(msgspec.Struct, rename="camel"):
    """A page; records are read each by itself, so that one odd one harms no other."""

    has_more_records: bool
    next_set_timestamp: int
    hash_records: list[msgspec.Raw] = msgspec.field(default_factory=list)
    count: int = 0
    next_page_token: str | None = None


class _Record(msgspec.Struct, rename="camel"):
    signal_type: str
    hash_value: str
    hash_status: str
    last_modtimestamp: int = 0
    case_numbers: msgspec.Raw = msgspec.Raw(b"{}")
    csp_feedbacks: msgspec.Raw = msgspec.field(default=msgspec.Raw(b"[]"), name="CSPFeedbacks")


class _Feedback(msgspec.Struct, rename="camel"):
    feedback_value: str
    tags: list[str] = msgspec.field(default_factory=list)
    source: str = ""


def is_pdq(untrusted: str) -> bool:
    """Return whether a text is a PDQ hash as StopNCII writes them, in letters of either case."""
    return _HASH.fullmatch(untrusted) is not None


def read_page(untrusted: bytes, now_s: int) -> Page:
    """
    Return what a page says.

    Args:
        untrusted: JSON, of bounded length.
        now_s: seconds since 1970; a page cannot ask to begin later than that the next time.

    Raises:
        PeerAnswerError: BB-979, not a page; ``why`` is layout, size or paging.
    """
    try:
        envelope = msgspec.json.decode(untrusted, type=_Envelope)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        raise PeerAnswerError("not a page", why="layout") from error
    if len(envelope.hash_records) > MOST_RECORDS:
        raise PeerAnswerError("too many records", why="size")
    token = envelope.next_page_token or ""
    if len(token) > MOST_TOKEN or (envelope.has_more_records and not token):
        raise PeerAnswerError("no way to the next page", why="paging")
    skipped: Counter[Reason] = Counter()
    newest = _newest(envelope.hash_records, skipped)
    return Page(
        held=tuple(one for one in newest.values() if isinstance(one, HeldHash)),
        removed=tuple(pdq for pdq, one in newest.items() if isinstance(one, int)),
        skipped=skipped,
        missing=max(0, envelope.count - len(envelope.hash_records)),
        next_token=token if envelope.has_more_records else "",
        # A time to come would pass over every withdrawal until then.
        next_since=max(0, min(envelope.next_set_timestamp, now_s)),
    )


def _newest(records: Iterable[msgspec.Raw], skipped: Counter[Reason]) -> dict[str, HeldHash | int]:
    """Return for each hash its newest record, or the time of its removal; that wins at one time."""
    newest: dict[str, HeldHash | int] = {}
    for raw in records:
        record = _record(raw, skipped)
        if record is None:
            continue
        pdq = record.hash_value.lower()
        said = _said(record, pdq, skipped)
        before = newest.get(pdq)
        if said is not None and (before is None or _rank(said) >= _rank(before)):
            newest[pdq] = said
    return newest


def _rank(said: HeldHash | int) -> tuple[int, bool]:
    return (said, True) if isinstance(said, int) else (said.modified_at_s, False)


def _record(raw: msgspec.Raw, skipped: Counter[Reason]) -> _Record | None:
    try:
        record = msgspec.json.decode(raw, type=_Record)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        skipped[Reason.NO_RECORD] += 1
        return None
    if record.signal_type != SignalType.IMAGE_PDQ.value:
        skipped[Reason.OTHER_TYPE] += 1
        return None
    if not is_pdq(record.hash_value):
        skipped[Reason.MALFORMED_HASH] += 1
        return None
    return record


def _said(record: _Record, pdq: str, skipped: Counter[Reason]) -> HeldHash | int | None:
    """Return the hash to hold, the time of its removal, or None for neither."""
    if record.hash_status in _GONE or _is_every_case_gone(record.case_numbers, skipped):
        return record.last_modtimestamp
    if record.hash_status not in _HELD:
        # Whether somebody still asks for it is not known: then it does not match.
        skipped[Reason.UNKNOWN_STATUS] += 1
        return record.last_modtimestamp
    if is_flat(pdq):
        skipped[Reason.FLAT_HASH] += 1
        return None
    return HeldHash(
        pdq=pdq,
        modified_at_s=record.last_modtimestamp,
        feedbacks=_feedbacks(record.csp_feedbacks, skipped),
    )


def _is_every_case_gone(raw: msgspec.Raw, skipped: Counter[Reason]) -> bool:
    try:
        # No case is an empty object, or in some answers an empty list.
        cases = msgspec.json.decode(raw, type=dict[str, str] | list[str] | None)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        cases = ["unread"]
    if not cases:
        return False
    if isinstance(cases, list) or len(cases) > _MOST_CASES:
        skipped[Reason.MALFORMED_CASES] += 1
        return True
    return all(status in _GONE for status in cases.values())


def _feedbacks(raw: msgspec.Raw, skipped: Counter[Reason]) -> tuple[Feedback, ...]:
    try:
        said = msgspec.json.decode(raw, type=list[_Feedback] | None) or []
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        skipped[Reason.ODD_FEEDBACK] += 1
        return ()
    if len(said) > _MOST_FEEDBACKS or not all(map(_is_short, said)):
        skipped[Reason.ODD_FEEDBACK] += 1
        return ()
    return tuple(
        Feedback(value=one.feedback_value, tags=tuple(one.tags), source=one.source) for one in said
    )


def _is_short(said: _Feedback) -> bool:
    texts: Sequence[str] = (said.feedback_value, said.source, *said.tags)
    return len(said.tags) <= _MOST_TAGS and all(len(text) <= _LONGEST_TAG for text in texts)
