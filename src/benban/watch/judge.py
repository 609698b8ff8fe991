"""
What may be said of a place after a look. Pure: values in, a judgement out.

Not understood is "not known". "Gone" rests on two looks that agree and lie at least a day apart,
of a place that a look had seen with the thing; a block, a wall, a captcha, a copy that somebody
kept and a page that says sorry with status 200 are none of that.
Source: RFC 9110 15 (status), RFC 7725 (451), RFC 9111 5.1 (age), RFC 6585 4 (429).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import unquote, urlsplit

from benban.model.watch import (
    NEVER_SEEN,
    Evidence,
    Judgement,
    Look,
    Means,
    SeenState,
    Sign,
)
from benban.watch.signs import PageSign, Shows, found_sign

AGREEING_APART = timedelta(hours=24)
# Older than this a copy on the way says nothing of today.
_OLDEST_COPY_S = 24 * 3600
# RFC 7234 5.5 (given up, still sent): stale, revalidation failed, cut off, heuristic.
_STALE = ("110", "111", "112", "113")
_OK, _UNAUTHORISED, _FORBIDDEN, _LEGAL, _TOO_MANY = 200, 401, 403, 451, 429
_NOT_THERE = frozenset({404, 410})
_SERVER_FAULT, _BUSY = 500, 503
_MOST_RETRY_DIGITS = 9


class ItemSeen(Enum):
    """What a known layout says of the item pointed at."""

    SHOWN = "shown"
    SAYS_NOT_FOUND = "says-not-found"
    NOT_KNOWN = "not-known"


class PictureSeen(Enum):
    """What the pictures of the item were found to be, in memory."""

    SAME = "same"
    OTHER = "other"
    NOT_COMPARED = "not-compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """
    What one look brought, before anything is concluded.

    Attributes:
        failure: code of the error when nothing came; all else is empty then.
        asked, final: addresses; ``final`` is the one that answered.
        refused_lead: where it led to, when that host may not be asked.
        is_members_only: by the form of its address the place opens to members alone.
        distance_bits: of the nearest picture to a questioned one, when that is what was measured.
    """

    means: Means
    asked: str
    final: str = ""
    refused_lead: str = ""
    failure: str = ""
    status: int | None = None
    fields: tuple[tuple[str, str], ...] = field(default=())
    title: str = ""
    text: str = ""
    source: str = ""
    item: ItemSeen = ItemSeen.NOT_KNOWN
    picture: PictureSeen = PictureSeen.NOT_COMPARED
    distance_bits: int | None = None
    is_members_only: bool = False

    def value(self, name: str) -> str:
        """Return the first header field called *name* (lower case); empty when there is none."""
        return next((value for key, value in self.fields if key == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """
    What was known before a look.

    Attributes:
        looks: at this place, oldest first.
        was_seen: a visit or a look without an account had seen the thing there.
    """

    looks: tuple[Look, ...]
    was_seen: bool


def judge(seen: Seen, past: Past, signs: Sequence[PageSign], *, at: datetime) -> Judgement:
    """
    Return what may be said of the place now.

    Args:
        seen: what the look brought.
        past: the looks of before.
        signs: of the service (``watch.signs.watch_of``).
        at: when the look was taken, UTC.
    """
    sign, reason = _sign(seen, signs)
    evidence = _evidence(seen)
    state = _PLAIN.get(sign, SeenState.UNKNOWN)
    if sign is Sign.SHOWN:
        if _was_gone(past.looks):
            state, reason = SeenState.BACK, f"back-{reason}"
    elif sign is Sign.ABSENT:
        state, reason, more = _absent(seen, past, reason, at)
        evidence += more
    return Judgement(state=state, sign=sign, reason=reason, evidence=evidence)


def served_at(seen: Seen) -> datetime | None:
    """Return how the server dated its answer; None when it did not, or not as a date."""
    from email.utils import parsedate_to_datetime

    try:
        dated = parsedate_to_datetime(seen.value("date"))
    except (TypeError, ValueError):
        return None
    return dated if dated.tzinfo is not None else None


def retry_after_s(seen: Seen) -> int | None:
    """
    Return how long the server asked to be left alone.

    Source: RFC 9110 10.2.3 (seconds, or a date).
    """
    if seen.status not in {_TOO_MANY, _BUSY}:
        return None
    said = seen.value("retry-after").strip()
    if said.isascii() and said.isdigit() and len(said) <= _MOST_RETRY_DIGITS:
        return int(said)
    until, dated = served_at(replace(seen, fields=(("date", said),))), served_at(seen)
    if until is None or dated is None:
        return None
    return max(0, int((until - dated) / timedelta(seconds=1)))


_PLAIN = {
    Sign.SHOWN: SeenState.THERE,
    Sign.OTHER_PICTURE: SeenState.ALTERED,
    Sign.BLOCKED: SeenState.BLOCKED,
    Sign.LOGIN_WALL: SeenState.LOGIN_WALL,
    Sign.PRIVATE: SeenState.PRIVATE,
}
_OF_SURE_SIGN = {
    Shows.ABSENT: (Sign.ABSENT, "says-not-found"),
    Shows.BLOCKED: (Sign.BLOCKED, "says-blocked"),
    Shows.LOGIN_WALL: (Sign.LOGIN_WALL, "led-to-login"),
    Shows.PRIVATE: (Sign.PRIVATE, "says-private"),
    Shows.CAPTCHA: (Sign.NOTHING, "captcha"),
    Shows.CACHED: (Sign.NOTHING, "kept-copy"),
}
_OF_UNSURE_SIGN = {
    Shows.ABSENT: "perhaps-not-found",
    Shows.BLOCKED: "perhaps-blocked",
    Shows.LOGIN_WALL: "perhaps-login",
    Shows.PRIVATE: "perhaps-private",
    Shows.CAPTCHA: "captcha",
    Shows.CACHED: "kept-copy",
}


# Every id that a judgement can give as its reason; each has words in both languages.
REASONS = (
    *("no-answer", "asked-too-often", "kept-copy", "captcha", "status-451", "status-401"),
    *("led-elsewhere", "picture-shown", "item-shown", "other-picture", "members-only"),
    *("page-without-item", "server-fault", "refused", "status", "back-picture-shown"),
    *("back-item-shown", *(reason for _, reason in _OF_SURE_SIGN.values())),
    *_OF_UNSURE_SIGN.values(),
    *(
        f"{reason}{end}"
        for reason in ("status-not-found", "says-not-found")
        for end in ("", "-once", NEVER_SEEN)
    ),
)


def _sign(seen: Seen, signs: Sequence[PageSign]) -> tuple[Sign, str]:
    """Return what the look shows by itself, and the reason."""
    page = _page_sign(seen, signs)
    steps = (_of_asking(seen), _of_guard(seen, page), _of_way(seen, page))
    return next((one for one in steps if one is not None), None) or _of_answer(seen, page)


def _of_asking(seen: Seen) -> tuple[Sign, str] | None:
    # 1. Nothing came, or what came is not of today.
    if seen.failure or seen.status is None:
        return Sign.NOTHING, "no-answer"
    if seen.status == _TOO_MANY:
        return Sign.NOTHING, "asked-too-often"
    return (Sign.NOTHING, "kept-copy") if _is_kept_copy(seen) else None


def _of_guard(seen: Seen, page: PageSign | None) -> tuple[Sign, str] | None:
    # 2. A guard stands before the page: nothing of the page was seen, whatever the status.
    if page is not None and page.shows is Shows.CAPTCHA and (page.is_sure or seen.status != _OK):
        return Sign.NOTHING, "captcha"
    if seen.status == _LEGAL:
        return Sign.BLOCKED, "status-451"
    return (Sign.LOGIN_WALL, "status-401") if seen.status == _UNAUTHORISED else None


def _of_way(seen: Seen, page: PageSign | None) -> tuple[Sign, str] | None:
    # 3. It leads elsewhere: what is said there is not said of the address that was asked.
    if not (seen.refused_lead or _is_elsewhere(seen)):
        return None
    if page is not None and page.shows is Shows.LOGIN_WALL:
        return _of_sign(page)
    return Sign.NOTHING, "led-elsewhere"


def _of_answer(seen: Seen, page: PageSign | None) -> tuple[Sign, str]:
    if seen.status in _NOT_THERE:
        return _of_not_there(seen, page)
    return _of_page(seen, page) if seen.status == _OK else _of_other_status(seen.status or 0, page)


def _of_not_there(seen: Seen, page: PageSign | None) -> tuple[Sign, str]:
    # A block of one country, or a wall, is often sent with 404: its words stand above the number.
    if page is not None and page.shows is not Shows.ABSENT:
        return _of_sign(page)
    if _is_other_page(seen):
        return Sign.NOTHING, "led-elsewhere"
    return Sign.ABSENT, "status-not-found"


def _of_page(seen: Seen, page: PageSign | None) -> tuple[Sign, str]:
    # 4. What the page itself shows stands above what its words say.
    if seen.picture is PictureSeen.SAME:
        return Sign.SHOWN, "picture-shown"
    if seen.item is not ItemSeen.NOT_KNOWN:
        return _of_item(seen)
    if page is not None:
        return _of_sign(page)
    if seen.is_members_only:
        return Sign.PRIVATE, "members-only"
    return Sign.NOTHING, "page-without-item"


def _of_item(seen: Seen) -> tuple[Sign, str]:
    if seen.item is ItemSeen.SAYS_NOT_FOUND:
        return Sign.ABSENT, "says-not-found"
    is_other = seen.picture is PictureSeen.OTHER
    return (Sign.OTHER_PICTURE, "other-picture") if is_other else (Sign.SHOWN, "item-shown")


def _of_other_status(status: int, page: PageSign | None) -> tuple[Sign, str]:
    if page is not None and page.shows is not Shows.ABSENT:
        return _of_sign(page)
    if status >= _SERVER_FAULT:
        return Sign.NOTHING, "server-fault"
    return Sign.NOTHING, "refused" if status == _FORBIDDEN else "status"


def _of_sign(page: PageSign) -> tuple[Sign, str]:
    if page.is_sure:
        return _OF_SURE_SIGN[page.shows]
    return Sign.NOTHING, _OF_UNSURE_SIGN[page.shows]


def _is_elsewhere(seen: Seen) -> bool:
    """Return whether another host answered, or the front page of this one."""
    asked, final = urlsplit(seen.asked), urlsplit(seen.final or seen.asked)
    if _host(asked.hostname) != _host(final.hostname):
        return True
    is_front = final.path.strip("/") == "" and not final.query
    if is_front and asked.path.strip("/") != "":
        return True
    # A way in on the same host is told by its path.
    return asked.path != final.path and final.path.strip("/").split("/")[-1] in _WAYS_IN


def _is_other_page(seen: Seen) -> bool:
    """Return whether it led to a page of this host whose path no longer names what was asked."""
    asked, final = urlsplit(seen.asked).path, urlsplit(seen.final or seen.asked).path
    return unquote(asked).rstrip("/").rsplit("/", 1)[-1] not in unquote(final)


_WAYS_IN = frozenset({"login", "signin", "dang-nhap"})


def _host(name: str | None) -> str:
    return (name or "").removeprefix("www.").removeprefix("m.").removeprefix("mobile.")


def _page_sign(seen: Seen, signs: Sequence[PageSign]) -> PageSign | None:
    led_to = seen.refused_lead or (seen.final if seen.final != seen.asked else "")
    return found_sign(
        signs,
        path=urlsplit(led_to).path,
        words=f"{seen.title}\n{seen.text}",
        source=seen.source,
        fields=seen.fields,
    )


def _is_kept_copy(seen: Seen) -> bool:
    age = seen.value("age").strip()
    is_old = age.isascii() and age.isdigit() and len(age) < 12 and int(age) >= _OLDEST_COPY_S  # noqa: PLR2004 - seconds of many lives
    return is_old or seen.value("warning").strip()[:3] in _STALE


def _absent(
    seen: Seen, past: Past, reason: str, at: datetime
) -> tuple[SeenState, str, tuple[Evidence, ...]]:
    """Return "gone" where an earlier look agrees; else why it is not said yet."""
    if not past.was_seen:
        # Services answer a stranger "not found" for what only members may see.
        return SeenState.UNKNOWN, f"{reason}{NEVER_SEEN}", ()
    first = _agreeing(seen, past.looks, at)
    if first is None:
        return SeenState.UNKNOWN, f"{reason}-once", ()
    return SeenState.GONE, reason, (Evidence(name="agrees-with", value=first.id),)


def _agreeing(seen: Seen, looks: Sequence[Look], at: datetime) -> Look | None:
    """Return a look that also found nothing, a day before, with none between that saw anything."""
    served = served_at(seen)
    for look in reversed(looks):
        if look.judgement.sign is Sign.NOTHING:
            continue  # a time-out between two looks is no third opinion
        if look.judgement.sign is not Sign.ABSENT:
            return None
        # Told to a means that never saw the thing (no browser then): no opinion to agree with.
        if look.judgement.reason.endswith(NEVER_SEEN):
            continue
        if at - look.at < AGREEING_APART or look.at > at:
            continue
        # Where the server dated both, its clock must agree: ours may have been set forward.
        if served and look.served_at and served - look.served_at < AGREEING_APART:
            continue
        return look
    return None


def _was_gone(looks: Sequence[Look]) -> bool:
    """Return whether "gone" was the last thing said with any certainty."""
    for look in reversed(looks):
        if look.judgement.state is SeenState.GONE:
            return True
        if look.judgement.sign in {Sign.SHOWN, Sign.OTHER_PICTURE}:
            return False
    return False


def _evidence(seen: Seen) -> tuple[Evidence, ...]:
    found = [Evidence(name="means", value=seen.means.value)]
    if seen.failure:
        found.append(Evidence(name="failure", value=seen.failure))
    if seen.status is not None:
        found.append(Evidence(name="status", value=str(seen.status)))
    if seen.refused_lead:
        found.append(Evidence(name="led-to-other-host", value="yes"))
    if seen.item is not ItemSeen.NOT_KNOWN:
        found.append(Evidence(name="item", value=seen.item.value))
    if seen.picture is not PictureSeen.NOT_COMPARED:
        found.append(Evidence(name="picture", value=seen.picture.value))
    if seen.distance_bits is not None:
        found.append(Evidence(name="distance-bits", value=str(seen.distance_bits)))
    return tuple(found)
