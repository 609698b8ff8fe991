"""The forms of notices from their list and their texts."""

from benban.model.catalogue import Form, FormText, Regime
from benban.remedies.catalogue_reading import Reading
from benban.remedies.file_formats import FormEntry, FormsFile
from benban.wording import Language

LIST = "forms/forms.toml"


def read_forms(reading: Reading) -> tuple[tuple[Form, ...], frozenset[str] | None]:
    """Return the forms that are whole, and the ids of all that are listed; None for no list."""
    listed = reading.toml(LIST, FormsFile)
    if listed is None:
        return (), None
    regimes = {one.value for one in Regime}
    for index, entry in enumerate(listed.form):
        if entry.regime not in regimes:
            reading.note(LIST, ("form", index, "regime"), "choice", ", ".join(sorted(regimes)))
    names = [entry.id for entry in listed.form]
    for index, name in enumerate(names):
        if name in names[:index]:
            reading.note(LIST, ("form", index, "id"), "twice", name)
    if reading.stands_aside(LIST):
        return (), None
    made = (_form(reading, entry) for entry in listed.form)
    return tuple(one for one in made if one is not None), frozenset(names)


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
    return FormText(language=language, subject=subject.strip(), body=body)
