"""Our own templates and foreign words, set as PDF; words arrive as data and are never evaluated."""

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal

from benban.dossier.glyphs import fonts_folder
from benban.errors import ReportFailedError
from benban.seal.canonical import JsonValue

# Both at once: kept for decades, and readable with a screen reader.
_STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")


def typeset(template: str, document: JsonValue, made_at: datetime) -> bytes:
    """
    Return a PDF/A-2a and PDF/UA-1 document; the same input gives the same bytes.

    Args:
        template: file name in this package; it imports nothing and reads nothing.
        document: what the template prints.
        made_at: the only date inside the file, aware UTC.

    Raises:
        FontsMissingError: BB-705, there is no readable font.
        ReportFailedError: BB-704, the document could not be set.
    """
    # Imported late: `benban --help` must start in half a second.
    import typst

    try:
        with fonts_folder() as fonts:
            return typst.compile(
                _template(template),
                format="pdf",
                font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts]),
                ignore_system_fonts=True,
                sys_inputs={"document": json.dumps(document, ensure_ascii=False)},
                pdf_standards=list(_STANDARDS),
                timestamp=made_at.replace(microsecond=0),
            )
    except typst.TypstError as error:
        raise ReportFailedError("the template was refused") from error


@cache
def _template(name: str) -> bytes:
    return files("benban.dossier").joinpath(name).read_bytes()
