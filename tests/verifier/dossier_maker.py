"""
A maker of dossiers that shares nothing with benban and nothing with the verifier.

Written from docs/reference/log-format.md and bag-format.md with hashlib, zipfile and
cryptography. An attacker has the same tools: ``list_files_anew`` is what everyone can do
without a key.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORIGIN = "benban/log/00112233445566778899aabbccddeeff"
KEY = bytes(range(32))
OTHER_KEY = bytes(range(32, 64))
MADE_AT = "2026-11-22T08:20:00.000000Z"
PDF = b"%PDF-1.7\n% a page without pictures\n%%EOF\n"

Files = dict[str, bytes]
Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def canonical(value: Json) -> bytes:
    """RFC 8785 for the values used here (ASCII names)."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def salt(name: str) -> bytes:
    return sha256(f"test salt {name}".encode())


def public_bytes(private: bytes) -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(private).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id_of(private: bytes) -> str:
    text = base64.b32encode(sha256(public_bytes(private))[:20]).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, 32, 4))


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, as it stands there (recursive)."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + root_of(leaves[:split]) + root_of(leaves[split:]))


@dataclass(frozen=True, kw_only=True)
class Event:
    """A record, its salt, and the salts and values of its sensitive fields."""

    record: bytes
    salt: bytes
    sensitive: Mapping[str, tuple[bytes, str]]

    @property
    def leaf(self) -> bytes:
        return sha256(b"\x00" + self.salt + self.record)


