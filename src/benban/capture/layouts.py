"""
Where on a page of a known layout the item pointed at has its own pictures and videos.

A layout is recognised by its markup and the address, never by the host alone. Whatever is not
certainly the item's own is left out: avatars, quoted and replied-to posts, previews of links.
Each layout has a version: it changes when the service changes its pages.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from benban.capture.page_tree import Element, parse_page
from benban.capture.place import place_of
from benban.capture.ports import FrameDocument
from benban.capture.x_post import is_quoted

TELEGRAM, X = "telegram/1", "x/1"
_TELEGRAM_HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})
_X_HOSTS = frozenset({"x.com", "www.x.com", "mobile.x.com", "twitter.com", "www.twitter.com"})
_NOT_THE_ITEMS = frozenset(
    {
        "tgme_widget_message_user",
        "tgme_widget_message_reply",
        "tgme_widget_message_link_preview",
        "tgme_widget_message_forwarded_from",
    }
)
_PICTURE_BOXES = frozenset(
    {"tgme_widget_message_photo_wrap", "tgme_widget_message_sticker", "tgme_widget_message_photo"}
)
_NOT_FOUND_BOX = "tgme_widget_message_error"
# Reason of the step ``item``; "gone" rests on it, so it is never worded anew.
POST_NOT_FOUND = "the service says: post not found"
# A gradient may stand before the address. The bound keeps a hostile style from being read over and
# over again from each of its many beginnings.
_BACKGROUND = re.compile(
    r"background(?:-image)?\s*:[^;]{0,400}?url\(\s*['\"]?([^'\")]+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    The item pointed at, found in a page.

    Attributes:
        layout: name and version of the layout, e.g. ``telegram/1``.
        element: the post itself, in the tree of its page.
        media: absolute addresses of its own pictures and videos, in order.
        unreachable: how many of its videos have no address to fetch (streams).
    """

    layout: str
    element: Element
    media: tuple[str, ...]
    unreachable: int = 0


def preferred_address(address: str) -> str:
    """
    Return the address to open for *address*: Telegram's page of one post, not the feed around it.

    ``t.me/s/<channel>/<id>`` shows the posts of others as well (HARM 1).
    """
    place = place_of(address)
    pieces = place.path.strip("/").split("/")
    is_feed = place.host in _TELEGRAM_HOSTS and pieces[0] == "s"
    if is_feed and len(pieces) == 3 and pieces[2].isdigit():  # noqa: PLR2004 - s, channel, id
        return urlunsplit(urlsplit(address)._replace(path="/" + "/".join(pieces[1:])))
    return address


def is_known_service(address: str) -> bool:
    """Return whether *address* is of a service whose posts are read, by its host and path."""
    place = place_of(address)
    pieces = place.path.strip("/").removeprefix("s/").split("/")
    if place.host in _TELEGRAM_HOSTS:
        return len(pieces) > 1 and pieces[-1].isdigit()
    return place.host in _X_HOSTS and len(pieces) > 2 and pieces[1] == "status"  # noqa: PLR2004


def find_item(address: str, documents: Sequence[FrameDocument]) -> Item | None:
    """
    Return the item that *address* points at; None when no known layout fits.

    Args:
        address: the one opened, and where it led to in the end, decide what is looked for.
        documents: the page and its frames.
    """
    for document in documents:
        tree = parse_page(document.html)
        for layout in (_telegram_item, _x_item):
            item = layout(address, document.address, tree)
            if item is not None:
                return item
    return None


def says_not_found(address: str, documents: Sequence[FrameDocument]) -> bool:
    """
    Return whether the service's own page of one post says that there is no such post.

    Layout ``telegram/1``: the widget's error box, which stands in the place of a post and which no
    post can contain. The words of a post, and services without such a box, never say so.
    """
    if place_of(address).host not in _TELEGRAM_HOSTS:
        return False
    return any(
        _NOT_FOUND_BOX in element.classes and "post not found" in element.text().lower()
        for document in documents
        for element in parse_page(document.html).walk()
    )


def _telegram_item(address: str, base: str, tree: Element) -> Item | None:
    """Layout ``telegram/1``: the widget of ``t.me/<channel>/<id>``, as read in November 2026."""
    pieces = _path(address).removeprefix("s/").split("/")
    if len(pieces) < 2 or not pieces[-1].isdigit():  # noqa: PLR2004 - channel and id
        return None
    wanted = "/".join(pieces[-2:])
    message = next(
        (each for each in tree.walk() if each.attributes.get("data-post", "").lower() == wanted),
        None,
    )
    if message is None:
        return None
    boxes = list(message.walk(lambda each: bool(each.classes & _NOT_THE_ITEMS)))
    if "single" in address.partition("?")[2].split("&"):
        boxes = _only_of_album(boxes, wanted) or boxes
    media = list(_telegram_media(boxes))
    return Item(
        layout=TELEGRAM,
        element=message,
        media=_absolute(base, (each for each in media if each)),
        unreachable=media.count(""),
    )


def _only_of_album(boxes: Sequence[Element], wanted: str) -> list[Element]:
    found: list[Element] = []
    for box in boxes:
        path = _path(box.attributes.get("href", ""))
        if path == wanted and "tgme_widget_message_date" not in box.classes:
            found.extend(box.walk())
    return found


def _telegram_media(boxes: Sequence[Element]) -> Iterator[str]:
    """Yield the address of each picture and video; an empty one for a video without address."""
    for box in boxes:
        background = _BACKGROUND.search(box.attributes.get("style", ""))
        if box.classes & _PICTURE_BOXES and background:
            yield background[1]
        elif box.tag in {"video", "audio"}:
            yield _fetchable(box.attributes.get("src", ""))
        elif "message_video_unsupported" in box.classes or "not_supported" in box.classes:
            yield ""


def _x_item(address: str, base: str, tree: Element) -> Item | None:
    """Layout ``x/1``: one status of x.com, as read in November 2026."""
    pieces = _path(address).split("/")
    if len(pieces) < 3 or pieces[1] != "status":  # noqa: PLR2004 - user, status, id
        return None
    wanted = "/".join(pieces[:3])
    for article in tree.walk():
        if article.tag == "article" and _has_own_link(article, wanted):
            media = [
                address for element in article.walk(is_quoted) for address in _x_media(element)
            ]
            return Item(
                layout=X,
                element=article,
                media=_absolute(base, (each for each in media if each)),
                unreachable=media.count(""),
            )
    return None


def _has_own_link(article: Element, wanted: str) -> bool:
    for element in article.walk(is_quoted):
        path = _path(element.attributes.get("href", ""))
        if element.tag == "a" and path == wanted:
            return any(below.tag == "time" for below in element.walk())
    return False


def _x_media(element: Element) -> Iterator[str]:
    if element.attributes.get("data-testid") == "tweetPhoto":
        yield from (
            below.attributes.get("src", "") for below in element.walk() if below.tag == "img"
        )
    elif element.tag == "video":
        yield _fetchable(element.attributes.get("src", ""))


def _fetchable(address: str) -> str:
    return "" if address.startswith("blob:") else address


def _absolute(base: str, addresses: Iterator[str]) -> tuple[str, ...]:
    joined = (_joined(base, address.strip()) for address in addresses)
    return tuple(dict.fromkeys(each for each in joined if place_of(each).is_web))


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _path(address: str) -> str:
    return place_of(address).path.strip("/").lower()
