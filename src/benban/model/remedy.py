"""What can be done: channels, provisions, plan, notices, deadlines."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from benban.model.ids import NoticeId, SightingId, StepId
from benban.model.mail import MailAttempt, MailOutcome
from benban.wording import Language


class Confidence(Enum):
    """How well a fact of the catalogue is known; D and unverified never reach a notice."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """
    One way to ask one service for removal (catalogue/channels/*.toml).

    Attributes:
        kind: ``in_app``, ``web_form``, ``email``, ``bot``, ``phone``, ``in_person``, ``hash``...
        address: form address, mail address or empty for a menu path.
        path: the menu path in words, as in the source.
        path_vi: the same for readers of Vietnamese; labels that exist in English only stay.
        scope: ISO country the channel is limited to; empty for everybody.
        only_if: condition id such as ``minor``, ``copyright``, ``authority``; empty for none.
        exposes_identity_to: who may learn the name: ``platform``, ``uploader``, ``public``...
        deadline_h: hours the service or law states; None when none is stated.
        deadline_starts_with: ``valid-request``, ``authority-demand``; empty when no deadline.
        may_file: whom the service's own text lets file: ``anyone``, ``person``,
            ``representative``, ``member``, ``owner``, ``authority``, ``operator``; empty where
            the text that was read does not say.
        asks_id: an identity document: ``yes``, ``no``, ``sometimes``, ``unknown``.
        asks_for: what the form wants to be told, in the words of the source.
        batch: how many addresses one request takes; 0 when not stated.
    """

    id: str
    service: str
    order: int
    kind: str
    address: str
    path: str
    confidence: Confidence
    source: str
    checked_on: date
    needs_account: str
    scope: str = ""
    only_if: str = ""
    exposes_identity_to: tuple[str, ...] = field(default=())
    deadline_h: int | None = None
    deadline_starts_with: str = ""
    note: str = ""
    may_file: tuple[str, ...] = field(default=())
    asks_id: str = "unknown"
    asks_for: tuple[str, ...] = field(default=())
    batch: int = 0
    path_vi: str = ""

    def way_in(self, language: Language) -> str:
        """Return the menu path in words for a reader of *language*."""
        return self.path_vi if language is Language.VI and self.path_vi else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """
    One rule of law (catalogue/laws/<country>/*.toml).

    Attributes:
        valid_from, valid_until: the day of the act picks the rule; None is open.
        clock_h: hours; None when the rule sets none.
        clock_started_by: ``person-complaint``, ``authority-demand``, ``valid-request``...
        confidence: A primary text read, B secondary, D unverified.
        applies_to: whom or what it binds, in the words of the source.
        elements: what a request under it must contain, or what must be shown.
        escalation: where one turns when nothing happens; empty where nothing was found.
        source_official: where the official text is published; empty where it was not seen.
        source_date: of the copy that was read; free text.
        reviewed_by: the lawyer who signed it off; empty is printed as not reviewed.
    """

    id: str
    country: str
    kind: str
    title_vi: str
    title_en: str
    instrument: str
    article: str
    confidence: Confidence
    source: str
    checked_on: date
    valid_from: date | None = None
    valid_until: date | None = None
    addressee: str = ""
    gives: str = ""
    clock_h: int | None = None
    clock_started_by: str = ""
    reviewed_by: str = ""
    applies_to: tuple[str, ...] = field(default=())
    elements: tuple[str, ...] = field(default=())
    escalation: str = ""
    note: str = ""
    source_official: str = ""
    source_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """
    When an answer is due and who started the clock.

    Attributes:
        started_by: ``person-complaint``, ``valid-request`` ...; a person's letter never claims a
            clock that only an authority's demand starts.
        starts_at, due_at: UTC; None until the act that starts it has happened.
        basis_id: the provision or channel it rests on.
    """

    basis_id: str
    hours: int
    started_by: str
    starts_at: datetime | None = None
    due_at: datetime | None = None


class StepKind(Enum):
    """What a step of the plan is."""

    PLATFORM = "platform"
    STATUTORY_NOTICE = "statutory-notice"
    SEARCH_ENGINE = "search-engine"
    HASH_PROGRAMME = "hash-programme"
    HOTLINE = "hotline"
    POLICE = "police"
    HOST = "host"
    KEEP = "keep"
    # A question whose answer opens further routes.
    QUESTION = "question"
    # Whoever stands above an addressee that did not answer, or refused.
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    One thing the person can choose to do; never pre-selected.

    Attributes:
        reason_id: message id of the reason, rendered in vi or en.
        notice_form: id of the form in catalogue/forms, empty when no notice belongs to it.
        age_warning: the fact is past its check date: open and compare before you send.
        recipient: whom a registry names (mail address), or an office in words; empty when the
            channel says it, or the service.
        follows: the notice that this step takes up again or further.
        values: what the reason's words hold open, by name.
    """

    id: StepId
    kind: StepKind
    order: int
    channel: Channel | None
    provisions: tuple[Provision, ...]
    reason_id: str
    notice_form: str
    deadline: Deadline | None = None
    age_warning: bool = False
    recipient: str = ""
    follows: NoticeId | None = None
    values: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The ordered steps for one sighting; the same with and without a comparison (HARM 5)."""

    sighting_id: SightingId
    made_at: datetime
    is_minor_path: bool
    steps: tuple[Step, ...]
    catalogue_version: str


class NoticeState(Enum):
    """The life of a notice."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REMOVED = "removed"
    REFUSED = "refused"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """Something a notice lacks or must not say; ``message_id`` is rendered in vi or en."""

    rule: str
    message_id: str
    blocks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What the person typed and confirmed on the "this will be sent" screen."""

    name: str
    is_pseudonym: bool
    contact: str
    statements: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """
    An answer of the service, kept verbatim.

    Attributes:
        exhibit_id: the exhibit that holds it; empty for answers kept before there were any.
    """

    at: datetime
    text: str
    ticket: str = ""
    exhibit_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    A text for one channel about one sighting; never contains a picture.

    Attributes:
        body: exactly what is sent or copied into the form.
        reveals: what the recipient may learn, as message ids.
        attempts: to hand in its mail, oldest first.
        follows: the earlier notice that this one takes up again, with its number.
        quotes: pieces of others' or the person's own words that stand in the text as they are: a
            number, an addressee, the name of a photo.
    """

    id: NoticeId
    sighting_id: SightingId
    step_id: StepId
    channel_id: str
    form: str
    language: Language
    recipient: str
    subject: str
    body: str
    reveals: tuple[str, ...]
    state: NoticeState
    drafted_at: datetime
    signature: Signature | None = None
    sent_at: datetime | None = None
    deadline: Deadline | None = None
    replies: tuple[Reply, ...] = field(default=())
    attempts: tuple[MailAttempt, ...] = field(default=())
    follows: NoticeId | None = None
    quotes: tuple[str, ...] = field(default=())

    @property
    def may_have_arrived(self) -> bool:
        """Whether an attempt to hand in its mail was taken, or ended without an answer."""
        doubtful = {MailOutcome.ACCEPTED, MailOutcome.UNSURE}
        return any(one.outcome in doubtful for one in self.attempts)
