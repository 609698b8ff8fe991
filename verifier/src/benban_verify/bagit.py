"""
The outer shape of a dossier: which files it has, what they hash to, what the bag says of itself.

Source: RFC 8493 (BagIt 1.0); docs/reference/bag-format.md.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from benban_verify.bag import Bag, read_whole
from benban_verify.limits import MAX_MANIFEST_BYTES, MAX_TAG_BYTES, MAX_TOKENS
from benban_verify.names import check_path
from benban_verify.refusal import Refusal, printable

MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
NOTE: Final = "checkpoint.note"
PROOFS: Final = "proofs.json"
INVENTORY: Final = "data/inventory.json"
CUSTODY: Final = "data/custody.json"
ORIGINALS: Final = "data/originals.tar.age"
COMPARISON: Final = "data/comparison/"
GRAPH: Final = "data/case.jsonld"

_BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_TAG_FILES: Final = frozenset({"bagit.txt", "bag-info.txt", MANIFEST, TAG_MANIFEST, NOTE, PROOFS})
_PAYLOAD_FILES: Final = frozenset({"data/VERIFY.txt", INVENTORY, CUSTODY})
_REPORT: Final = re.compile(r"data/report\.[a-z]{2}\.pdf")
_DRAFTS: Final = re.compile(r"data/drafts\.[a-z]{2}\.pdf")
_TEXT: Final = re.compile(r"data/texts/((?:exh|sig|cap)-[0-9a-f]{16})(?:-title)?\.txt")
_VISIT: Final = re.compile(r"data/visits/(cap-[0-9a-f]{16})\.json")
_PICTURE: Final = re.compile(
    r"data/comparison/(?:geometry\.json|cmp-[0-9a-f]{16}(?:-overlay|-map|-links|-patches)?\.png)"
)
_TOKEN: Final = re.compile(r"tsa-([a-z0-9][a-z0-9-]{0,39})\.tsr")
# What tells whether the certificate of a time stamp was withdrawn.
_STATE: Final = re.compile(r"tsa-([a-z0-9][a-z0-9-]{0,39})\.(?:crl|ocsp)")
_EARLIER: Final = re.compile(r"earlier-([1-9][0-9]{0,6})-([a-z0-9][a-z0-9-]{0,39})\.tsr")
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([!-~]+)")
_INFO: Final = re.compile(
    r"Bag-Software-Agent: (?P<software>[ -~]{1,80})\n"
    r"Bagging-Date: (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})\n"
    r"Payload-Oxum: (?P<oxum>[0-9]{1,15}\.[0-9]{1,6})\n"
    r"External-Identifier: (?P<dossier_id>[!-~]{1,80})\n"
    r"Benban-Dossier-Version: 1\n"
    r"Benban-Edition: (?P<edition>reading|authority)\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BagInfo:
    """
    What ``bag-info.txt`` says; nothing signs that file, so the inventory must say the same.

    Attributes:
        date: UTC day, ``YYYY-MM-DD``.
        oxum: bytes of the payload, a dot, number of its files.
    """

    software: str
    date: str
    oxum: str
    dossier_id: str
    edition: str


def check_shape(bag: Bag) -> None:
    """Refuse a bag in which a file of the format is missing or one lies where none belongs."""
    for missing in sorted((_TAG_FILES | _PAYLOAD_FILES) - bag.paths):
        raise Refusal("structure.missing", name=missing)
    if not any(_REPORT.fullmatch(path) for path in bag.paths):
        raise Refusal("structure.missing", name="data/report.vi.pdf")
    known = _TAG_FILES | _PAYLOAD_FILES | {ORIGINALS, GRAPH} | set(token_files(bag).values())
    # A list of withdrawn certificates, or an answer about one, belongs to a time stamp.
    known |= {
        path
        for path in bag.paths
        if (found := _STATE.fullmatch(path)) and found[1] in token_files(bag)
    }
    # An earlier head belongs to a time stamp over it, and the other way round.
    earlier = earlier_files(bag)
    known |= {path for one in earlier for path in (one.note, one.token)}
    for path in sorted(bag.paths - known):
        known_shapes = (_REPORT, _TEXT, _VISIT, _PICTURE, _DRAFTS)
        if not any(pattern.fullmatch(path) for pattern in known_shapes):
            raise Refusal("structure.extra", name=path)
    if len(token_files(bag)) + len(earlier) > MAX_TOKENS:
        raise Refusal("structure.too_many", limit=MAX_TOKENS)
    if read_whole(bag, "bagit.txt", MAX_TAG_BYTES) != _BAGIT:
        raise Refusal("structure.bagit")


def token_files(bag: Bag) -> Mapping[str, str]:
    """Return the path of each time stamp by the name of its authority, in order of name."""
    found = {match[1]: match[0] for path in bag.paths if (match := _TOKEN.fullmatch(path))}
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierFiles:
    """A head of the log from before the dossier, and a time stamp over it."""

    size: int
    authority: str
    note: str
    token: str


def earlier_files(bag: Bag) -> tuple[EarlierFiles, ...]:
    """Return the earlier heads that have a time stamp, smallest first."""
    found = [
        EarlierFiles(
            size=int(match[1]),
            authority=match[2],
            note=f"earlier-{match[1]}.note",
            token=match[0],
        )
        for path in bag.paths
        if (match := _EARLIER.fullmatch(path)) and f"earlier-{match[1]}.note" in bag.paths
    ]
    return tuple(sorted(found, key=lambda one: (one.size, one.authority)))


def crl_path(bag: Bag, authority: str) -> str | None:
    """Return where the list of withdrawn certificates beside a time stamp lies; None without."""
    path = f"tsa-{authority}.crl"
    return path if path in bag.paths else None


def ocsp_path(bag: Bag, authority: str) -> str | None:
    """Return where the answer about the certificate of a time stamp lies; None without."""
    path = f"tsa-{authority}.ocsp"
    return path if path in bag.paths else None


def texts_of(bag: Bag) -> Mapping[str, str]:
    """Return the path of each readable text and the id of what it is the text of."""
    return {match[0]: match[1] for path in bag.paths if (match := _TEXT.fullmatch(path))}


def visits_of(bag: Bag) -> Mapping[str, str]:
    """Return the path of each record of a visit and the visit's id."""
    return {match[0]: match[1] for path in bag.paths if (match := _VISIT.fullmatch(path))}


