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

# Letters of 9 pt can be read on a screen, and a page takes 100 to 200 KB.
_PAGE_PPI = 96.0


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


def typeset_pages(template: str, document: JsonValue, made_at: datetime) -> tuple[bytes, ...]:
    """
    Return each page of the same document as PNG, for a look before it is made.

    Drawn by the typesetter itself from our own template, so that no PDF is decoded anywhere.

    Raises:
        FontsMissingError: BB-705. ReportFailedError: BB-704.
    """
    # As above.
    import typst

    try:
        with fonts_folder() as fonts:
            # A list where there are several pages, which its stubs do not say.
            drawn: object = typst.compile(
                _template(template),
                format="png",
                ppi=_PAGE_PPI,
                font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts]),
                ignore_system_fonts=True,
                sys_inputs={"document": json.dumps(document, ensure_ascii=False)},
                timestamp=made_at.replace(microsecond=0),
            )
    except typst.TypstError as error:
        raise ReportFailedError("the template was refused") from error
    pages = drawn if isinstance(drawn, list) else [drawn]
    return tuple(one for one in pages if isinstance(one, bytes))


@cache
def _template(name: str) -> bytes:
    return files("benban.dossier").joinpath(name).read_bytes()
