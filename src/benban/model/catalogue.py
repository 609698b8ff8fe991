"""The catalogue of services, channels, rules of law and forms; data, loaded and checked once."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from benban.model.remedy import Channel, Confidence, Provision, Step, StepKind
from benban.wording import Language


def instrument_name(rule: Provision, language: Language) -> str:
    """Return the name of the law; Vietnamese ones are kept as ``Vietnamese / English``."""
    vietnamese, _, english = rule.instrument.partition(" / ")
    return vietnamese if language is Language.VI else english or vietnamese


def who_learns(step: Step) -> tuple[str, ...]:
    """Return who may learn the name when *step* is taken; the rest of a message id (HARM 7)."""
    if step.channel is not None:
        return step.channel.exposes_identity_to
    if step.kind is StepKind.KEEP or not step.notice_form:
        return ()
    goes_to_host = step.kind is StepKind.HOST or step.notice_form == "eu-dsa"
    return ("host",) if goes_to_host else ("platform",)


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlPattern:
    """
    One shape of address of a service.

    Attributes:
        kind: what the address leads to: ``post``, ``profile``, ``invite``...
        path: regular expression over the path, with named groups.
        query: parameters that must be there; the canonical form names them.
        hosts: hosts of the service the shape is limited to; empty for all of them.
        canonical: the form used for matching, with ``{names}``; empty for a short link, which only
            a visit can resolve and which is therefore kept as it is.
        fold: names whose letters do not tell apart upper and lower case.
        mixed_victims: such a page shows many people at once; it is never kept whole (HARM 1).
        never_capture: such a page is never opened by the recorder: an account's own
            conversations, or a place where opening is already an act.
    """

    kind: str
    path: str
    canonical: str
    example: str
    example_canonical: str
    confidence: Confidence
    query: tuple[str, ...] = field(default=())
    hosts: tuple[str, ...] = field(default=())
    fold: tuple[str, ...] = field(default=())
    mixed_victims: bool = False
    never_capture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """
    One service (catalogue/channels/<id>.toml).

    Attributes:
        domains: hosts that belong to it; ``*.name`` stands for every host below ``name``.
        official_domains: hosts on which its report forms may lie.
        keep_params: parameters without which the content cannot be found; ``*`` keeps all.
        keep_fragment: the part after ``#`` is a key.
        channels: those that may be used, in order; D and unverified ones are not among them.
        has_vn_complaint: a foreign service taken to be reached by decree 147/2024 article 23.3.i.
        mixed_victims: its pages show many people at once; none is kept whole (HARM 1).
        never_capture: no page of it is opened by the recorder.
        covers_synthetic: ``yes``, ``no`` or ``not-stated``: its own rules name altered pictures.
        stopncii: ``yes``, ``no`` or ``unknown``: takes part in StopNCII.
        do_not_use: addresses that circulate and are not the service's own.
    """

    id: str
    name: str
    domains: tuple[str, ...]
    channels: tuple[Channel, ...]
    patterns: tuple[UrlPattern, ...] = field(default=())
    official_domains: tuple[str, ...] = field(default=())
    media_domains: tuple[str, ...] = field(default=())
    keep_params: tuple[str, ...] = field(default=())
    strip_params: tuple[str, ...] = field(default=())
    keep_fragment: bool = False
    country: str = ""
    has_vn_complaint: bool = False
    mixed_victims: bool = False
    never_capture: bool = False
    covers_synthetic: str = "not-stated"
    stopncii: str = "unknown"
    do_not_use: tuple[str, ...] = field(default=())


class Regime(Enum):
    """Whose rules say what a notice must contain."""

    SERVICE = "service"
    VN_DECREE_147 = "vn-decree-147"
    VN_CHILD = "vn-child"
    US_TIDA = "us-tida"
    EU_DSA = "eu-dsa"
    CRIME_REPORT = "crime-report"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormText:
    """
    The words of a form in one language (catalogue/forms/<lang>/<id>.txt).

    Attributes:
        subject: one line.
        body: plain text with ``{named}`` places.
    """

    language: Language
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """
    One text for one kind of recipient (catalogue/forms/forms.toml).

    Attributes:
        texts: one per language.
        statements: what the person must confirm one by one; never ticked beforehand.
        kinds: kinds of sighting the form is for (``published``...).
        is_for_minors: may be used when an age answer is not yes.
    """

    id: str
    regime: Regime
    statements: tuple[str, ...]
    kinds: tuple[str, ...]
    is_for_minors: bool
    texts: tuple[FormText, ...]

    def text(self, language: Language) -> FormText:
        """
        Return the words in *language*.

        Raises:
            KeyError: there are none; the loader refuses such a form.
        """
        return {text.language: text for text in self.texts}[language]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepealedRule:
    """A rule that no text may cite any more, and the spellings by which it is found."""

    instrument: str
    ended_on: date
    replaced_by: str
    spellings: tuple[str, ...]

    def cited_in(self, text: str) -> str:
        """Return the spelling by which *text* cites this rule, in any case; empty when none."""
        folded = " ".join(text.casefold().split())
        return next((one for one in self.spellings if one.casefold() in folded), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AvoidedTerm:
    """
    A word that blames, and what is said instead (catalogue/terms.toml).

    Attributes:
        term: a regular expression over words in lower case.
        is_for_minors_only: may not stand on a page for people under 18 (HARM 3).
    """

    language: Language
    term: str
    because: str
    instead: str
    is_for_minors_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """
    A fact that stands in the files and may not be used; it is shown with its reason.

    Attributes:
        reason: ``confidence-d``, ``first-day-unknown``, ``not-law``, ``not-researched``; the rest
            of a message id.
        name: service or title of the rule, as in the file.
    """

    id: str
    reason: str
    name: str
    confidence: Confidence
    source: str
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFault:
    """
    One thing that is wrong in one file; the file stands aside and the others load.

    Attributes:
        file: as it lies in the catalogue: ``channels/x.toml``.
        line: from 1; of the entry where the very line is not known, 0 for a folder.
        key: the place in words: ``channel[0].order``.
        rule: which rule is broken; the rest of two message ids: what is wrong and how to mend it.
        detail: the value, or the values that are allowed.
    """

    file: str
    line: int
    key: str
    rule: str
    detail: str


# Without these lists nobody can tell whether a text cites dead law or blames; see may_draft.
GUARDS = ("laws/repealed.toml", "terms.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """
    Everything that is known about what can be done, as of one version.

    Attributes:
        version: newest check date and the first eight hex digits of the SHA-256 over all files.
        edition: counts up with every published catalogue; an older one never replaces a newer.
        held_back: facts that may not be used.
        channel_forms: pairs of channel id and form id.
        faults: what is wrong; every file that is named here stood aside.
    """

    version: str
    services: tuple[Service, ...]
    provisions: tuple[Provision, ...]
    forms: tuple[Form, ...]
    repealed: tuple[RepealedRule, ...]
    avoided_terms: tuple[AvoidedTerm, ...]
    channel_forms: tuple[tuple[str, str], ...] = field(default=())
    held_back: tuple[HeldBack, ...] = field(default=())
    faults: tuple[CatalogueFault, ...] = field(default=())
    edition: int = 0

    @property
    def withheld(self) -> tuple[tuple[str, str], ...]:
        """The ids that no text may use, with the reason."""
        return tuple((one.id, one.reason) for one in self.held_back)

    @property
    def closed_by(self) -> CatalogueFault | None:
        """The fault for which no notice may be drafted, or None: a guard stands aside."""
        return next((one for one in self.faults if one.file in GUARDS), None)

    @property
    def knows_all_services(self) -> bool:
        """Whether no file of a service stood aside, so that an absent mark means something."""
        return not any(one.file.startswith("channels/") for one in self.faults)

    def service(self, service_id: str) -> Service | None:
        """Return the service called *service_id*, or None when the catalogue has none."""
        return next((one for one in self.services if one.id == service_id), None)

    def provision(self, provision_id: str) -> Provision | None:
        """Return the rule called *provision_id*, or None when it is unknown or withheld."""
        return next((one for one in self.provisions if one.id == provision_id), None)

    def form(self, form_id: str) -> Form | None:
        """Return the form called *form_id*, or None."""
        return next((one for one in self.forms if one.id == form_id), None)

    def channel(self, channel_id: str) -> Channel | None:
        """Return the channel called *channel_id*, or None when it is unknown or withheld."""
        every = (channel for one in self.services for channel in one.channels)
        return next((channel for channel in every if channel.id == channel_id), None)

    def form_of(self, channel_id: str) -> str:
        """Return the id of the form that goes with *channel_id*, empty when it takes no text."""
        return next((form for key, form in self.channel_forms if key == channel_id), "")
