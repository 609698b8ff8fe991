"""
What a status of X says of itself.

Layout ``x/1``: an ``article`` of x.com, as read in November 2026. The number of a status holds the
moment at which the service gave it out, to the millisecond (its "snowflake"): a second source for
the time, printed beside the one the page shows.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from benban.capture.counts import parse_count
from benban.capture.page_tree import Element
from benban.capture.place import place_of
from benban.capture.post_facts import fact, first, lines, moment, number, words
from benban.model.exhibit import Counter
from benban.model.post import PostFact, PostFactName

# Source: the service's published "snowflake" scheme: milliseconds since this moment, then 22 bits
# of machine and sequence. Numbers below belong to the time before it (4 November 2010).
_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
_SNOWFLAKE_SHIFT = 22
_FIRST_SNOWFLAKE = 29_700_859_247
_HANDLE = re.compile(r"@[A-Za-z0-9_]{1,20}")
_FOLLOW = re.compile(r"([0-9]{1,20})-(?:un)?follow")
_COUNTED = {"reply": "replies", "retweet": "reposts", "like": "likes", "bookmark": "bookmarks"}


def x_facts(article: Element, path: str) -> tuple[PostFact, ...]:
    """
    Return every fact of *article*.

    Args:
        article: the status itself.
        path: ``<account>/status/<id>`` of its own link, as the page writes it.
    """
    own = list(article.walk(is_quoted))
    named = first(iter(own), _has_test_id("User-Name"))
    handle = first(iter(_below(named)), lambda each: bool(_HANDLE.fullmatch(each.text())))
    time = first(iter(_own_time(own, path)), lambda each: each.tag == "time")
    text = first(iter(own), _has_test_id("tweetText"))
    post_id = path.rpartition("/")[2]
    return (
        fact(PostFactName.POST_ID, post_id, number),
        fact(PostFactName.CHANNEL, ""),
        fact(PostFactName.CHANNEL_ID, ""),
        fact(PostFactName.ACCOUNT, words(handle) or path.partition("/")[0], _without_at),
        fact(PostFactName.ACCOUNT_ID, _follow_id(own), lambda one: _FOLLOW.sub(r"\1", one)),
        fact(PostFactName.ACCOUNT_NAME, _display_name(named)),
        fact(PostFactName.POSTED_AT, time.attributes.get("datetime", "") if time else "", moment),
        fact(PostFactName.POSTED_AT_BY_ID, post_id, _moment_of_id),
        fact(PostFactName.FORWARDED_FROM, ""),
        fact(PostFactName.TEXT, lines(text)),
    )


def x_counters(article: Element, path: str, observed_at: datetime) -> tuple[Counter, ...]:
    """Return the numbers below *article*: replies, reposts, likes, bookmarks, views."""
    found: dict[str, str] = {}
    for element in article.walk(is_quoted):
        name = _COUNTED.get(element.attributes.get("data-testid", "").removeprefix("un"), "")
        if place_of(element.attributes.get("href", "")).path.strip("/") == f"{path}/analytics":
            name = "views"
        if name and element.text():
            found.setdefault(name, element.text())
    return tuple(
        Counter(name=name, text=text, value=parse_count(text), observed_at=observed_at)
        for name, text in found.items()
    )


def is_quoted(element: Element) -> bool:
    """Return whether *element* is another status quoted inside one: a box that is a link."""
    return element.tag == "div" and element.attributes.get("role") == "link"


def _has_test_id(name: str) -> Callable[[Element], bool]:
    return lambda element: element.attributes.get("data-testid") == name


def _below(element: Element | None) -> Iterator[Element]:
    if element is not None:
        yield from element.walk()


def _own_time(own: list[Element], path: str) -> Iterator[Element]:
    for element in own:
        if place_of(element.attributes.get("href", "")).path.strip("/") == path:
            yield from element.walk()


def _display_name(named: Element | None) -> str:
    link = first(_below(named), lambda each: each.tag == "a")
    text = words(link)
    return "" if _HANDLE.fullmatch(text) else text


def _follow_id(own: list[Element]) -> str:
    marks = (element.attributes.get("data-testid", "") for element in own)
    return next((mark for mark in marks if _FOLLOW.fullmatch(mark)), "")


def _without_at(handle: str) -> str:
    return handle.removeprefix("@")


def _moment_of_id(post_id: str) -> str:
    if not number(post_id) or int(post_id) < _FIRST_SNOWFLAKE:
        return ""
    try:
        at = _EPOCH + timedelta(milliseconds=int(post_id) >> _SNOWFLAKE_SHIFT)
    except OverflowError:
        return ""
    return at.isoformat()
