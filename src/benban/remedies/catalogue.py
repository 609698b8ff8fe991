"""The catalogue from its files, checked as a whole before anything of it is used."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec

from benban.errors import CatalogueError
from benban.model.catalogue import (
    AvoidedTerm,
    Catalogue,
    Form,
    FormText,
    Regime,
    RepealedRule,
    Service,
)
from benban.model.remedy import Confidence, Provision
from benban.remedies.catalogue_checks import check_catalogue, choice
from benban.remedies.file_formats import (
    FormEntry,
    FormsFile,
    LawFile,
    ProvisionEntry,
    RepealedFile,
    ServiceFile,
    TermsFile,
)
from benban.remedies.services import build_service
from benban.wording import Language

_Shape = TypeVar("_Shape", bound=msgspec.Struct)
_Withheld = tuple[tuple[str, str], ...]


@cache
def packaged_catalogue() -> Catalogue:
    """Return the catalogue that travels with benban."""
    return load_catalogue(files("benban.catalogue"))


def load_catalogue(folder: Traversable) -> Catalogue:
    """
    Return everything in *folder*, or raise when any file is faulty.

    Args:
        folder: with ``channels/``, ``laws/<country>/``, ``laws/repealed.toml``, ``forms/`` and
            ``terms.toml``; a ``pathlib.Path`` or a package resource.

    Raises:
        CatalogueError: BB-601 with file, key and problem: an unknown or missing key, a wrong type
            or choice, a pattern that does not fit its own example, a host or id named twice, a
            form address outside the service's own domains, a text that cites repealed law.
    """
    services, forms_of, held_channels = _services(folder.joinpath("channels"))
    provisions, held_provisions = _provisions(folder.joinpath("laws"))
    catalogue = Catalogue(
        version=_version(folder),
        services=services,
        provisions=provisions,
        forms=_forms(folder.joinpath("forms")),
        repealed=_repealed(folder.joinpath("laws", "repealed.toml")),
        avoided_terms=_terms(folder.joinpath("terms.toml")),
        channel_forms=forms_of,
        withheld=held_channels + held_provisions,
    )
    check_catalogue(catalogue)
    return catalogue


def _services(
    folder: Traversable,
) -> tuple[tuple[Service, ...], tuple[tuple[str, str], ...], _Withheld]:
    services: list[Service] = []
    forms: list[tuple[str, str]] = []
    withheld: list[tuple[str, str]] = []
    for file in _toml_files(folder):
        entry = _read(file, ServiceFile)
        services.append(build_service(entry, file.name))
        forms += [(one.id, one.form) for one in entry.channel if one.form]
        unsure = Confidence.D.value
        withheld += [(one.id, "confidence D") for one in entry.channel if one.confidence == unsure]
    return tuple(services), tuple(forms), tuple(withheld)


def _provisions(folder: Traversable) -> tuple[tuple[Provision, ...], _Withheld]:
    provisions: list[Provision] = []
    withheld: list[tuple[str, str]] = []
    for country in _sorted(folder):
        if not country.is_dir():
            continue
        for file in _toml_files(country):
            law = _read(file, LawFile)
            for entry in law.provision:
                why = _why_withheld(entry)
                if why:
                    withheld.append((entry.id, why))
                else:
                    provisions.append(_provision(entry, law.country, f"{country.name}/{file.name}"))
    return tuple(provisions), tuple(withheld)


def _why_withheld(entry: ProvisionEntry) -> str:
    if entry.confidence == Confidence.D.value:
        return "confidence D"
    # A rule whose first day nobody could verify may not be in force at all.
    return "" if entry.valid_from else "first day not verified"


def _provision(entry: ProvisionEntry, country: str, file: str) -> Provision:
    if (entry.clock_h is None) != (not entry.clock_started_by):
        problem = "a clock needs hours and who starts it"
        raise CatalogueError(problem, file=file, key=entry.id, problem=problem)
    return Provision(
        id=entry.id,
        country=country,
        kind=entry.kind,
        title_vi=entry.title_vi,
        title_en=entry.title_en,
        instrument=entry.instrument,
        article=entry.article,
        confidence=choice(Confidence, entry.confidence, file, entry.id),
        source=entry.source,
        checked_on=entry.checked_on,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        addressee=entry.addressee,
        gives=entry.gives,
        clock_h=entry.clock_h,
        clock_started_by=entry.clock_started_by,
        reviewed_by=entry.reviewed_by,
    )


def _forms(folder: Traversable) -> tuple[Form, ...]:
    entries = _read(folder.joinpath("forms.toml"), FormsFile).form
    return tuple(_form(entry, folder) for entry in entries)


def _form(entry: FormEntry, folder: Traversable) -> Form:
    return Form(
        id=entry.id,
        regime=choice(Regime, entry.regime, "forms.toml", entry.id),
        statements=entry.statements,
        kinds=entry.kinds,
        is_for_minors=entry.is_for_minors,
        texts=tuple(_form_text(entry.id, folder, language) for language in Language),
    )


def _form_text(form_id: str, folder: Traversable, language: Language) -> FormText:
    name = f"{language.value}/{form_id}.txt"
    try:
        text = folder.joinpath(language.value, f"{form_id}.txt").read_text(encoding="utf-8")
    except OSError as error:
        raise CatalogueError(file=name, key=form_id, problem="the text is missing") from error
    subject, blank, body = text.partition("\n\n")
    if not blank or "\n" in subject:
        problem = "one line of subject, an empty line, the body"
        raise CatalogueError(problem, file=name, key=form_id, problem=problem)
    return FormText(language=language, subject=subject.strip(), body=body)


def _repealed(file: Traversable) -> tuple[RepealedRule, ...]:
    return tuple(
        RepealedRule(
            instrument=entry.instrument,
            ended_on=entry.ended_on,
            replaced_by=entry.replaced_by,
            spellings=entry.spellings,
        )
        for entry in _read(file, RepealedFile).repealed
    )


def _terms(file: Traversable) -> tuple[AvoidedTerm, ...]:
    return tuple(
        AvoidedTerm(
            language=choice(Language, entry.language, file.name, word),
            term=word,
            because=entry.because,
            instead=entry.instead,
            is_for_minors_only=entry.is_for_minors_only,
        )
        for entry in _read(file, TermsFile).avoid
        for word in entry.words
    )


def _read(file: Traversable, shape: type[_Shape]) -> _Shape:
    try:
        return msgspec.toml.decode(file.read_bytes(), type=shape)
    except OSError as error:
        raise CatalogueError(file=file.name, key="-", problem="cannot be read") from error
    except msgspec.DecodeError as error:
        # msgspec writes what is wrong, then " - at " and the place between back quotes.
        problem, _, key = str(error).partition(" - at ")
        raise CatalogueError(
            str(error), file=file.name, key=key.strip("`") or "$", problem=problem
        ) from error


def _toml_files(folder: Traversable) -> Iterator[Traversable]:
    return (file for file in _sorted(folder) if file.name.endswith(".toml"))


def _sorted(folder: Traversable) -> list[Traversable]:
    try:
        return sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise CatalogueError(file=folder.name, key="-", problem="cannot be read") from error


def _version(folder: Traversable) -> str:
    total = hashlib.sha256()
    newest = b""
    parts = [folder.joinpath(part) for part in ("channels", "laws", "forms")]
    inside = [file for part in parts for file in _every_file(part)]
    for file in (*inside, folder.joinpath("terms.toml")):
        data = file.read_bytes()
        total.update(len(data).to_bytes(8) + data)
        days = (line[13:23] for line in data.splitlines() if line.startswith(b"checked_on = "))
        newest = max(newest, *days, b"")
    return f"{newest.decode('ascii')}+{total.hexdigest()[:8]}"


def _every_file(folder: Traversable) -> Iterator[Traversable]:
    for entry in _sorted(folder):
        if entry.is_dir():
            yield from _every_file(entry)
        elif entry.name.endswith((".toml", ".txt")):
            yield entry
