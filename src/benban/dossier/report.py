"""The report: a view to a PDF/A-2a and PDF/UA-1 document, in Vietnamese or English."""

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal

from benban.dossier.blocks import Block, NewPage
from benban.dossier.glyphs import fonts_folder, report_glyphs
from benban.dossier.labels import label_all
from benban.dossier.mask import make_masker
from benban.dossier.sections.comparison import comparison
from benban.dossier.sections.custody import asked, custody, keys
from benban.dossier.sections.found import found, inventory, timeline
from benban.dossier.sections.missing import challenges, missing, not_shown
from benban.dossier.sections.scene import Scene
from benban.dossier.sections.summary import summary
from benban.dossier.sections.visits import visits
from benban.dossier.view import DossierView
from benban.dossier.voice import SUMMARY_CHARACTERS, Voice
from benban.errors import ReportFailedError
from benban.seal.canonical import JsonValue
from benban.wording import Language

# Both at once: kept for decades, and readable with a screen reader.
_STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")
_BODY = (
    found,
    inventory,
    timeline,
    visits,
    comparison,
    custody,
    asked,
    missing,
    not_shown,
    challenges,
    keys,
)


def render_pdf(view: DossierView, language: Language) -> bytes:
    """
    Return the report as a PDF; the same view gives the same bytes.

    Raises:
        FontsMissingError: BB-705, there is no readable font.
        ReportFailedError: BB-704, the document could not be set.
    """
    voice = Voice(language=language, masker=make_masker(view.own_account), glyphs=report_glyphs())
    return _set(_document(view, voice), view.made_at)


def report_blocks(scene: Scene) -> tuple[Block, ...]:
    """Return the whole report as blocks: the summary page, then the sections."""
    return (*summary(scene), NewPage(), *(block for part in _BODY for block in part(scene)))


def _document(view: DossierView, voice: Voice) -> JsonValue:
    scene = Scene(view=view, voice=voice, labels=label_all(view))
    marking = ""
    if view.disclosure is not None:
        recipient = voice.user(view.disclosure.recipient, SUMMARY_CHARACTERS)
        marking = voice.say("marking", recipient=recipient)
    return {
        "language": voice.language.value,
        "title": voice.say("title"),
        "date": [view.made_at.year, view.made_at.month, view.made_at.day],
        "banner": voice.say("demonstration") if view.is_demonstration else "",
        "marking": marking,
        "number": view.dossier_id,
        "page": voice.say("page", page="{page}", pages="{pages}"),
        "blocks": [block.as_json() for block in report_blocks(scene)],
    }


def _set(document: JsonValue, made_at: datetime) -> bytes:
    # Imported late: `benban --help` must start in half a second.
    import typst

    try:
        with fonts_folder() as fonts:
            # User text travels as data. The template imports nothing and reads nothing: a `#read`
            # in a title is text.
            return typst.compile(
                _template(),
                format="pdf",
                font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts]),
                ignore_system_fonts=True,
                sys_inputs={"document": json.dumps(document, ensure_ascii=False)},
                pdf_standards=list(_STANDARDS),
                timestamp=made_at,
            )
    except typst.TypstError as error:
        raise ReportFailedError("the template was refused") from error


@cache
def _template() -> bytes:
    return files("benban.dossier").joinpath("report.typ").read_bytes()
