"""
One visit to a place: what it answers, read in memory, until it can be judged.

Nothing of a page or of a picture is kept here. Only hosts that the standing permission names are
asked, no link is followed, nobody is logged in.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from urllib.parse import urljoin, urlsplit, urlunsplit

from benban.capture.layouts import find_item, preferred_address, says_not_found
from benban.capture.media_types import media_type_of_address
from benban.capture.page_tree import parse_page
from benban.capture.place import place_of
from benban.capture.ports import Browser, FrameDocument, Page, PageLimits, Tab
from benban.casework.watch_places import opened
from benban.errors import BenbanError, PermitRefusedError
from benban.model.watch import Means, Place
from benban.unpack.html_text import text_of_html, title_of_html
from benban.unpack.text import as_text
from benban.watch.judge import ItemSeen, Seen
from benban.watch.ports import Fetched, Fetcher
from benban.watch.signs import ServiceWatch

PAGE_BYTES = 8 << 20
PICTURE_BYTES = 32 << 20
# Of a post; an album has ten at most.
_MOST_OF_ITEM = 10
# On a page of no known layout: a page with more is a gallery of many people.
_MOST_ON_PAGE = 8
# Less visible text beside scripts: what is read stands in the scripts.
_LITTLE_TEXT = 200
_NOT_THERE = frozenset({404, 410})
# Called with an address; gives the picture once, or nothing.
_Fetch = Callable[[str], Iterator[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """
    What came of a visit.

    Attributes:
        seen: for the judgement, before pictures were compared.
        pictures: their bytes, in memory.
        is_complete: every picture of the item came.
    """

    seen: Seen
    pictures: tuple[bytes, ...] = field(default=(), repr=False)
    is_complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """
    What a visit may do.

    Attributes:
        hosts: that may be asked.
        may_see_pictures: a permit stands, and the page does not show many people.
        is_permitted: the answers about age allow pictures, whether or not any is looked for.
        browser: None where there is none; then HTTP alone.
    """

    place: Place
    service: ServiceWatch
    hosts: Collection[str]
    may_see_pictures: bool
    is_permitted: bool
    is_members_only: bool
    browser: Browser | None


def visit_place(visit: Visit, fetcher: Fetcher) -> Visited:
    """
    Return what the place answers; what fails is part of the answer.

    A service whose pages hold nothing but scripts over HTTP is looked at with the browser, with
    every picture and media request blocked; so is a page that is "not found" over HTTP.
    """
    try:
        if not visit.is_permitted and _is_media(opened(visit.place.address)):
            # Its name says that it is a picture: it is not even asked for (HARM 2).
            raise PermitRefusedError
        if visit.browser is not None and visit.service.means is Means.BROWSER:
            return _by_browser(visit, visit.browser)
        visited = _by_http(visit, fetcher)
        # Some hosts tell whatever is no browser that nothing is there.
        is_doubtful = _is_scripts_only(visited.seen) or visited.seen.status in _NOT_THERE
        if visit.browser is not None and is_doubtful:
            return _by_browser(visit, visit.browser)
    except BenbanError as error:
        means = visit.service.means if visit.browser else Means.HTTP
        return Visited(
            seen=Seen(means=means, asked=opened(visit.place.address), failure=error.code)
        )
    return visited


def _by_http(visit: Visit, fetcher: Fetcher) -> Visited:
    asked = _post_alone(preferred_address(opened(visit.place.address)), visit.service)
    came = fetcher.fetch(
        asked, limit_bytes=PICTURE_BYTES, hosts=visit.hosts, with_media=visit.may_see_pictures
    )
    seen = Seen(
        means=Means.HTTP,
        asked=asked,
        final=came.final,
        refused_lead=came.refused_lead,
        status=came.status,
        fields=came.fields,
        is_members_only=visit.is_members_only,
    )
    if came.value("content-type").startswith("image/"):
        # The address is the picture itself.
        pictures = (came.body,) if visit.may_see_pictures else ()
        return Visited(seen=seen, pictures=pictures, is_complete=bool(pictures))
    html = _as_html(came)
    seen = replace(seen, title=title_of_html(html), text=text_of_html(html), source=html)
    documents = (FrameDocument(address=came.final, html=html),)
    return _with_item(visit, seen, documents, lambda one: _fetched(fetcher, one, visit.hosts))


def _by_browser(visit: Visit, browser: Browser) -> Visited:
    asked = preferred_address(opened(visit.place.address))
    with browser.open_tab(PageLimits()) as tab:
        page = tab.load_without_media(asked)
        seen = _seen_of(page, asked, visit)
        return _with_item(visit, seen, page.documents, lambda one: _from_tab(tab, one, visit.hosts))


def _seen_of(page: Page, asked: str, visit: Visit) -> Seen:
    answers = [one.response for one in page.exchanges if one.address == page.final_address]
    head = next(iter(answers), None)
    return Seen(
        means=Means.BROWSER,
        asked=asked,
        final=page.final_address,
        status=page.status,
        fields=tuple((name.lower(), value) for name, value in head.fields) if head else (),
        title=page.title,
        text=page.text,
        source="\n".join(one.html for one in page.documents),
        is_members_only=visit.is_members_only,
    )


def _with_item(
    visit: Visit, seen: Seen, documents: Sequence[FrameDocument], fetch: _Fetch
) -> Visited:
    item = find_item(seen.asked, documents)
    if item is not None:
        seen = replace(seen, item=ItemSeen.SHOWN)
        wanted = [one for one in item.media if not _is_film(one)][:_MOST_OF_ITEM]
    elif says_not_found(seen.asked, documents):
        return Visited(seen=replace(seen, item=ItemSeen.SAYS_NOT_FOUND))
    else:
        wanted = _pictures_on(documents)
    if not visit.may_see_pictures or seen.status != 200:  # noqa: PLR2004 - a page
        return Visited(seen=seen)
    pictures = [picture for one in wanted for picture in fetch(one)]
    return Visited(
        seen=seen,
        pictures=tuple(pictures),
        is_complete=bool(wanted) and len(pictures) == len(wanted),
    )


def _fetched(fetcher: Fetcher, address: str, hosts: Collection[str]) -> Iterator[bytes]:
    try:
        came = fetcher.fetch(address, limit_bytes=PICTURE_BYTES, hosts=hosts)
    except BenbanError:
        return
    if came.status == 200 and not came.refused_lead:  # noqa: PLR2004 - a whole answer
        yield came.body


def _from_tab(tab: Tab, address: str, hosts: Collection[str]) -> Iterator[bytes]:
    if place_of(address).host not in hosts:
        return
    out = BytesIO()
    try:
        tab.fetch_media(address, out.write)
    except BenbanError:
        return
    yield out.getvalue()


def _pictures_on(documents: Sequence[FrameDocument]) -> list[str]:
    """Return the pictures of a page of no known layout; none where there are many."""
    found: list[str] = []
    for document in documents:
        for element in parse_page(document.html).walk():
            source = element.attributes.get("src", "") if element.tag == "img" else ""
            joined = _joined(document.address, source)
            if joined and not _is_film(joined):
                found.append(joined)
    different = list(dict.fromkeys(found))
    return different if len(different) <= _MOST_ON_PAGE else []


def _joined(base: str, source: str) -> str:
    try:
        joined = urljoin(base, source.strip()) if source.strip() else ""
    except ValueError:
        return ""
    return joined if place_of(joined).is_web else ""


def _is_media(address: str) -> bool:
    return media_type_of_address(address).startswith(("image/", "video/", "audio/"))


def _is_film(address: str) -> bool:
    return media_type_of_address(address).startswith(("video/", "audio/"))


def _as_html(came: Fetched) -> str:
    if len(came.body) > PAGE_BYTES:
        return ""
    kind = came.value("content-type")
    text = as_text(came.body, kind)
    return came.body.decode("utf-8", "replace").replace("\0", "") if text is None else text


def _post_alone(address: str, service: ServiceWatch) -> str:
    """Return the address at which the post alone is answered, where the service has one."""
    parts = urlsplit(address)
    is_post = parts.path.rstrip("/").rsplit("/", 1)[-1].isdigit()
    if not service.post_query or not is_post:
        return address
    query = "&".join(one for one in (parts.query, service.post_query) if one)
    return urlunsplit(parts._replace(query=query, fragment=""))


def _is_scripts_only(seen: Seen) -> bool:
    is_page = seen.status == 200 and seen.item is ItemSeen.NOT_KNOWN  # noqa: PLR2004 - a page
    return is_page and len(seen.text) < _LITTLE_TEXT and "<script" in seen.source.lower()
