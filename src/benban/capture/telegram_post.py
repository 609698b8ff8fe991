"""
What a post of Telegram's public pages says of itself.

Layout ``telegram/1``: the widget of ``t.me/<channel>/<id>``, as read in November 2026. The id of
the channel stands in ``data-peer`` (``c<id>_<hash>``) or, in the feed, in ``data-view`` (base64 of
JSON with ``c``). Forwards are not counted on these pages; views and members are.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime

from benban.capture.counts import parse_count
from benban.capture.page_tree import Element
from benban.capture.post_facts import fact, first, lines, moment, number, with_class, words
from benban.model.exhibit import Counter
from benban.model.post import PostFact, PostFactName

_PEER = re.compile(r"c([0-9]{1,20})(?:_-?[0-9]+)?")
# Inside a post but not its own words: what it answers to, links to, forwards.
_OF_OTHERS = frozenset(
    {
        "tgme_widget_message_reply",
        "tgme_widget_message_link_preview",
        "tgme_widget_message_forwarded_from",
        "tgme_widget_message_reactions",
    }
)
# Telegram writes ids of channels with this in front where ids of users could stand as well.
_CHANNEL_PREFIX = "-100"


def telegram_facts(message: Element) -> tuple[PostFact, ...]:
    """Return every fact of the widget *message*, an element with ``data-post``."""
    own = list(message.walk(lambda each: bool(each.classes & _OF_OTHERS)))
    channel, _, post_id = message.attributes.get("data-post", "").rpartition("/")
    time = first(iter(_dates(own)), lambda each: each.tag == "time")
    text = first(iter(own), with_class("tgme_widget_message_text"))
    name = first(iter(own), with_class("tgme_widget_message_owner_name"))
    signed = first(iter(own), with_class("tgme_widget_message_from_author"))
    source = first(message.walk(), with_class("tgme_widget_message_forwarded_from_name"))
    return (
        fact(PostFactName.POST_ID, post_id, number),
        fact(PostFactName.CHANNEL, channel),
        fact(PostFactName.CHANNEL_ID, *_channel_id(message)),
        # In a channel the channel is who posts; a name below it is what an administrator signs.
        fact(PostFactName.ACCOUNT, words(signed)),
        fact(PostFactName.ACCOUNT_ID, ""),
        fact(PostFactName.ACCOUNT_NAME, words(name)),
        fact(PostFactName.POSTED_AT, time.attributes.get("datetime", "") if time else "", moment),
        fact(PostFactName.POSTED_AT_BY_ID, ""),
        fact(PostFactName.FORWARDED_FROM, words(source)),
        fact(PostFactName.TEXT, lines(text)),
    )


def telegram_counters(message: Element, observed_at: datetime) -> tuple[Counter, ...]:
    """Return the numbers below the widget *message*: its views."""
    views = first(message.walk(), with_class("tgme_widget_message_views"))
    if views is None:
        return ()
    text = views.text()
    counter = Counter(name="views", text=text, value=parse_count(text), observed_at=observed_at)
    return (counter,)


def _dates(own: list[Element]) -> Iterator[Element]:
    for element in own:
        if "tgme_widget_message_date" in element.classes:
            yield from element.walk()


def _channel_id(message: Element) -> tuple[str, Callable[[str], str]]:
    peer = message.attributes.get("data-peer", "")
    if peer:
        return peer, _of_peer
    return message.attributes.get("data-view", ""), _of_view


def _of_peer(text: str) -> str:
    found = _PEER.fullmatch(text)
    return found[1] if found else ""


def _of_view(text: str) -> str:
    try:
        # Telegram leaves the padding out.
        view = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return ""
    channel = view.get("c") if isinstance(view, dict) else None
    if not isinstance(channel, int) or isinstance(channel, bool):
        return ""
    return number(str(channel).removeprefix(_CHANNEL_PREFIX).removeprefix("-"))
