"""
What a message names that leads to who sells and who publishes (HARM 14). Values in, values out.

Accounts, invites, payment accounts, prices and web addresses, and nothing else. An account counts
only where its message offers something, where it is a bot's, or where it posted what the person
ticked: everybody else who is named is counted and not said.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benban.model.ids import SightingId
from benban.model.mention import Mention, MentionKind, Mentions


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    One message as far as mentions go.

    Attributes:
        text: what is shown.
        targets: addresses behind links and buttons, bots a message came through.
        poster: name or account of who posted it, where the person ticked it; else empty.
    """

    text: str
    targets: tuple[str, ...] = ()
    poster: str = ""


# Source: https://core.telegram.org/method/account.checkUsername, 5 to 32 characters; collectible
# names may have 4.
_HANDLE = re.compile(r"(?<![\w@./])@([A-Za-z][A-Za-z0-9_]{3,31})\b")
_TELEGRAM = re.compile(
    r"(?:(?:https?://)?(?:www\.)?(?:t|telegram)\.me/|tg://(?:resolve\?domain=|join\?invite=))"
    r"[^\s<>\"'),]+",
    re.IGNORECASE,
)
_INVITE = re.compile(r"(?:/\+|/joinchat/|join\?invite=)[\w-]+", re.IGNORECASE)
_NAMED = re.compile(r"(?:\.me/(?:s/)?|domain=)([A-Za-z][A-Za-z0-9_]{3,31})\b", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s<>\"')]+|\bwww\.[^\s<>\"')]+", re.IGNORECASE)
_PRICE = re.compile(
    r"(?<![\w.,])(?:\$\s?\d[\d.,]*|\d[\d.,]*\s?"
    r"(?:k|đ|₫|vnd|vnđ|đồng|nghìn|ngàn|triệu|tr|usd|usdt|eur|\$|€|⭐|stars?|sao))(?!\w)",
    re.IGNORECASE,
)
_PAYMENT_WORD = (
    r"(?:stk|số tài khoản|so tai khoan|tài khoản|tk|ck|chuyển khoản|momo|zalo ?pay|viettel ?pay"
    r"|vnpay|vietcombank|vcb|vietinbank|techcombank|tcb|mb ?bank|mb|acb|bidv|agribank|vpbank"
    r"|tpbank|sacombank|paypal|card|thẻ|iban)"
)
_ACCOUNT_NUMBER = re.compile(
    rf"(?<!\w){_PAYMENT_WORD}\W{{0,12}}(?:[^\W\d]{{1,12}}\W{{1,3}})?(\d(?:[ .-]?\d){{5,18}})(?!\d)",
    re.IGNORECASE,
)
# Sixteen digits in groups of four are a card, whatever stands before them.
_CARD = re.compile(r"(?<!\d)(?:\d{4}[ -]?){3}\d{4}(?!\d)")
_WALLETS = (
    re.compile(r"(?<!\w)0x[0-9a-fA-F]{40}(?!\w)"),
    re.compile(r"(?<!\w)T[1-9A-HJ-NP-Za-km-z]{33}(?!\w)"),
    re.compile(r"(?<!\w)(?:bc1[02-9ac-hj-np-z]{11,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?!\w)"),
)
_TAIL = ".,;:!?…"


def find_mentions(sighting_id: SightingId, messages: Iterable[Said]) -> Mentions:
    """Return what is named in the messages of one sighting, each thing once, in their order."""
    counted: dict[tuple[MentionKind, str], int] = {}
    masked: set[str] = set()
    posters: set[str] = set()
    said = list(messages)
    for one in said:
        posters |= {one.poster.lstrip("@").lower()} if one.poster else set()
    for one in said:
        found = set(_things(one))
        is_offer = offers_something(one)
        for handle in _accounts(one):
            if is_offer or is_bot(handle) or handle.lower() in posters:
                found.add((MentionKind.ACCOUNT, f"@{handle}"))
            else:
                masked.add(handle.lower())
        if one.poster:
            found.add((MentionKind.ACCOUNT, one.poster))
        for thing in sorted(found, key=lambda pair: (list(MentionKind).index(pair[0]), pair[1])):
            counted[thing] = counted.get(thing, 0) + 1
    named = {value.lstrip("@").lower() for kind, value in counted if kind is MentionKind.ACCOUNT}
    return Mentions(
        sighting_id=sighting_id,
        found=tuple(
            Mention(kind=kind, value=value, count=count) for (kind, value), count in counted.items()
        ),
        masked_accounts=len(masked - named),
    )


def offers_something(said: Said) -> bool:
    """Return whether a message names a price, a way to pay, or an invite."""
    signs = {MentionKind.PRICE, MentionKind.PAYMENT_ACCOUNT, MentionKind.INVITE}
    return any(kind in signs for kind, _ in _things(said))


def is_bot(handle: str) -> bool:
    """Return whether an account's name is one that Telegram gives to bots only."""
    return handle.lower().endswith("bot")


def mask_accounts(text: str, mask: str) -> str:
    """Return *text* with every account's name and personal link replaced by *mask*."""
    text = _TELEGRAM.sub(lambda found: found.group() if _is_invite(found.group()) else mask, text)
    return _HANDLE.sub(mask, text)


def _things(said: Said) -> Iterator[tuple[MentionKind, str]]:
    everything = (said.text, *said.targets)
    for text in everything:
        for link in _links(text):
            if _is_invite(link):
                yield MentionKind.INVITE, link
            elif _TELEGRAM.fullmatch(link) is None:
                yield MentionKind.WEB_ADDRESS, link
    for price in _PRICE.findall(said.text):
        yield MentionKind.PRICE, " ".join(price.split()).rstrip(_TAIL)
    for account in _payments(said.text):
        yield MentionKind.PAYMENT_ACCOUNT, account


def _payments(text: str) -> Iterator[str]:
    yield from (found.group(1).strip() for found in _ACCOUNT_NUMBER.finditer(text))
    yield from (found.group() for found in _CARD.finditer(text))
    for wallet in _WALLETS:
        yield from wallet.findall(text)


def _links(text: str) -> Iterator[str]:
    telegram = [found.group().rstrip(_TAIL) for found in _TELEGRAM.finditer(text)]
    yield from telegram
    for found in _WEB.finditer(text):
        link = found.group().rstrip(_TAIL)
        if link not in telegram:
            yield link


def _accounts(said: Said) -> Iterator[str]:
    for text in (said.text, *said.targets):
        yield from _HANDLE.findall(text)
        for link in _links(text):
            if not _is_invite(link) and _TELEGRAM.fullmatch(link):
                yield from (name for name in _NAMED.findall(link) if name.lower() != "joinchat")


def _is_invite(link: str) -> bool:
    return _INVITE.search(link) is not None and _TELEGRAM.match(link) is not None
