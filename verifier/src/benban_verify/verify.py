"""
The verification of one dossier: named checks in the order of docs/reference/bag-format.md.

No check takes a trust anchor from the bag. A check that needs what an earlier one could not
give is NOT_DONE and says which one it waited for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from benban_verify.anchors import Anchors, check_receipt, check_signer
from benban_verify.bag import Bag, OpenedBag, read_whole
from benban_verify.bagit import (
    COMPARISON,
    GRAPH,
    MANIFEST,
    NOTE,
    ORIGINALS,
    PROOFS,
    EarlierFiles,
    check_info,
    check_payload,
    check_shape,
    check_tags,
    crl_path,
    earlier_files,
    ocsp_path,
    sha256_of,
    token_files,
)
from benban_verify.comparison import PixelProgram, check_comparison, recompute, recomputed
from benban_verify.graph import check_graph
from benban_verify.inventory import (
    Inventory,
    check_custody,
    check_exhibits,
    check_info_agrees,
    read_inventory,
)
from benban_verify.key_change import keys_before
from benban_verify.limits import (
    MAX_CRL_BYTES,
    MAX_JSON_BYTES,
    MAX_NOTE_BYTES,
    MAX_OCSP_BYTES,
    MAX_TOKEN_BYTES,
)
from benban_verify.merkle import tree_root
from benban_verify.note import Checkpoint, check_signature, key_id, parse_note, parse_verifier_key
from benban_verify.originals import check_originals
from benban_verify.records import (
    Proofs,
    Record,
    check_log,
    check_records,
    check_sealed,
    is_example,
    parse_proofs,
)
from benban_verify.refusal import NotADossier, NotDone, Refusal
from benban_verify.report import Check, CheckResult, Report
from benban_verify.roots import Root, certificates_of_this_computer, given_roots, listed_roots
from benban_verify.timestamp import Stamp, check_stamp, parse_stamp, shown_time
from benban_verify.tokens import CheckedStamp, TokenProgram, earliest_vouched
from benban_verify.visits import check_visits, has_visits

_T = TypeVar("_T")
_Act = Callable[[], "_Passed"]


def verify(
    path: Path,
    *,
    anchors: Anchors,
    now: datetime,
    program: TokenProgram | None,
    pixels: PixelProgram | None = None,
    originals: Path | None = None,
) -> Report:
    """
    Return every check of the dossier at *path*, a zip or the folder it was unpacked to.

    Args:
        path: where it lies.
        anchors: what the checking person has from elsewhere; nothing in the bag replaces it.
        now: aware UTC; only tells whether a certificate has expired since.
        program: checks the signatures of time stamps; without one they are NOT_DONE.
        pixels: recomputes a comparison; without one it is NOT_DONE.
        originals: the tar that the recipient of an authority edition opened with age.

    Raises:
        NotADossier: there is nothing to check at *path*.
    """
    try:
        opened = OpenedBag(path)
    except NotADossier:
        raise
    except Refusal as reason:
        return Report(checks=(_failed("structure", reason), *_unseen()))
    with opened:
        verification = _Verification(
            bag=opened.bag,
            anchors=anchors,
            now=now,
            program=program,
            pixels=pixels,
            originals_tar=originals,
        )
        checks = [_run("structure", verification.structure)]
        if checks[0].result is CheckResult.FAIL:
            return Report(checks=(*checks, *_unseen()))
        checks += [_run(name, act) for name, act in verification.steps()]
        return Report(
            checks=tuple(checks),
            key_id=verification.key_id,
            is_demonstration=verification.is_demonstration,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passed:
    message_id: str
    about: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Verification:
    """One run; what a check established stays here for those after it."""

    bag: Bag
    anchors: Anchors
    now: datetime
    program: TokenProgram | None
    pixels: PixelProgram | None
    originals_tar: Path | None
    payload: Mapping[str, str] | None = None
    inventory: Inventory | None = None
    checkpoint: Checkpoint | None = None
    proofs: Proofs | None = None
    records: Mapping[int, Record] | None = None
    key_id: str = ""
    is_signed: bool = False
    stamps: list[CheckedStamp] = field(default_factory=list)

    def steps(self) -> Iterator[tuple[str, _Act]]:
        """Yield the checks after ``structure``, by name, in order."""
        yield "payload manifest", self.payload_manifest
        yield "tag manifest", self.tag_manifest
        yield "bag info", self.bag_info
        yield "log", self.log
        yield "signature", self.signature
        yield "records", self.opened_records
        yield "manifest sealed", self.manifest_sealed
        yield "exhibits", self.exhibits
        yield "custody", self.custody
        if has_visits(self.bag, self.records or {}):
            yield "visits", self.visits
        if GRAPH in self.bag.paths:
            yield "graph", self.graph
        yield "signer", self.signer
        if self.anchors.receipt is not None:
            yield "receipt", self.receipt
        for authority, path in token_files(self.bag).items():
            yield f"token {authority}", partial(self.token, authority, path)
        for files in earlier_files(self.bag):
            yield f"earlier {files.size}-{files.authority}", partial(self.earlier, files)
        yield "time", self.time
        yield "comparison", self.comparison
        yield "originals", self.originals

    @property
    def is_demonstration(self) -> bool:
        """Whether the log, or the receipt, says that the case is an example."""
        receipt = self.anchors.receipt
        is_said = receipt is not None and receipt.is_demonstration
        return is_said or is_example(self.records or {})

    def structure(self) -> _Passed:
        """Every file of the format is there and no other."""
        check_shape(self.bag)
        return _Passed(message_id="structure.pass", about={"files": len(self.bag.paths)})

    def payload_manifest(self) -> _Passed:
        """Every file under data/ is the listed one."""
        self.payload = check_payload(self.bag)
        return _Passed(message_id="payload.pass", about={"files": len(self.payload)})

    def tag_manifest(self) -> _Passed:
        """Every file outside data/ is the listed one."""
        check_tags(self.bag)
        return _Passed(message_id="tags.pass")

    def bag_info(self) -> _Passed:
        """What the bag says of itself is what the sealed inventory says."""
        info = check_info(self.bag)
        self.inventory = read_inventory(self.bag)
        check_info_agrees(self.inventory, info)
        return _Passed(message_id=f"bag_info.pass_{info.edition}", about={"date": info.date})

    def log(self) -> _Passed:
        """The leaves give the checkpoint's size and root."""
        self.checkpoint = parse_note(read_whole(self.bag, NOTE, MAX_NOTE_BYTES))
        self.proofs = parse_proofs(read_whole(self.bag, PROOFS, MAX_JSON_BYTES))
        check_log(self.proofs, self.checkpoint)
        return _Passed(message_id="log.pass", about={"size": self.checkpoint.size})

    def signature(self) -> _Passed:
        """The note verifies with the key that the bag carries."""
        checkpoint = _needed(self.checkpoint, "log")
        proofs = _needed(self.proofs, "log")
        public_key = parse_verifier_key(proofs.verifier_key, checkpoint.origin)
        self.key_id = key_id(public_key)
        check_signature(checkpoint, public_key)
        self.is_signed = True
        return _Passed(message_id="signature.pass", about={"key": self.key_id})

    def opened_records(self) -> _Passed:
        """Each disclosed entry and opened field matches its leaf."""
        self.records = check_records(_needed(self.proofs, "log"))
        return _Passed(message_id="records.pass", about={"records": len(self.records)})

    def manifest_sealed(self) -> _Passed:
        """The log holds the event that sealed exactly this payload."""
        records = _needed(self.records, "records")
        manifest_sha256 = sha256_of(self.bag, MANIFEST)
        event = check_sealed(_needed(self.proofs, "log"), records, manifest_sha256)
        return _Passed(message_id="sealed.pass", about={"at": event.at})

    def exhibits(self) -> _Passed:
        """The inventory agrees with the opened records and with the files."""
        inventory = _needed(self.inventory, "bag info")
        payload = _needed(self.payload, "payload manifest")
        records = _needed(self.records, "records")
        check_exhibits(self.bag, inventory, _needed(self.proofs, "log"), records, payload)
        return _Passed(message_id="exhibits.pass", about={"exhibits": len(inventory.exhibits)})

    def custody(self) -> _Passed:
        """The events in words agree with their records."""
        records = _needed(self.records, "records")
        events = check_custody(self.bag, _needed(self.proofs, "log"), records)
        return _Passed(message_id="custody.pass", about={"events": events})

    def visits(self) -> _Passed:
        """The records of visits are those whose digests stand in the log."""
        visits = check_visits(self.bag, _needed(self.records, "records"))
        return _Passed(message_id="visits.pass", about={"visits": visits})

    def graph(self) -> _Passed:
        """What programs read in ``case.jsonld`` is what the inventory and the log say."""
        inventory = _needed(self.inventory, "bag info")
        proofs = _needed(self.proofs, "log")
        nodes = check_graph(self.bag, inventory, proofs, _needed(self.records, "records"))
        return _Passed(message_id="graph.pass", about={"nodes": nodes})

    def signer(self) -> _Passed:
        """The key is the one that was given outside."""
        if not self.key_id:
            raise NotDone("skipped", check="signature")
        given = check_signer(self.anchors, self.key_id, self._keys_before())
        if not self.is_signed:
            raise NotDone("skipped", check="signature")
        if given != self.key_id:
            about = {"key": self.key_id, "given": given}
            return _Passed(message_id="signer.pass_handed_over", about=about)
        message_id = "signer.demonstration" if self.is_demonstration else "signer.pass"
        return _Passed(message_id=message_id, about={"key": self.key_id})

    def _keys_before(self) -> tuple[str, ...]:
        if self.records is None or self.proofs is None or self.checkpoint is None:
            return ()
        public_key = parse_verifier_key(self.proofs.verifier_key, self.checkpoint.origin)
        return keys_before(public_key, self.checkpoint.origin, self.proofs, self.records)

    def receipt(self) -> _Passed:
        """The receipt's log is the beginning of this one."""
        receipt = self.anchors.receipt
        if receipt is None:
            raise NotDone("skipped", check="receipt")
        check_receipt(receipt, _needed(self.checkpoint, "log"), _needed(self.proofs, "log"))
        date = receipt.given_at.strftime("%Y-%m-%d %H:%M UTC")
        return _Passed(message_id="receipt.pass", about={"size": receipt.size, "date": date})

    def token(self, authority: str, path: str) -> _Passed:
        """The time stamp is over this note, validly signed by a certificate valid then."""
        stamp = parse_stamp(read_whole(self.bag, path, MAX_TOKEN_BYTES), authority)
        check_stamp(stamp, read_whole(self.bag, NOTE, MAX_NOTE_BYTES), authority)
        if self.program is None:
            raise NotDone("token.no_program", authority=authority)
        root = self.program.find_root(stamp, self._roots(stamp), authority)
        signer = stamp.signer.common_name
        checked = CheckedStamp(authority=authority, signer=signer, time_at=stamp.time_at, root=root)
        if root is None:
            self.stamps.append(checked)
            # Anybody can make an authority that says any time; its own word is not repeated.
            raise NotDone("token.not_shown", authority=authority)
        # Revocation state then: stored, or not known; one that was withdrawn tells no time.
        is_stored = self._is_revocation_stored(stamp, root, authority)
        self.stamps.append(checked)
        passed = "token.pass_stored" if is_stored else "token.pass"
        if not stamp.signer.is_valid_at(self.now):
            passed = "token.pass_expired_stored" if is_stored else "token.pass_expired"
        return _Passed(
            message_id=passed,
            about={"authority": authority, "signer": signer, "at": shown_time(stamp.time_at)},
        )

    def earlier(self, files: EarlierFiles) -> _Passed:
        """The beginning of this log was stamped before: that much existed then."""
        proofs, checkpoint = _needed(self.proofs, "log"), _needed(self.checkpoint, "log")
        note = read_whole(self.bag, files.note, MAX_NOTE_BYTES)
        head = parse_note(note)
        is_beginning = files.size <= len(proofs.leaves) and (
            head.origin,
            head.size,
            head.root,
        ) == (checkpoint.origin, files.size, tree_root(proofs.leaves[: files.size]))
        if not is_beginning:
            raise Refusal("earlier.other_log", size=files.size)
        stamp = parse_stamp(read_whole(self.bag, files.token, MAX_TOKEN_BYTES), files.authority)
        check_stamp(stamp, note, files.authority)
        if self.program is None:
            raise NotDone("token.no_program", authority=files.authority)
        root = self.program.find_root(stamp, self._roots(stamp), files.authority)
        if root is None:
            raise NotDone("earlier.not_shown", size=files.size)
        return _Passed(
            message_id="earlier.pass",
            about={
                "size": files.size,
                "at": shown_time(stamp.time_at),
                "signer": stamp.signer.common_name,
            },
        )

    def _roots(self, stamp: Stamp) -> tuple[Root, ...]:
        """Return the roots given by hand, then those of the built-in list that are found here."""
        carried = (found.raw for found in (stamp.signer, *stamp.others))
        known = listed_roots((*carried, *certificates_of_this_computer()))
        return (*given_roots(self.anchors.tsa_roots), *known)

    def _is_revocation_stored(self, stamp: Stamp, root: Root, authority: str) -> bool:
        """Return whether a list or an answer of that time says that its certificate was good."""
        if self.program is None:
            return False
        # Both are read, also when the first is good: a withdrawal in either is one.
        is_stored = False
        if path := crl_path(self.bag, authority):
            crl = read_whole(self.bag, path, MAX_CRL_BYTES)
            is_stored = self.program.is_good_in(crl, stamp, root, authority)
        if path := ocsp_path(self.bag, authority):
            answer = read_whole(self.bag, path, MAX_OCSP_BYTES)
            is_stored |= self.program.is_good_by(answer, stamp, root, authority)
        return is_stored

    def time(self) -> _Passed:
        """A time stamp leads to a root that did not come in the bag."""
        is_root_given = bool(self.anchors.tsa_roots)
        first = earliest_vouched(self.stamps, token_files(self.bag), is_root_given=is_root_given)
        message_id = "time.pass_given" if first.root.is_given else "time.pass"
        about = {
            "at": shown_time(first.time_at),
            "authority": first.authority,
            "signer": first.signer,
            "root": first.root.name,
        }
        return _Passed(message_id=message_id, about=about)

    def comparison(self) -> _Passed:
        """The comparison agrees with the rest, and its pictures with what it says."""
        if not any(path.startswith(COMPARISON) for path in self.bag.paths):
            return _Passed(message_id="comparison.none")
        inventory = _needed(self.inventory, "bag info")
        runs = check_comparison(self.bag, inventory, _needed(self.records, "records"))
        if not runs:
            return _Passed(message_id="comparison.no_picture")
        if self.pixels is None:
            raise NotDone("comparison.no_pixels")
        percent = recompute(self.bag, runs, self.pixels)
        message_id, about = recomputed(runs, percent)
        return _Passed(message_id=message_id, about=about)

    def originals(self) -> _Passed:
        """The sealed originals of an authority edition are those of the inventory."""
        if ORIGINALS not in self.bag.paths:
            return _Passed(message_id="originals.none")
        if self.originals_tar is None:
            raise NotDone("originals.sealed")
        inventory = _needed(self.inventory, "bag info")
        files = check_originals(self.originals_tar, inventory)
        return _Passed(message_id="originals.pass", about={"files": files})


def _run(name: str, act: _Act) -> Check:
    try:
        passed = act()
    except NotDone as reason:
        return Check(
            name=name,
            result=CheckResult.NOT_DONE,
            message_id=reason.message_id,
            about=reason.about,
        )
    except Refusal as reason:
        return _failed(name, reason)
    return Check(
        name=name, result=CheckResult.PASS, message_id=passed.message_id, about=passed.about
    )


def _failed(name: str, reason: Refusal) -> Check:
    return Check(
        name=name, result=CheckResult.FAIL, message_id=reason.message_id, about=reason.about
    )


def _needed(value: _T | None, check: str) -> _T:
    if value is None:
        raise NotDone("skipped", check=check)
    return value


def _unseen() -> Iterator[Check]:
    names = (
        "payload manifest",
        "tag manifest",
        "bag info",
        "log",
        "signature",
        "records",
        "manifest sealed",
        "exhibits",
        "custody",
        "signer",
        "time",
        "comparison",
        "originals",
    )
    for name in names:
        yield Check(
            name=name,
            result=CheckResult.NOT_DONE,
            message_id="skipped",
            about={"check": "structure"},
        )
