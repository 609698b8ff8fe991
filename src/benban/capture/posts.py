"""The post that an address points at, and the numbers its page shows, each with their time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from benban.capture.counts import parse_count
from benban.capture.layouts import TELEGRAM, Item, find_item
from benban.capture.page_tree import Element, parse_page
from benban.capture.place import place_of
from benban.capture.ports import FrameDocument
from benban.capture.telegram_post import telegram_counters, telegram_facts
from benban.capture.x_post import x_counters, x_facts
from benban.model.exhibit import Counter
from benban.model.post import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPost:
    """
    What was read of a page.

    Attributes:
        post: None when no known layout fits.
        counters: of the channel, then of the post; also those that could not be read.
    """

    post: Post | None
    counters: tuple[Counter, ...]


def read_post(
    addresses: Sequence[str], documents: Sequence[FrameDocument], observed_at: datetime
) -> ReadPost:
    """
    Return the post that one of *addresses* points at, as its page shows it.

    Args:
        addresses: the one opened, and where it led to in the end; the first that is found counts.
        documents: the page and its frames as they stood.
        observed_at: when the page was read, UTC.
    """
    counters = tuple(_page_counters(documents, observed_at))
    for address in addresses:
        item = find_item(address, documents)
        if item is not None:
            return _of_item(item, address, counters, observed_at)
    return ReadPost(post=None, counters=counters)


def _of_item(
    item: Item, address: str, counters: tuple[Counter, ...], observed_at: datetime
) -> ReadPost:
    if item.layout == TELEGRAM:
        facts = telegram_facts(item.element)
        own = telegram_counters(item.element, observed_at)
    else:
        path = _own_path(item.element, address)
        facts = x_facts(item.element, path)
        own = x_counters(item.element, path, observed_at)
    post = Post(layout=item.layout, observed_at=observed_at, facts=facts)
    return ReadPost(post=post, counters=(*counters, *own))


def _own_path(article: Element, address: str) -> str:
    """Return ``account/status/id`` of *address* as the article writes it."""
    wanted = "/".join(place_of(address).path.strip("/").split("/")[:3])
    for element in article.walk():
        path = place_of(element.attributes.get("href", "")).path.strip("/")
        if path.lower() == wanted.lower():
            return path
    return wanted


def _page_counters(documents: Sequence[FrameDocument], observed_at: datetime) -> Iterator[Counter]:
    """Yield the numbers about the channel or account that the page shows, each name once."""
    seen: set[str] = set()
    for document in documents:
        for element in parse_page(document.html).walk():
            for name, text in _channel_counters(element):
                if name not in seen:
                    seen.add(name)
                    value = parse_count(text)
                    yield Counter(name=name, text=text, value=value, observed_at=observed_at)


def _channel_counters(element: Element) -> Iterator[tuple[str, str]]:
    if "tgme_page_extra" in element.classes:
        yield "members", element.text()
    elif "tgme_channel_info_counter" in element.classes:
        text = element.text()
        if any(word in text.lower() for word in ("thành viên", "người đăng ký", "subscriber")):
            yield "members", text
