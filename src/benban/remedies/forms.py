"""The forms of notices from their list and their texts."""

import re
import string
from collections.abc import Iterator

from benban.model.catalogue import Form, FormText, Regime
from benban.model.sighting import SightingKind
from benban.remedies.catalogue_reading import Reading
from benban.remedies.file_formats import FormEntry, FormsFile
from benban.wording import Language

LIST = "forms/forms.toml"

# The draft and the signature fill places by their bare names; anything more could reach further.
_PLACE = re.compile(r"[a-z_]+")


def read_forms(reading: Reading) -> tuple[tuple[Form, ...], frozenset[str] | None]:
    """Return the forms that are whole, and the ids of all that are listed; None for no list."""
    listed = reading.toml(LIST, FormsFile)
    if listed is None:
        return (), None
    for index, entry in enumerate(listed.form):
        for key, allowed in _not_allowed(entry):
            reading.note(LIST, ("form", index, key), "choice", ", ".join(sorted(allowed)))
    names = [entry.id for entry in listed.form]
    for index, name in enumerate(names):
        if name in names[:index]:
            reading.note(LIST, ("form", index, "id"), "twice", name)
    if reading.stands_aside(LIST):
        return (), None
    made = (_form(reading, entry) for entry in listed.form)
    return tuple(one for one in made if one is not None), frozenset(names)


def _not_allowed(entry: FormEntry) -> Iterator[tuple[str, frozenset[str]]]:
    asked = (
        ("regime", (entry.regime,), frozenset(one.value for one in Regime)),
        ("kinds", entry.kinds, frozenset(one.value for one in SightingKind)),
    )
    for key, values, allowed in asked:
        if not allowed.issuperset(values):
            yield key, allowed


def _form(reading: Reading, entry: FormEntry) -> Form | None:
    texts = [_text(reading, entry.id, language) for language in Language]
    whole = tuple(one for one in texts if one is not None)
    if len(whole) != len(texts):
        return None
    return Form(
        id=entry.id,
        regime=Regime(entry.regime),
        statements=entry.statements,
        kinds=entry.kinds,
        is_for_minors=entry.is_for_minors,
        texts=whole,
    )


def _text(reading: Reading, form_id: str, language: Language) -> FormText | None:
    name = f"forms/{language.value}/{form_id}.txt"
    text = reading.text(name)
    if text is None:
        return None
    subject, blank, body = text.partition("\n\n")
    if not blank or "\n" in subject or not subject.strip():
        reading.note(name, (), "form-layout")
        return None
    if (strange := _strange_place(text)) is not None:
        reading.note_words(name, strange, "form-place")
        return None
    return FormText(language=language, subject=subject.strip(), body=body)


def _strange_place(text: str) -> str | None:
    """Return the first place that is no bare name, "{" for a brace alone, or None."""
    try:
        for _, place, form, conversion in string.Formatter().parse(text):
            if place is not None and (not _PLACE.fullmatch(place) or form or conversion):
                return f"{{{place}"
    except ValueError:
        return "{"
    return None
