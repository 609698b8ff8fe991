"""Messages by id from ``catalogue/messages/<language>/<area>.po``."""

from collections.abc import Callable
from enum import Enum
from functools import cache
from gettext import c2py
from importlib.resources import files
from io import BytesIO

# Nobody counts 480 hours; 48 are how the rules themselves speak.
_HOURS_AS_HOURS = 72


class Language(Enum):
    """Languages in which everything is complete."""

    VI = "vi"
    EN = "en"


def say(language: Language, message_id: str, **params: str | int) -> str:
    """
    Return the text of *message_id* in *language* with its named places filled.

    A message that counts something has a form for each number that its language tells apart;
    ``{count}`` says which one is meant.

    Args:
        language: of the reader.
        message_id: e.g. ``BB-101`` or ``report.what-is-missing``.
        params: values for ``{named}`` places; they are text, never markup. A count may be a number
            or a number that was written out for this language.

    Raises:
        KeyError: there is no such message; a test keeps every used id present in both languages.
    """
    forms = _forms(language)[message_id]
    return forms[_form(language, params.get("count", 0), len(forms))].format(**params)


def template(language: Language, message_id: str) -> str:
    """
    Return the text of *message_id* with its named places as they are; of many, where it counts.

    Raises:
        KeyError: there is no such message.
    """
    return _catalogue(language)[message_id]


def forms_of(language: Language, message_id: str) -> tuple[str, ...]:
    """
    Return every form of *message_id*, that of one first; a single one where it counts nothing.

    Raises:
        KeyError: there is no such message.
    """
    return _forms(language)[message_id]


def say_hours(language: Language, hours: int) -> str:
    """Return a span as people count it: 480 hours are 20 days; 48 stay as the rules speak."""
    if hours > _HOURS_AS_HOURS and hours % 24 == 0:
        return say(language, "plan.time.days", count=hours // 24)
    return say(language, "plan.time.hours", count=hours)


def message_ids(language: Language) -> frozenset[str]:
    """Return every message id of *language*."""
    return frozenset(_catalogue(language))


def _form(language: Language, count: str | int, forms: int) -> int:
    if forms == 1:
        return 0
    # Written out it may have marks between its digits: then it is not one.
    number = int(count) if str(count).isdecimal() else forms
    return min(_plural(language)(number), forms - 1)


@cache
def _plural(language: Language) -> Callable[[int], int]:
    from babel.messages.plurals import get_plural

    return c2py(get_plural(language.value).plural_expr)


@cache
def _forms(language: Language) -> dict[str, tuple[str, ...]]:
    # Babel is imported late: `benban --help` must start in half a second.
    from babel.messages.pofile import read_po

    texts: dict[str, tuple[str, ...]] = {}
    folder = files("benban.catalogue").joinpath("messages", language.value)
    for area in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not area.name.endswith(".po"):
            continue
        content = BytesIO(area.read_bytes())
        for message in read_po(content, locale=language.value, abort_invalid=True):
            if not message.id or message.fuzzy:
                continue
            # What counts has two ids, which are the same here.
            key = message.id if isinstance(message.id, str) else message.id[0]
            if key in texts:
                detail = f"message id {key} stands in two areas"
                raise ValueError(detail)
            texts[key] = (
                (message.string,)
                if isinstance(message.string, str)
                else tuple(message.string or ())
            )
    return texts


@cache
def _catalogue(language: Language) -> dict[str, str]:
    """Return each message once: of many, where it counts."""
    return {key: forms[-1] for key, forms in _forms(language).items()}
