"""
Which time-stamp authorities are asked: those of the catalogue, and what the person changed.

Kept in the vault's index as canonical JSON (docs/reference/vault-format-v1.md section 6).
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from benban.errors import AuthoritySettingsError, NotCanonicalError
from benban.seal.authorities import ID_PATTERN, StampAuthority, roots_of
from benban.seal.canonical import JsonValue, canonical_json, parse_canonical
from benban.seal.tsp import load_roots

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    What the person said of one authority.

    Attributes:
        url: of an authority that is not in the catalogue; empty for one that is.
        roots: certificates given by the person, each DER or PEM; counted beside certifi's.
    """

    id: str
    is_enabled: bool
    url: str = ""
    roots: tuple[bytes, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAuthority:
    """
    An authority as it will be asked, with every root its answers may lead to.

    Attributes:
        is_own: the person typed its address; it is not in the catalogue.
    """

    id: str
    name: str
    url: str
    roots: tuple[bytes, ...]
    is_enabled: bool
    is_own: bool = False

    @property
    def host(self) -> str:
        """What the person is told about where the request goes."""
        return urlsplit(self.url).hostname or ""


def parse_choices(untrusted: bytes) -> tuple[Choice, ...]:
    """
    Return stored choices; nothing stored is no choice.

    Raises:
        AuthoritySettingsError: BB-517, not in the layout.
    """
    if not untrusted:
        return ()
    try:
        document = parse_canonical(untrusted)
        if not isinstance(document, Mapping) or document.get("v") != _VERSION:
            raise AuthoritySettingsError("another version of the settings")
        entries = document["authorities"]
        if not isinstance(entries, Sequence):
            raise AuthoritySettingsError("the settings are not in their layout")
        return tuple(_choice(entry) for entry in entries)
    except (NotCanonicalError, KeyError, binascii.Error, ValueError) as error:
        raise AuthoritySettingsError("the settings are not in their layout") from error


def choices_bytes(choices: Sequence[Choice]) -> bytes:
    """Return what :func:`parse_choices` reads."""
    entries: list[JsonValue] = [
        {
            "id": one.id,
            "enabled": one.is_enabled,
            "url": one.url,
            "roots": [base64.b64encode(root).decode("ascii") for root in one.roots],
        }
        for one in sorted(choices, key=lambda one: one.id)
    ]
    return canonical_json({"v": _VERSION, "authorities": entries})


def changed(choices: Sequence[Choice], wanted: Choice) -> tuple[Choice, ...]:
    """
    Return *choices* with *wanted* in the place of an earlier one about the same authority.

    What *wanted* leaves open (address, roots) is kept from the earlier one.

    Raises:
        AuthoritySettingsError: BB-517, a root or the address cannot be used.
    """
    earlier = next((one for one in choices if one.id == wanted.id), None)
    if earlier is not None:
        wanted = replace(
            wanted,
            url=wanted.url or earlier.url,
            roots=tuple(dict.fromkeys((*earlier.roots, *wanted.roots))),
        )
    _check(wanted)
    return (*(one for one in choices if one.id != wanted.id), wanted)


def effective_authorities(
    listed: Sequence[StampAuthority], choices: Sequence[Choice]
) -> tuple[ChosenAuthority, ...]:
    """
    Return every authority known here, the person's own last.

    Raises:
        AuthoritySettingsError: BB-517, one is enabled and no root of it is known.
    """
    said = {one.id: one for one in choices}
    found = [_from_list(one, said.pop(one.id, None)) for one in listed]
    found += [
        ChosenAuthority(
            id=one.id,
            name=one.id,
            url=one.url,
            roots=one.roots,
            is_enabled=one.is_enabled,
            is_own=True,
        )
        for one in said.values()
    ]
    for one in found:
        # DESIGN promise 8: what is not known is not used.
        if one.is_enabled and not (one.roots and one.url):
            raise AuthoritySettingsError("an authority without a root or an address is enabled")
    return tuple(found)


def _from_list(listed: StampAuthority, said: Choice | None) -> ChosenAuthority:
    return ChosenAuthority(
        id=listed.id,
        name=listed.name,
        url=listed.url,
        roots=(*roots_of(listed), *(said.roots if said else ())),
        is_enabled=listed.is_enabled if said is None else said.is_enabled,
    )


def _check(choice: Choice) -> None:
    if not ID_PATTERN.fullmatch(choice.id):
        raise AuthoritySettingsError("not an id")
    if choice.url:
        parts = urlsplit(choice.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise AuthoritySettingsError("not an address")
    if choice.roots:
        load_roots(choice.roots)


def _choice(entry: JsonValue) -> Choice:
    if not isinstance(entry, Mapping):
        raise AuthoritySettingsError("the settings are not in their layout")
    roots, is_enabled = entry["roots"], entry["enabled"]
    name, url = entry["id"], entry["url"]
    if not isinstance(roots, Sequence) or isinstance(roots, str):
        raise AuthoritySettingsError("the settings are not in their layout")
    if not isinstance(is_enabled, bool) or not isinstance(name, str) or not isinstance(url, str):
        raise AuthoritySettingsError("the settings are not in their layout")
    return Choice(
        id=name,
        is_enabled=is_enabled,
        url=url,
        roots=tuple(base64.b64decode(str(root), validate=True) for root in roots),
    )
