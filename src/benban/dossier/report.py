"""The report: a view to a PDF/A-2a and PDF/UA-1 document, in Vietnamese or English."""

from benban.dossier.blocks import Block, NewPage
from benban.dossier.glyphs import report_glyphs
from benban.dossier.labels import label_all
from benban.dossier.mask import make_masker
from benban.dossier.sections.comparison import comparison
from benban.dossier.sections.custody import asked, custody, keys
from benban.dossier.sections.found import found, inventory, timeline
from benban.dossier.sections.imports import imports, mentions
from benban.dossier.sections.looks import looks
from benban.dossier.sections.missing import challenges, missing, not_shown
from benban.dossier.sections.retraction import retraction
from benban.dossier.sections.scene import Scene
from benban.dossier.sections.summary import summary
from benban.dossier.sections.visits import visits
from benban.dossier.sections.witness import witnesses
from benban.dossier.typeset import typeset, typeset_pages
from benban.dossier.view import DossierView
from benban.dossier.voice import SUMMARY_CHARACTERS, Voice
from benban.seal.canonical import JsonValue
from benban.wording import Language

_BODY = (
    found,
    inventory,
    timeline,
    visits,
    retraction,
    looks,
    witnesses,
    imports,
    mentions,
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
    return typeset("report.typ", _document(view, voice), view.made_at)


def draw_pages(view: DossierView, language: Language) -> tuple[bytes, ...]:
    """
    Return the pages of the same report as PNG; no picture of the case is on any of them.

    Raises:
        FontsMissingError: BB-705, there is no readable font.
        ReportFailedError: BB-704, the document could not be set.
    """
    voice = Voice(language=language, masker=make_masker(view.own_account), glyphs=report_glyphs())
    return typeset_pages("report.typ", _document(view, voice), view.made_at)


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