def event(
    name: str,
    kind: str,
    *,
    at: str = "2026-11-22T08:15:30.123456Z",
    subject: str = "",
    plain: Mapping[str, str] | None = None,
    sensitive: Mapping[str, str] | None = None,
) -> Event:
    """An event whose salts follow from *name*."""
    opened = {
        field_name: (salt(f"{name}.{field_name}"), value)
        for field_name, value in (sensitive or {}).items()
    }
    fields: dict[str, Json] = dict(plain or {})
    for field_name, (field_salt, value) in opened.items():
        committed = b"benban/v1/field\x00" + field_name.encode() + b"\x00" + field_salt
        fields[field_name] = {"c": sha256(committed + value.encode()).hex()}
    record: dict[str, Json] = {
        "v": 1,
        "at": at,
        "mono": "123456789",
        "off": 25200,
        "kind": kind,
        "subject": subject,
        "actor": "person",
        "fields": fields,
    }
    return Event(record=canonical(record), salt=salt(name), sensitive=opened)


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A preserved thing; ``path`` is where its bytes lie in the bag, or None."""

    subject: str
    kind: str
    media_type: str
    data: bytes
    path: str | None = None

    def values(self) -> dict[str, str]:
        return {
            "sha256": hashlib.sha256(self.data).hexdigest(),
            "sha512": hashlib.sha512(self.data).hexdigest(),
            "size_bytes": str(len(self.data)),
            "media_type": self.media_type,
        }


EXHIBITS = (
    Exhibit(subject="exh-0000000000000001", kind="media", media_type="image/png", data=b"a cat"),
    Exhibit(
        subject="exh-0000000000000002",
        kind="dom-text",
        media_type="text/plain",
        data=b"a text of the page\n",
        path="data/texts/exh-0000000000000002.txt",
    ),
    Exhibit(
        subject="exh-0000000000000003",
        kind="dom-text",
        media_type="text/plain",
        data=b"the text of another\n",
        path="data/texts/exh-0000000000000003.txt",
    ),
)


@dataclass(kw_only=True)
class Case:
    """A log that grows: a key, an origin, events."""

    private: bytes = KEY
    origin: str = ORIGIN
    events: list[Event] = field(default_factory=list)

    @property
    def leaves(self) -> list[bytes]:
        return [event.leaf for event in self.events]

    @property
    def verifier_key(self) -> str:
        typed = b"\x01" + public_bytes(self.private)
        return f"{self.origin}+{self.key_hash.hex()}+{base64.b64encode(typed).decode()}"

    @property
    def key_hash(self) -> bytes:
        return sha256(self.origin.encode() + b"\n\x01" + public_bytes(self.private))[:4]

    def note(self) -> bytes:
        """The signed checkpoint over all events."""
        root = base64.b64encode(root_of(self.leaves)).decode()
        text = f"{self.origin}\n{len(self.events)}\n{root}\n".encode()
        signature = Ed25519PrivateKey.from_private_bytes(self.private).sign(text)
        line = base64.b64encode(self.key_hash + signature).decode()
        return text + f"\n\u2014 {self.origin} {line}\n".encode()

    def receipt(self, size: int | None = None, *, demonstration: bool = False) -> bytes:
        """A receipt over the first *size* events."""
        count = len(self.events) if size is None else size
        root = base64.b64encode(root_of(self.leaves[:count])).decode()
        last = "demonstration: yes\n" if demonstration else ""
        return (
            f"benban receipt v1\norigin: {self.origin}\nsize: {count}\nroot: {root}\n"
            f"key: {key_id_of(self.private)}\ndate: 2026-11-22T08:16:00Z\n{last}"
        ).encode()


def started_case(private: bytes = KEY, origin: str = ORIGIN) -> Case:
    """A case with an opening, three exhibits and something that stays closed."""
    case = Case(private=private, origin=origin)
    case.events.append(event("0", "case opened"))
    case.events.append(
        event("1", "reported", subject="sig-01", sensitive={"address": "https://example.test/1"})
    )
    for number, exhibit in enumerate(EXHIBITS, start=2):
        sensitive = {**exhibit.values(), "address": "", "original_name": "IMG_1.png"}
        case.events.append(
            event(
                str(number),
                "adopted",
                subject=exhibit.subject,
                plain={"exhibit_kind": exhibit.kind},
                sensitive=sensitive,
            )
        )
    case.events.append(event("5", "planned", plain={"steps": "3"}))
    return case


OPENED = ("sha256", "sha512", "size_bytes", "media_type")


def payload_of(
    case: Case, exhibits: Iterable[Exhibit] = EXHIBITS, edition: str = "reading"
) -> Files:
    """The files under data/; exhibit n is event n + 2."""
    chosen = list(exhibits)
    described: list[Json] = []
    told: list[Json] = []
    payload: Files = {
        "data/report.vi.pdf": PDF,
        "data/report.en.pdf": PDF + b"en",
        "data/VERIFY.txt": b"how to check\n",
    }
    for exhibit in chosen:
        position = EXHIBITS.index(exhibit) + 2
        record = json.loads(case.events[position].record)
        described.append(
            {
                "subject": exhibit.subject,
                "kind": exhibit.kind,
                "position": position,
                "taken_in_at": record["at"],
                "in_bag": exhibit.path,
                **exhibit.values(),
            }
        )
        told.append(
            {
                **{name: record[name] for name in ("at", "kind", "subject", "actor")},
                "position": position,
                "fields": {"exhibit_kind": exhibit.kind, "size_bytes": str(len(exhibit.data))},
                "vi": "đã lưu giữ",
                "en": "kept",
            }
        )
        if exhibit.path is not None:
            payload[exhibit.path] = exhibit.data
    told.append({"position": 5, "forgotten": True, "vi": "đã quên", "en": "forgotten"})
    payload["data/inventory.json"] = canonical(
        {
            "v": 1,
            "dossier_id": "dos-42",
            "edition": edition,
            "made_at": MADE_AT,
            "software": "benban 0.1.0",
            "exhibits": described,
        }
    )
    payload["data/custody.json"] = canonical({"v": 1, "events": told})
    return payload


def manifest_of(files: Mapping[str, bytes], *, payload: bool) -> bytes:
    """The manifest over the payload, or over the tag files."""
    lines = [
        f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n"
        for path in sorted(files)
        if path.startswith("data/") is payload and path != "tagmanifest-sha256.txt"
    ]
    return "".join(lines).encode()


def list_files_anew(files: Files) -> Files:
    """Manifests and bag-info as everyone can write them: nothing here needs a key."""
    anew = dict(files)
    payload = [path for path in anew if path.startswith("data/")]
    oxum = f"{sum(len(anew[path]) for path in payload)}.{len(payload)}"
    info = anew["bag-info.txt"].decode().split("\n")
    info[2] = f"Payload-Oxum: {oxum}"
    anew["bag-info.txt"] = "\n".join(info).encode()
    anew["manifest-sha256.txt"] = manifest_of(anew, payload=True)
    anew["tagmanifest-sha256.txt"] = manifest_of(anew, payload=False)
    return anew


def opening(case: Case, position: int, names: Iterable[str] = OPENED) -> Json:
    """One item of ``records``."""
    shown = case.events[position]
    opened: dict[str, Json] = {
        name: {"salt": shown.sensitive[name][0].hex(), "value": shown.sensitive[name][1]}
        for name in names
        if name in shown.sensitive
    }
    return {
        "position": position,
        "salt": shown.salt.hex(),
        "record": base64.b64encode(shown.record).decode(),
        "opened": opened,
    }


def proofs_of(case: Case, sealed: int, exhibits: Iterable[Exhibit] = EXHIBITS) -> bytes:
    """proofs.json for *exhibits*."""
    chosen = [(exhibit, EXHIBITS.index(exhibit) + 2) for exhibit in exhibits]
    tied: list[Json] = [
        {"subject": exhibit.subject, "position": position, "path": exhibit.path}
        for exhibit, position in chosen
    ]
    changes = [at for at, one in enumerate(case.events) if b'"kind":"key changed"' in one.record]
    shown = sorted([position for _, position in chosen] + changes + [sealed])
    return canonical(
        {
            "v": 1,
            "origin": case.origin,
            "verifier_key": case.verifier_key,
            "leaves": [leaf.hex() for leaf in case.leaves],
            "records": [opening(case, position) for position in shown],
            "exhibits": tied,
            "sealed": {"position": sealed},
        }
    )


def seal(
    case: Case,
    payload: Mapping[str, bytes],
    *,
    exhibits: Iterable[Exhibit] = EXHIBITS,
    edition: str = "reading",
) -> Files:
    """A whole bag: the case gains the event that seals *payload*."""
    files: Files = {
        **payload,
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": (
            "Bag-Software-Agent: benban 0.1.0\nBagging-Date: 2026-11-22\nPayload-Oxum: 0.0\n"
            "External-Identifier: dos-42\nBenban-Dossier-Version: 1\n"
            f"Benban-Edition: {edition}\n"
        ).encode(),
    }
    files = list_files_anew(files)
    manifest_sha256 = hashlib.sha256(files["manifest-sha256.txt"]).hexdigest()
    case.events.append(
        event(
            f"sealed {len(case.events)}",
            "dossier sealed",
            at=MADE_AT,
            subject="dos-42",
            plain={"manifest_sha256": manifest_sha256},
        )
    )
    files["checkpoint.note"] = case.note()
    files["proofs.json"] = proofs_of(case, len(case.events) - 1, exhibits)
    return list_files_anew(files)


def good_files() -> tuple[Case, Files]:
    """A case and its dossier, without time stamps."""
    case = started_case()
    return case, seal(case, payload_of(case))


def zip_of(files: Mapping[str, bytes], top: str = "tai-lieu-7f3a") -> bytes:
    """The files in a plain zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(f"{top}/{path}", (2026, 11, 22, 8, 20, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[path])
    return out.getvalue()
