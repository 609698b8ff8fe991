"""The list of time-stamp authorities (catalogue/tsa.toml) and their roots from certifi."""

import base64
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import certifi

from benban.errors import AuthoritySettingsError
from benban.model.ids import Digest, DigestAlgorithm
from benban.model.remedy import Confidence
from benban.seal.digests import sha256_of

_VERSION = 1
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
# The id becomes part of a file name in the bag: tsa-<id>.tsr.
ID_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SCHEMES = ("http://", "https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class StampAuthority:
    """
    One authority of the list.

    Attributes:
        id: short stable name, part of a file name.
        url: where requests are posted; plain http is common and no risk, the root is pinned.
        root_sha256: fingerprints of the roots that an answer may lead to.
        is_enabled: whether it is asked without the person naming it.
        confidence: how well the root is known.
    """

    id: str
    name: str
    owner: str
    url: str
    root_sha256: tuple[Digest, ...]
    is_enabled: bool
    confidence: Confidence
    source: str
    note: str


@cache
def load_authorities() -> tuple[StampAuthority, ...]:
    """
    Return the authorities of the catalogue in its order, the disabled ones too.

    Raises:
        AuthoritySettingsError: BB-517, the list is not in its layout.
    """
    path = files("benban.catalogue").joinpath("tsa.toml")
    return parse_authorities(path.read_text(encoding="utf-8"))


def parse_authorities(untrusted_toml: str) -> tuple[StampAuthority, ...]:
    """
    Return the authorities of a list in the layout of catalogue/tsa.toml.

    Raises:
        AuthoritySettingsError: BB-517, not TOML or not in the layout.
    """
    try:
        document = tomllib.loads(untrusted_toml)
        if document["version"] != _VERSION:
            raise AuthoritySettingsError("another version of the list")
        authorities = tuple(_authority(entry) for entry in document["authority"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise AuthoritySettingsError("the list is not in its layout") from error
    if len({authority.id for authority in authorities}) != len(authorities):
        raise AuthoritySettingsError("an authority stands twice")
    return authorities


def roots_of(authority: StampAuthority) -> tuple[bytes, ...]:
    """Return the roots of *authority* that certifi carries, DER; empty when it carries none."""
    bundle = _bundle()
    return tuple(
        bundle[fingerprint.hex]
        for fingerprint in authority.root_sha256
        if fingerprint.hex in bundle
    )


def default_roots() -> tuple[bytes, ...]:
    """Return the roots of all enabled authorities, DER, each once."""
    found = (root for entry in load_authorities() if entry.is_enabled for root in roots_of(entry))
    return tuple(dict.fromkeys(found))


@cache
def _bundle() -> dict[str, bytes]:
    # Only unwrapped, not parsed: most of the bundle is never looked at.
    certificates = (base64.b64decode(text) for text in _PEM.findall(certifi.contents()))
    return {sha256_of(certificate).hex: certificate for certificate in certificates}


def _authority(entry: dict[str, object]) -> StampAuthority:
    roots = entry["root_sha256"]
    is_enabled = entry["enabled"]
    if not isinstance(roots, list) or not isinstance(is_enabled, bool):
        raise AuthoritySettingsError("roots or the switch are of another type")
    authority = StampAuthority(
        id=_text(entry, "id"),
        name=_text(entry, "name"),
        owner=_text(entry, "owner"),
        url=_text(entry, "url"),
        root_sha256=tuple(
            Digest(algorithm=DigestAlgorithm.SHA256, hex=str(value)) for value in roots
        ),
        is_enabled=is_enabled,
        confidence=Confidence(_text(entry, "confidence")),
        source=_text(entry, "source"),
        note=_text(entry, "note"),
    )
    if not ID_PATTERN.fullmatch(authority.id) or not authority.url.startswith(_SCHEMES):
        raise AuthoritySettingsError("not an id or not an address")
    # DESIGN promise 8: what is not known is not used.
    if authority.is_enabled and (not roots or authority.confidence is Confidence.D):
        raise AuthoritySettingsError("an authority without a known root is enabled")
    return authority


def _text(entry: dict[str, object], key: str) -> str:
    value = entry[key]
    if not isinstance(value, str):
        raise AuthoritySettingsError("not text where text belongs")
    return value
