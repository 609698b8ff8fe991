"""Messages by id from ``catalogue/messages/<language>/<area>.po``."""

from enum import Enum
from functools import cache
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

    Args:
        language: of the reader.
        message_id: e.g. ``BB-101`` or ``report.what-is-missing``.
        params: values for ``{named}`` places; they are text, never markup.

    Raises:
        KeyError: there is no such message; a test keeps every used id present in both languages.
    """
    return template(language, message_id).format(**params)


def template(language: Language, message_id: str) -> str:
    """
    Return the text of *message_id* with its named places as they are.

    Raises:
        KeyError: there is no such message.
    """
    return _catalogue(language)[message_id]


def say_hours(language: Language, hours: int) -> str:
    """Return a span as people count it: 480 hours are 20 days; 48 stay as the rules speak."""
    if hours > _HOURS_AS_HOURS and hours % 24 == 0:
        return say(language, "plan.time.days", count=hours // 24)
    return say(language, "plan.time.hours", count=hours)


def message_ids(language: Language) -> frozenset[str]:
    """Return every message id of *language*."""
    return frozenset(_catalogue(language))


@cache
def _catalogue(language: Language) -> dict[str, str]:
    # Babel is imported late: `benban --help` must start in half a second.
    from babel.messages.pofile import read_po

    texts: dict[str, str] = {}
    folder = files("benban.catalogue").joinpath("messages", language.value)
    for area in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not area.name.endswith(".po"):
            continue
        for message in read_po(BytesIO(area.read_bytes()), abort_invalid=True):
            if not message.id or message.fuzzy:
                continue
            key = str(message.id)
            if key in texts:
                detail = f"message id {key} stands in two areas"
                raise ValueError(detail)
            texts[key] = str(message.string)
    return texts
