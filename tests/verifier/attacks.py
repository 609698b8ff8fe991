"""What an attacker does to a dossier, and the dossier it is done to."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from benban_verify import Anchors, CheckResult, Report, verify
from benban_verify.receipt import Receipt, parse_receipt
from benban_verify.token_cryptography import CryptographyProgram

from tests.verifier.dossier_maker import (
    EXHIBITS,
    OTHER_KEY,
    Case,
    Exhibit,
    Files,
    Json,
    canonical,
    event,
    key_id_of,
    list_files_anew,
    manifest_of,
    opening,
    payload_of,
    proofs_of,
    seal,
    started_case,
    zip_of,
)
from tests.verifier.tsa_maker import (
    STAMPED_AT,
    Authority,
    authority,
    issue,
    tsa_extensions,
)

NOW = STAMPED_AT + timedelta(days=30)
PDF = "data/report.vi.pdf"
TEXT = "data/texts/exh-0000000000000002.txt"
OTHER_TEXT = "data/texts/exh-0000000000000003.txt"
INVENTORY = "data/inventory.json"
CUSTODY = "data/custody.json"
PROOFS = "proofs.json"
NOTE = "checkpoint.note"


@dataclass(kw_only=True)
class Scene:
    """A good dossier, the case it comes from, and what the checking person has."""

    case: Case
    files: Files
    tsa: Authority
    anchors: Anchors
    receipt: Receipt | None = field(default=None)


def stamp(files: Files, *authorities: Authority) -> Files:
    """The bag with a time stamp of each authority over its note, listed anew."""
    names = ("one", "two")
    tokens = {
        f"tsa-{name}.tsr": tsa.stamp(files[NOTE])
        for name, tsa in zip(names, authorities, strict=False)
    }
    return list_files_anew({**files, **tokens})


def made() -> Scene:
    case = started_case()
    receipt = parse_receipt(case.receipt(4))
    tsa = authority()
    other = issue("signer two", issuer=tsa.root, extend=tsa_extensions)
    second = Authority(root=tsa.root, signer=other)
    files = stamp(seal(case, payload_of(case)), tsa, second)
    anchors = Anchors(key_id=key_id_of(case.private), receipt=receipt, tsa_roots=(tsa.root.der,))
    return Scene(case=case, files=files, tsa=tsa, anchors=anchors, receipt=receipt)


SCENE = made()


def checked(folder: Path, files: Files, anchors: Anchors = SCENE.anchors) -> Report:
    path = folder / "d.zip"
    path.write_bytes(zip_of(files))
    return verify(path, anchors=anchors, now=NOW, program=CryptographyProgram())


def failures(report: Report) -> dict[str, str]:
    return {
        check.name: check.message_id for check in report.checks if check.result is CheckResult.FAIL
    }


def tags_anew(files: Files) -> Files:
    """Only the tag manifest written anew."""
    return {**files, "tagmanifest-sha256.txt": manifest_of(files, payload=False)}


def edit(files: Files, path: str, change: Callable[[Json], None]) -> Files:
    """The files with the JSON at *path* changed and spelt canonically again."""
    value: Json = json.loads(files[path])
    change(value)
    return {**files, path: canonical(value)}


def replaced(path: str, old: bytes, new: bytes) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        assert old in files[path]
        return {**files, path: files[path].replace(old, new)}

    return change


def dropped(path: str) -> Callable[[Files], Files]:
    return lambda files: {name: data for name, data in files.items() if name != path}


def without_an_exhibit(files: Files) -> Files:
    """Exhibit 3 gone from everything that the attacker can write."""
    case = SCENE.case
    fewer = EXHIBITS[:2]
    payload = payload_of(case, fewer)
    kept = {path: data for path, data in files.items() if path != OTHER_TEXT}
    proofs = proofs_of(case, len(case.events) - 1, fewer)
    return {**kept, **payload, PROOFS: proofs}


def with_an_exhibit(files: Files) -> Files:
    """A fourth exhibit, made up, with an entry that the log never had."""
    extra = Exhibit(subject="exh-ffff", kind="media", media_type="image/png", data=b"made up")
    forged = event(
        "forged",
        "adopted",
        subject=extra.subject,
        plain={"exhibit_kind": extra.kind},
        sensitive=extra.values(),
    )
    fake = Case(events=[forged])

    def into_inventory(value: Json) -> None:
        exhibits = json_list(value, "exhibits")
        exhibits.append(
            {
                **extra.values(),
                "subject": extra.subject,
                "kind": extra.kind,
                "position": 1,
                "taken_in_at": "2026-11-22T08:15:30.123456Z",
                "in_bag": None,
            }
        )

    def into_proofs(value: Json) -> None:
        item = opening(fake, 0)
        assert isinstance(item, dict)
        json_list(value, "records").insert(0, {**item, "position": 1})
        tied: Json = {"subject": extra.subject, "position": 1, "path": None}
        json_list(value, "exhibits").append(tied)

    return edit(edit(files, INVENTORY, into_inventory), PROOFS, into_proofs)


def with_swapped_files(files: Files) -> Files:
    return {**files, TEXT: files[OTHER_TEXT], OTHER_TEXT: files[TEXT]}


def with_swapped_proofs(files: Files) -> Files:
    def swap(value: Json) -> None:
        tied = json_list(value, "exhibits")
        tied[1], tied[2] = tied[2], tied[1]

    return edit(files, PROOFS, swap)


def with_swapped_openings(files: Files) -> Files:
    def swap(value: Json) -> None:
        first, second = (json_object(item) for item in json_list(value, "records")[:2])
        first["opened"], second["opened"] = second["opened"], first["opened"]

    return edit(files, PROOFS, swap)


def without_a_tie(files: Files) -> Files:
    return edit(files, PROOFS, popped("exhibits", -1))


def without_a_record(files: Files) -> Files:
    return edit(files, PROOFS, popped("records", 0))


def with_a_changed_record(files: Files) -> Files:
    """Another time in the record itself."""

    def change(value: Json) -> None:
        item = json_object(json_list(value, "records")[0])
        record = base64.b64decode(str(item["record"]))
        later = record.replace(b"2026-11-22T08:15", b"2026-11-20T08:15")
        assert later != record
        item["record"] = base64.b64encode(later).decode()

    return edit(files, PROOFS, change)


def with_a_changed_record_and_leaf(files: Files) -> Files:
    """Another time in the record, and the leaf that fits."""
    case = Case(events=list(SCENE.case.events))
    old = case.events[2]
    case.events[2] = type(old)(
        record=old.record.replace(b"2026-11-22T08:15", b"2026-11-20T08:15"),
        salt=old.salt,
        sensitive=old.sensitive,
    )
    return {**files, PROOFS: proofs_of(case, len(case.events) - 1)}


def with_another_value(files: Files) -> Files:
    def change(value: Json) -> None:
        opened = json_object(json_object(json_list(value, "records")[0])["opened"])
        json_object(opened["media_type"])["value"] = "image/gif"

    return edit(files, PROOFS, change)


def with_an_old_checkpoint(files: Files) -> Files:
    """The genuine note of an earlier day, with a genuine time stamp over it."""
    old = Case(events=SCENE.case.events[:5])
    return stamp({**files, NOTE: old.note()}, SCENE.tsa)


def with_an_old_checkpoint_and_its_leaves(files: Files) -> Files:
    old = with_an_old_checkpoint(files)
    return edit(old, PROOFS, updated(leaves=leaf_texts()[:5]))


def with_an_old_log_and_no_seal(files: Files) -> Files:
    """As above, and the event that lies behind its end is left out."""
    old = with_an_old_checkpoint_and_its_leaves(files)
    return edit(old, PROOFS, popped("records", -1))


def with_another_signature(files: Files) -> Files:
    other = Case(private=OTHER_KEY, events=SCENE.case.events)
    return stamp({**files, NOTE: other.note()}, authority("evil"))


def with_another_key(files: Files) -> Files:
    other = Case(private=OTHER_KEY, events=SCENE.case.events)
    forged = with_another_signature(files)
    return {**forged, PROOFS: proofs_of(other, len(other.events) - 1)}


def with_another_seal(files: Files) -> Files:
    """The seal points at another entry of the log."""
    return edit(files, PROOFS, updated(sealed={"position": 2}))


def with_the_token_of_another_note(files: Files) -> Files:
    other = seal(started_case(), payload_of(SCENE.case, EXHIBITS[:1]))
    return {**files, "tsa-one.tsr": SCENE.tsa.stamp(other[NOTE])}


def popped(name: str, at: int) -> Callable[[Json], None]:
    """One item of a list taken out."""

    def change(value: Json) -> None:
        del json_list(value, name)[at]

    return change


def updated(**members: Json) -> Callable[[Json], None]:
    """Members of the document replaced."""
    return lambda value: json_object(value).update(members)


def json_list(value: Json, name: str) -> list[Json]:
    found = json_object(value)[name]
    assert isinstance(found, list)
    return found


def json_object(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


def leaf_texts() -> list[Json]:
    return [leaf.hex() for leaf in SCENE.case.leaves]
