"""The catalogue from its files. A faulty file stands aside and says why; the others load."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from benban.model.catalogue import (
    AvoidedTerm,
    Catalogue,
    Form,
    HeldBack,
    RepealedRule,
    Service,
)
from benban.model.remedy import Provision
from benban.remedies.catalogue_checks import check_patterns, check_provision, check_service
from benban.remedies.catalogue_reading import Reading
from benban.remedies.file_formats import (
    EditionFile,
    LawFile,
    RepealedFile,
    ServiceFile,
    TermsFile,
)
from benban.remedies.forms import read_forms
from benban.remedies.provisions import build_provision, held_back_provision, why_withheld
from benban.remedies.services import build_service, held_back_channels
from benban.wording import Language

REPEALED, TERMS, EDITION = "laws/repealed.toml", "terms.toml", "edition.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _ServiceFile:
    name: str
    entry: ServiceFile
    service: Service


@dataclass(frozen=True, slots=True, kw_only=True)
class _LawFile:
    name: str
    ids: tuple[str, ...]
    provisions: tuple[Provision, ...] = field(default=())
    held_back: tuple[HeldBack, ...] = field(default=())


@cache
def packaged_catalogue() -> Catalogue:
    """Return the catalogue that travels with benban."""
    return load_catalogue(files("benban.catalogue"))


def load_catalogue(folder: Traversable) -> Catalogue:
    """
    Return what is sound in *folder*; ``faults`` names every file that stands aside, and why.

    Nothing is raised for what a file says: an unknown or missing key, a wrong type or choice, a
    pattern that does not fit its own example, a host or id named twice (then both files stand
    aside: which of them is right is not guessed), a form address outside the service's own
    domains, a text that cites repealed law. Without the list of repealed law or of words that
    blame there are no forms at all: no notice is drafted that nobody could check.

    Args:
        folder: with ``channels/``, ``laws/<country>/``, ``laws/repealed.toml``, ``forms/``,
            ``terms.toml`` and ``edition.toml``; a ``pathlib.Path`` or a package resource.
    """
    reading = Reading(folder)
    edition = reading.toml(EDITION, EditionFile)
    repealed, terms = _repealed(reading), _terms(reading)
    forms, listed = read_forms(reading)
    services = _services(reading, listed)
    laws = _laws(reading)
    forms = _fit_to_send(reading, forms, repealed, terms)
    for law in laws:
        _note_dead_law(reading, law, repealed)
    services = [one for one in services if not reading.stands_aside(one.name)]
    laws = [one for one in laws if not reading.stands_aside(one.name)]
    is_closed = reading.stands_aside(REPEALED) or reading.stands_aside(TERMS)
    usable = () if is_closed else forms
    return Catalogue(
        version=_version(reading),
        edition=0 if edition is None else edition.serial,
        services=tuple(one.service for one in services),
        provisions=tuple(rule for law in laws for rule in law.provisions),
        forms=usable,
        repealed=repealed,
        avoided_terms=terms,
        channel_forms=_channel_forms(services, usable),
        held_back=(
            *(held for one in services for held in held_back_channels(one.entry)),
            *(held for law in laws for held in law.held_back),
        ),
        faults=tuple(sorted(reading.faults, key=lambda one: (one.file, one.line))),
    )


def _services(reading: Reading, forms: frozenset[str] | None) -> list[_ServiceFile]:
    read = (_service(reading, name, forms) for name in reading.files("channels"))
    found = [one for one in read if one is not None]
    _note_twice(reading, "hosts", ((one.name, _hosts(one.service)) for one in found))
    _note_twice(reading, "id", ((one.name, [c.id for c in one.entry.channel]) for one in found))
    return found


def _service(reading: Reading, name: str, forms: frozenset[str] | None) -> _ServiceFile | None:
    entry = reading.toml(name, ServiceFile)
    if entry is None:
        return None
    for place, rule, detail in check_service(entry, name):
        reading.note(name, place, rule, detail)
    for index, channel in enumerate(entry.channel):
        if forms is not None and channel.form and channel.form not in forms:
            reading.note(name, ("channel", index, "form"), "no-such-form", channel.form)
    if reading.stands_aside(name):
        return None
    service = build_service(entry)
    for place, rule, detail in check_patterns(service):
        reading.note(name, place, rule, detail)
    if reading.stands_aside(name):
        return None
    return _ServiceFile(name=name, entry=entry, service=service)


def _laws(reading: Reading) -> list[_LawFile]:
    found: list[_LawFile] = []
    for name in reading.files("laws"):
        # What lies directly in laws/ is no country.
        law = reading.toml(name, LawFile) if name.count("/") > 1 else None
        if law is None:
            continue
        for index, entry in enumerate(law.provision):
            for place, rule, detail in check_provision(entry, index):
                reading.note(name, place, rule, detail)
        if reading.stands_aside(name):
            continue
        reasons = [(entry, why_withheld(entry)) for entry in law.provision]
        found.append(
            _LawFile(
                name=name,
                ids=tuple(entry.id for entry in law.provision),
                provisions=tuple(
                    build_provision(entry, law.country) for entry, why in reasons if not why
                ),
                held_back=tuple(held_back_provision(entry, why) for entry, why in reasons if why),
            )
        )
    _note_twice(reading, "id", ((one.name, one.ids) for one in found))
    return found


def _hosts(service: Service) -> Sequence[str]:
    return service.domains + service.media_domains


def _note_twice(reading: Reading, what: str, named: Iterable[tuple[str, Sequence[str]]]) -> None:
    files_of: dict[str, list[str]] = defaultdict(list)
    for file, names in named:
        for name in names:
            files_of[name].append(file)
    for name, inside in files_of.items():
        for file in sorted(set(inside)) if len(inside) > 1 else ():
            reading.note_words(file, f'"{name}"', f"{what}-twice")


def _fit_to_send(
    reading: Reading,
    forms: tuple[Form, ...],
    dead: Sequence[RepealedRule],
    avoided: Sequence[AvoidedTerm],
) -> tuple[Form, ...]:
    kept = []
    for form in forms:
        names = [f"forms/{text.language.value}/{form.id}.txt" for text in form.texts]
        for name, text in zip(names, form.texts, strict=True):
            whole = f"{text.subject}\n{text.body}"
            lower = whole.lower()
            for rule in dead:
                if spelling := rule.cited_in(whole):
                    reading.note_words(name, spelling, "repealed")
            for term in avoided:
                is_meant = term.language is text.language and (
                    form.is_for_minors or not term.is_for_minors_only
                )
                hit = re.search(term.term, lower) if is_meant else None
                if hit is not None:
                    reading.note_words(name, hit.group(0), "blames")
        if not any(reading.stands_aside(name) for name in names):
            kept.append(form)
    return tuple(kept)


def _note_dead_law(reading: Reading, law: _LawFile, dead: Sequence[RepealedRule]) -> None:
    # These parts of a rule are what notices and plans print.
    printed = "\n".join(
        text
        for rule in law.provisions
        for text in (rule.instrument, rule.article, rule.title_vi, rule.title_en, rule.addressee)
    )
    for rule in dead:
        if spelling := rule.cited_in(printed):
            reading.note_words(law.name, spelling, "repealed")


def _channel_forms(
    services: Sequence[_ServiceFile], forms: Sequence[Form]
) -> tuple[tuple[str, str], ...]:
    whole = {form.id for form in forms}
    channels = (channel for one in services for channel in one.entry.channel)
    return tuple((one.id, one.form) for one in channels if one.form in whole)


def _repealed(reading: Reading) -> tuple[RepealedRule, ...]:
    read = reading.toml(REPEALED, RepealedFile)
    entries = () if read is None else read.repealed
    for index, entry in enumerate(entries):
        if not entry.spellings or not all(one.strip() for one in entry.spellings):
            reading.note(REPEALED, ("repealed", index, "spellings"), "empty")
    if read is not None and not entries:
        reading.note(REPEALED, ("repealed",), "empty")
    return tuple(
        RepealedRule(
            instrument=entry.instrument,
            ended_on=entry.ended_on,
            replaced_by=entry.replaced_by,
            spellings=entry.spellings,
        )
        for entry in (() if reading.stands_aside(REPEALED) else entries)
    )


def _terms(reading: Reading) -> tuple[AvoidedTerm, ...]:
    read = reading.toml(TERMS, TermsFile)
    entries = () if read is None else read.avoid
    languages = {one.value for one in Language}
    if read is not None and not entries:
        reading.note(TERMS, ("avoid",), "empty")
    for index, entry in enumerate(entries):
        if entry.language not in languages:
            allowed = ", ".join(sorted(languages))
            reading.note(TERMS, ("avoid", index, "language"), "choice", allowed)
        for word in entry.words:
            try:
                re.compile(word)
            except re.error:
                reading.note(TERMS, ("avoid", index, "words"), "pattern-broken", word)
    return tuple(
        AvoidedTerm(
            language=Language(entry.language),
            term=word,
            because=entry.because,
            instead=entry.instead,
            is_for_minors_only=entry.is_for_minors_only,
        )
        for entry in (() if reading.stands_aside(TERMS) else entries)
        for word in entry.words
    )


def _version(reading: Reading) -> str:
    total = hashlib.sha256()
    newest = ""
    for name in sorted(reading.texts):
        text = reading.texts[name]
        data = text.encode()
        total.update(len(name.encode()).to_bytes(8) + name.encode())
        total.update(len(data).to_bytes(8) + data)
        days = re.findall(r"^checked_on = (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)
        newest = max(newest, *days, "")
    return f"{newest}+{total.hexdigest()[:8]}"
