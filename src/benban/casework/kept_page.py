"""A page that was kept, for reading on a screen: its text, and its shape without any picture."""

import html
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from benban.casework.view import shortened
from benban.errors import ExhibitMissingError
from benban.model.exhibit import Capture, Exhibit, ExhibitKind
from benban.model.ids import ExhibitId
from benban.model.post import PostFactName
from benban.unpack.html_tokens import RAW, Tag, tokens_of_html, with_characters
from benban.unpack.mime import MimePart, read_mime
from benban.vault import CaseStore

_MOST_BYTES = 4 * 1024 * 1024
_MOST_LINE = 2000
# What gives text its shape. Nothing here can load, send, run, open or name another place.
_SHAPE = frozenset(
    "p div span section article header footer main aside h1 h2 h3 h4 h5 h6 ul ol li dl dt dd"  # noqa: SIM905
    " table thead tbody tfoot tr td th caption blockquote pre code b strong i em u s small sub sup"
    " br hr time figure figcaption address details summary".split()
)
_NO_END = frozenset({"br", "hr"})
_PICTURES = frozenset(
    {"img", "picture", "video", "audio", "svg", "canvas", "object", "embed", "iframe"}
)
# Their content is for programs, or would be a picture.
_SILENT = frozenset({"svg", "template", "noscript", "canvas", "object"})
_RAW_SHOWN = frozenset({"textarea", "xmp"})
_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:1rem;overflow-wrap:anywhere}"
    "table{border-collapse:collapse}td,th{border:1px solid #767676;padding:.3rem}"
    ".grey{display:inline-block;width:6rem;height:4rem;background:#999}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """
    What one visit kept of a page, as text.

    Attributes:
        title, address: in one line; letters that are not seen stand as their numbers.
        post: the text of the post that was pointed at; empty where no layout was known.
        text: all that a reader saw, also what others wrote there; empty when none was kept.
        framed: the exhibit whose shape can be shown in a frame; None when there is none.
    """

    title: str
    address: str
    post: str
    text: str
    framed: ExhibitId | None


def read_kept_page(store: CaseStore, exhibit_id: ExhibitId) -> KeptPage:
    """
    Return the text of the page that *exhibit_id* is a part of.

    Raises:
        ExhibitMissingError: BB-104.
    """
    exhibit = _exhibit(store, exhibit_id)
    capture = store.maybe(Capture, exhibit.capture_id) if exhibit.capture_id else None
    same = [exhibit]
    if exhibit.capture_id:
        same = [one for one in store.all(Exhibit) if one.capture_id == exhibit.capture_id]
    texts = [one for one in same if one.kind is ExhibitKind.DOM_TEXT]
    pages = [one.id for one in same if one.kind is ExhibitKind.MHTML]
    return KeptPage(
        title=shown_in_a_line(capture.title if capture else ""),
        address=shown_in_a_line(capture.final_address if capture else exhibit.source_address),
        post=_of_the_post(capture),
        text=shortened(_text(store, texts[0]), store.case.language) if texts else "",
        framed=pages[0] if pages else None,
    )


def frame_of_page(store: CaseStore, exhibit_id: ExhibitId) -> str:
    """
    Return HTML that shows a kept page's shape: a grey box for each picture, no link, no script.

    It is written anew from an allowed list; no attribute of the page is carried over. Whoever
    serves it adds a policy all the same: two walls, for it was written by somebody else.

    Raises:
        ExhibitMissingError: BB-104, not there, or no page saved by the browser.
    """
    exhibit = _exhibit(store, exhibit_id)
    if exhibit.kind is not ExhibitKind.MHTML:
        raise ExhibitMissingError
    message = read_mime(partial(store.open_exhibit, exhibit.id), 0, exhibit.size_bytes)
    page = next((one for one in message.parts if one.head.media_type == "text/html"), None)
    body = "".join(_shape_of(_decoded(page))) if page else ""
    return f'<!doctype html><meta charset="utf-8"><title></title><style>{_STYLE}</style>{body}'


def shown_in_a_line(untrusted: str) -> str:
    """Return *untrusted* in one line, cut where nobody reads on, unseen letters as numbers."""
    line = "".join(map(_seen, untrusted[:_MOST_LINE]))
    return line + ("…" if len(untrusted) > _MOST_LINE else "")


def _seen(letter: str) -> str:
    # Cf turns or hides what stands beside it; Cc and the line ends break the line.
    is_hidden = unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return f"[U+{ord(letter):04X}]" if is_hidden else letter


def _exhibit(store: CaseStore, exhibit_id: ExhibitId) -> Exhibit:
    exhibit = store.maybe(Exhibit, exhibit_id)
    if exhibit is None:
        raise ExhibitMissingError
    return exhibit


def _of_the_post(capture: Capture | None) -> str:
    post = capture.post if capture else None
    return post.value(PostFactName.TEXT)[:_MOST_LINE] if post else ""


def _text(store: CaseStore, exhibit: Exhibit) -> str:
    with store.open_exhibit(exhibit.id) as stream:
        return stream.read(_MOST_BYTES).decode("utf-8", errors="replace")


def _decoded(part: MimePart) -> str:
    with part.open() as stream:
        body = stream.read(_MOST_BYTES)
    try:
        return body.decode(part.head.charset or "utf-8", errors="replace")
    except LookupError:
        return body.decode("utf-8", errors="replace")


def _shape_of(untrusted_html: str) -> Iterator[str]:
    silent = 0
    for token in tokens_of_html(untrusted_html, RAW, _RAW_SHOWN):
        if isinstance(token, str):
            yield "" if silent else html.escape(with_characters(token))
            continue
        if token.name in _PICTURES and not token.is_end and not silent:
            yield '<span class="grey"></span>'
        if token.name in _SILENT and not token.closes_itself:
            silent = max(0, silent + (-1 if token.is_end else 1))
        elif token.name in _SHAPE and not silent:
            yield _bare(token)


def _bare(tag: Tag) -> str:
    if tag.is_end:
        return "" if tag.name in _NO_END else f"</{tag.name}>"
    return f"<{tag.name}>"
