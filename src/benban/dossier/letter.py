"""A letter to someone as PDF: words only, no picture, no link."""

from collections.abc import Sequence
from datetime import datetime

from benban.dossier.typeset import typeset
from benban.wording import Language, say


def render_letter(
    language: Language,
    title: str,
    paragraphs: Sequence[str],
    *,
    foot: str,
    made_at: datetime,
    is_demonstration: bool,
) -> bytes:
    """
    Return the letter as a PDF; the same words give the same bytes.

    Raises:
        FontsMissingError: BB-705; ReportFailedError: BB-704.
    """
    return typeset(
        "letter.typ",
        {
            "language": language.value,
            "title": title,
            "paragraphs": list(paragraphs),
            "foot": foot,
            "signature": say(language, "letter.signature"),
            "banner": say(language, "dossier.demonstration") if is_demonstration else "",
            "date": [made_at.year, made_at.month, made_at.day],
        },
        made_at,
    )