def check_payload(bag: Bag) -> Mapping[str, str]:
    """
    Return path -> SHA-256 (hex) of the payload after every file was read and compared.

    Raises:
        Refusal: ``manifest.*``.
    """
    listed = _parse_manifest(bag, MANIFEST)
    present = {path for path in bag.paths if path.startswith("data/")}
    _compare(bag, listed, present)
    return listed


def check_tags(bag: Bag) -> None:
    """Refuse tag files that are not those of the tag manifest."""
    listed = _parse_manifest(bag, TAG_MANIFEST)
    present = {path for path in bag.paths if not path.startswith("data/")} - {TAG_MANIFEST}
    _compare(bag, listed, present)


def check_info(bag: Bag) -> BagInfo:
    """Return what ``bag-info.txt`` says, after what can be counted was counted."""
    text = read_whole(bag, "bag-info.txt", MAX_TAG_BYTES).decode("latin-1")
    match = _INFO.fullmatch(text)
    if match is None:
        raise Refusal("bag_info.unreadable")
    info = BagInfo(
        software=match["software"],
        date=match["date"],
        oxum=match["oxum"],
        dossier_id=match["dossier_id"],
        edition=match["edition"],
    )
    payload = [path for path in bag.paths if path.startswith("data/")]
    size_bytes = sum(bag.size_bytes(path) for path in payload)
    if info.oxum != f"{size_bytes}.{len(payload)}":
        raise Refusal("bag_info.oxum")
    if (info.edition == "authority") != (ORIGINALS in bag.paths):
        raise Refusal("bag_info.edition")
    return info


def sha256_of(bag: Bag, path: str) -> str:
    """Return the SHA-256 (hex) of the file at *path*."""
    digest = hashlib.sha256()
    for chunk in bag.chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _parse_manifest(bag: Bag, path: str) -> Mapping[str, str]:
    text = read_whole(bag, path, MAX_MANIFEST_BYTES).decode("latin-1")
    if not text.endswith("\n"):
        raise Refusal("manifest.line", name=path, line=text.count("\n") + 1)
    listed: dict[str, str] = {}
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        match = _LINE.fullmatch(line)
        if match is None or (listed and match[2] <= next(reversed(listed))):
            raise Refusal("manifest.line", name=path, line=number)
        listed[check_path(match[2])] = match[1]
    return listed


def _compare(bag: Bag, listed: Mapping[str, str], present: set[str]) -> None:
    for path in sorted(set(listed) - present):
        raise Refusal("manifest.missing", name=printable(path))
    for path in sorted(present - set(listed)):
        raise Refusal("manifest.unlisted", name=path)
    changed = [path for path in sorted(listed) if sha256_of(bag, path) != listed[path]]
    if changed:
        more = len(changed) - 1
        raise Refusal("manifest.changed", name=changed[0], more=more)
