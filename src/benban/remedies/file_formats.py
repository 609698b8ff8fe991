"""What the files of the catalogue may contain. A key that is not named here is an error."""

from datetime import date

import msgspec


class _Strict(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    pass


class PolicyEntry(_Strict):
    """What the service's own rules say; for the maintainer, never printed."""

    confidence: str
    source: str
    address: str = ""
    text: str = ""


class UrlPatternEntry(_Strict):
    """See :class:`benban.model.catalogue.UrlPattern`."""

    kind: str
    path: str
    canonical: str
    example: str
    example_canonical: str
    confidence: str
    query: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    fold: tuple[str, ...] = ()
    mixed_victims: bool = False
    never_capture: bool = False
    note: str = ""


class ChannelEntry(_Strict):
    """See :class:`benban.model.remedy.Channel`; ``form`` is the text that goes with it."""

    id: str
    order: int
    kind: str
    address: str
    path: str
    confidence: str
    source: str
    checked_on: date
    needs_account: str
    exposes_identity_to: tuple[str, ...]
    scope: str = ""
    only_if: str = ""
    deadline_h: int | None = None
    deadline_starts_with: str = ""
    form: str = ""
    note: str = ""
    may_file: tuple[str, ...] = ()
    asks_id: str = "unknown"
    asks_for: tuple[str, ...] = ()
    batch: int = 0
    path_vi: str = ""

    @property
    def has_starter(self) -> bool:
        """Whether it is said what starts the clock."""
        return bool(self.deadline_starts_with)

    @property
    def says_id(self) -> bool:
        """Whether the person is told that an identity document is asked for."""
        return "asks-id" in self.exposes_identity_to


class ServiceFile(_Strict):
    """``channels/<id>.toml``; see :class:`benban.model.catalogue.Service`."""

    id: str
    name: str
    domains: tuple[str, ...]
    official_domains: tuple[str, ...] = ()
    media_domains: tuple[str, ...] = ()
    keep_params: tuple[str, ...] = ()
    strip_params: tuple[str, ...] = ()
    keep_fragment: bool = False
    country: str = ""
    has_vn_complaint: bool = False
    mixed_victims: bool = False
    never_capture: bool = False
    covers_synthetic: str = "not-stated"
    stopncii: str = "unknown"
    do_not_use: tuple[str, ...] = ()
    policy: PolicyEntry | None = None
    url_pattern: tuple[UrlPatternEntry, ...] = ()
    channel: tuple[ChannelEntry, ...] = ()


class ProvisionEntry(_Strict):
    """See :class:`benban.model.remedy.Provision`; ``withheld`` says why it may not be used."""

    id: str
    kind: str
    title_vi: str
    title_en: str
    instrument: str
    article: str
    confidence: str
    source: str
    checked_on: date
    reviewed_by: str
    valid_from: date | None = None
    valid_until: date | None = None
    addressee: str = ""
    gives: str = ""
    clock_h: int | None = None
    clock_started_by: str = ""
    applies_to: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    withheld: str = ""
    escalation: str = ""
    source_official: str = ""
    source_date: str = ""
    note: str = ""


class LawFile(_Strict):
    """``laws/<country>/*.toml``."""

    country: str
    provision: tuple[ProvisionEntry, ...]


class EditionFile(_Strict):
    """``edition.toml``; ``serial`` counts up with every published catalogue."""

    serial: int
    made_on: date


class SignerEntry(_Strict):
    """Who may publish a catalogue; ``key`` as signed-note tools write it."""

    name: str
    key: str


class SignersFile(_Strict):
    """``signers.toml``; never part of a bundle."""

    signer: tuple[SignerEntry, ...]


class RepealedEntry(_Strict):
    """See :class:`benban.model.catalogue.RepealedRule`."""

    instrument: str
    ended_on: date
    replaced_by: str
    source: str
    spellings: tuple[str, ...]
    note: str = ""


class RepealedFile(_Strict):
    """``laws/repealed.toml``."""

    repealed: tuple[RepealedEntry, ...]


class FormEntry(_Strict):
    """See :class:`benban.model.catalogue.Form`."""

    id: str
    regime: str
    statements: tuple[str, ...]
    kinds: tuple[str, ...]
    is_for_minors: bool


class FormsFile(_Strict):
    """``forms/forms.toml``."""

    form: tuple[FormEntry, ...]


class TermEntry(_Strict):
    """See :class:`benban.model.catalogue.AvoidedTerm`; one entry holds words with one reason."""

    language: str
    words: tuple[str, ...]
    because: str
    instead: str
    is_for_minors_only: bool = False


class TermsFile(_Strict):
    """``terms.toml``; ``reviewed_by`` empty is printed as unreviewed."""

    reviewed_by: str
    avoid: tuple[TermEntry, ...]
