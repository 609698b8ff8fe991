"""
An RDAP answer, read as hostile JSON: what is there and fits, and nothing else.

A value of the wrong kind is as if it were not there; a list that never ends is cut; a mail address
that holds anything but a plain mailbox is no mail address. Nothing here is ever markup, a header or
an address to open.

Source: RFC 9083 (objects, entities 5.1, networks 5.4, domains 5.3), RFC 7095 (jCard).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from benban.errors import RegistryAnswerError
from benban.model.routes import RegistryContact

# An answer of a registry has some ten kilobytes.
LARGEST_ANSWER_BYTES = 512 * 1024
# Entities stand in entities: registrar > abuse. Deeper is made to hurt.
_DEEPEST = 4
_MOST_ENTITIES = 200
_MOST_CARD_LINES = 100
_MOST_MAILS = 5
_NAME_CHARS = 120
_LINK_CHARS = 500
_MAIL_CHARS = 254  # RFC 5321 4.5.3.1.3
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&*+/=?^_{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_HANDLE = re.compile(r"[A-Za-z0-9._:/-]{1,80}")
_MOST_AS_NUMBER = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryObject:
    """
    One answer: a network, an AS or a name.

    Attributes:
        kind: ``objectClassName``.
        name: as registered, on one line.
        parent: handle of the network above; empty when none is named.
        parent_link: where the registry says that the network above stands.
        as_numbers: that the record of a network speaks of (an extension of one registry).
    """

    kind: str
    name: str
    parent: str
    parent_link: str
    as_numbers: tuple[int, ...]
    entities: tuple["_Entity", ...]

    def abuse_contact(self, registry: str, *, within_role: str = "") -> RegistryContact | None:
        """
        Return whom the object names for abuse, or None.

        Args:
            registry: host that answered.
            within_role: only what stands inside an entity of this role (``registrar``).
        """
        named = [one for one in self.entities if "abuse" in one.roles and one.mails]
        if within_role:
            named = [one for one in named if within_role in one.inside]
        if not named:
            return None
        first = min(named, key=lambda one: one.depth)
        name = first.outer_name or first.name
        return RegistryContact(name=name, mails=first.mails, registry=registry)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entity:
    roles: frozenset[str]
    # Roles of the entities around it.
    inside: frozenset[str]
    name: str
    # Whose desk it is: the organisation around it.
    outer_name: str
    mails: tuple[str, ...]
    depth: int


def read_answer(untrusted_body: bytes) -> RegistryObject:
    """
    Return what *untrusted_body* says, as far as it fits.

    Raises:
        RegistryAnswerError: BB-633, no JSON object, too large, nested without an end, or an error
            in RDAP's own form.
    """
    if len(untrusted_body) > LARGEST_ANSWER_BYTES:
        raise RegistryAnswerError(reason="too large")
    try:
        untrusted = json.loads(untrusted_body, parse_constant=_refuse, parse_int=_small_int)
    except (ValueError, RecursionError) as error:
        raise RegistryAnswerError(reason="not JSON") from error
    if not isinstance(untrusted, dict):
        raise RegistryAnswerError(reason="not an object")
    if "errorCode" in untrusted:
        raise RegistryAnswerError(reason="an error of the registry")
    return RegistryObject(
        kind=_text(untrusted.get("objectClassName")),
        name=_text(untrusted.get("name")) or _text(untrusted.get("ldhName")),
        parent=_handle(untrusted.get("parentHandle")),
        parent_link=_up(untrusted.get("links")),
        as_numbers=_as_numbers(untrusted.get("arin_originas0_originautnums")),
        entities=tuple(_entities(untrusted.get("entities"))),
    )


def _refuse(_constant: str) -> object:
    raise ValueError("not a number of JSON")


def _small_int(digits: str) -> int:
    # Python refuses huge ones itself; a number of RDAP has at most ten digits and a sign.
    return int(digits) if len(digits) <= 20 else 0  # noqa: PLR2004 - 2**64 has 20 digits


def _entities(untrusted: object) -> Iterator[_Entity]:
    waiting = [
        (one, 0, frozenset[str](), "") for one in reversed(_list(untrusted)[:_MOST_ENTITIES])
    ]
    seen = 0
    while waiting and seen < _MOST_ENTITIES:
        one, depth, inside, outer = waiting.pop()
        seen += 1
        if not isinstance(one, dict):
            continue
        roles = frozenset(
            role.lower() for role in _list(one.get("roles"))[:20] if isinstance(role, str)
        )
        name, mails = _card(one.get("vcardArray"))
        yield _Entity(
            roles=roles, inside=inside, name=name, outer_name=outer, mails=mails, depth=depth
        )
        if depth < _DEEPEST:
            inner = reversed(_list(one.get("entities"))[:_MOST_ENTITIES])
            waiting += [(each, depth + 1, inside | roles, name or outer) for each in inner]


def _card(untrusted: object) -> tuple[str, tuple[str, ...]]:
    """Return the name and the mail addresses of a jCard."""
    card = _list(untrusted)
    lines = _list(card[1])[:_MOST_CARD_LINES] if len(card) > 1 and card[0] == "vcard" else []
    name, organisation = "", ""
    mails: list[str] = []
    for line in lines:
        parts = _list(line)
        if len(parts) < 4 or not isinstance(parts[0], str):  # noqa: PLR2004 - RFC 7095 3.3
            continue
        key, value = parts[0].lower(), parts[3]
        if key == "fn" and not name:
            name = _text(value)
        elif key == "org" and not organisation:
            organisation = _text(value[0] if isinstance(value, list) and value else value)
        elif key == "email":
            mail = _mail(value)
            mails += [mail] if mail and mail not in mails else []
    return name or organisation, tuple(mails[:_MOST_MAILS])


def _mail(untrusted: object) -> str:
    if not isinstance(untrusted, str) or len(untrusted) > _MAIL_CHARS:
        return ""
    bare = untrusted.strip().removeprefix("mailto:")
    return bare if _MAIL.fullmatch(bare) else ""


def _text(untrusted: object) -> str:
    """Return *untrusted* on one line without control and direction characters, or nothing."""
    if not isinstance(untrusted, str):
        return ""
    shown = "".join(letter if letter.isprintable() else " " for letter in untrusted[:2000])
    return " ".join(shown.split())[:_NAME_CHARS]


def _handle(untrusted: object) -> str:
    is_one = isinstance(untrusted, str) and _HANDLE.fullmatch(untrusted)
    return untrusted if is_one and isinstance(untrusted, str) else ""


def _up(untrusted: object) -> str:
    for one in _list(untrusted)[:50]:
        # A list: what is not hashable would end the look-up when asked for in a set.
        if isinstance(one, dict) and one.get("rel") in ["up", "rdap-up"]:
            href = one.get("href")
            if isinstance(href, str) and href.isascii() and href.isprintable():
                return href if len(href) <= _LINK_CHARS else ""
    return ""


def _as_numbers(untrusted: object) -> tuple[int, ...]:
    numbers = [one for one in _list(untrusted)[:10] if isinstance(one, int)]
    return tuple(one for one in numbers if not isinstance(one, bool) and 0 < one <= _MOST_AS_NUMBER)


def _list(untrusted: object) -> list[object]:
    return untrusted if isinstance(untrusted, list) else []
