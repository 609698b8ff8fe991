"""
A WACZ read back and checked, by other code than that which wrote it.

``wacz validate`` passes packages without their digest file, index or pages (measured); this check
names each of them. It is for packages that this program wrote; of others it also refuses what is
allowed and merely different, such as compressed pages.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urldefrag

from benban.errors import PackageDamagedError
from benban.model.report import Check, CheckResult, Report
from benban.seal.digests import chunks_of
from benban.seal.sinks import MeasuringSink
from benban.seal.warc_reading import ReadRecord, read_gzip_records, read_plain_records
from benban.seal.zip_structure import ZipMember, open_stored, read_zip_structure

_LISTING, _SEAL = "datapackage.json", "datapackage-digest.json"
_INDEX, _PAGES = "indexes/index.cdx", "pages/pages.jsonl"
_ARCHIVES = "archive/"
# The text of one page and the index of one capture; both are held in memory here.
_LARGEST_TEXT_BYTES = 128 << 20
_INDEXED = frozenset({"response", "resource"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of the index as it stands there."""

    timestamp: str
    address: str
    status: str
    digest: str
    place: tuple[str, int, int]


class _Package:
    """What the steps have found up to now."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.members: dict[str, ZipMember] = {}
        self.digests: dict[str, str] = {}
        self.records: dict[tuple[str, int, int], ReadRecord] = {}
        self.seen: set[tuple[str, str]] = set()

    def read(self, name: str) -> bytes:
        if name not in self.members:
            raise PackageDamagedError(f"missing: {name}")
        if self.members[name].size_bytes > _LARGEST_TEXT_BYTES:
            raise PackageDamagedError(f"too large: {name}")
        with open_stored(self.file, self.members[name]) as member:
            return member.read()


def check_wacz(file: BinaryIO) -> Report:
    """
    Return what checking a WACZ showed, in this order.

    ``zip``: its structure. ``members``: each has its CRC. ``listing``: names every member with its
    size and digest, and has its own digest right. ``records``: are whole and have right digests.
    ``index``: is sorted, each line leads to a record of that address, time, status and digest, and
    no record is missing. ``pages``: are in the index.

    One FAIL for each finding; a step whose ground is missing is NOT_DONE. Details carry places
    inside the package and never an address.

    Args:
        file: seekable; read several times, never closed.
    """
    package = _Package(file)
    checks: list[Check] = []
    is_readable = True
    for name, step in _STEPS.items():
        found = _run(name, step, package) if is_readable else (_check(name, _NOT_DONE),)
        checks.extend(found)
        # Without sound members nothing further can be read.
        if name in {"zip", "members"} and found[0].result is not CheckResult.PASS:
            is_readable = False
    return Report(checks=tuple(checks))


def _run(name: str, step: "_Step", package: _Package) -> tuple[Check, ...]:
    findings: list[str] = []
    try:
        findings.extend(step(package))
    except PackageDamagedError as error:
        findings.append(error.detail)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Whatever a changed listing, index or page list makes of itself when it is read.
        findings.append("not in its form")
    if not findings:
        return (_check(name, CheckResult.PASS),)
    return tuple(_check(name, CheckResult.FAIL, finding) for finding in findings)


def _check(name: str, result: CheckResult, detail: str = "") -> Check:
    ending = result.value.lower().replace("_", "-")
    return Check(
        name=name,
        result=result,
        detail=detail,
        message_id=f"check.wacz.{name}.{ending}",
        subject=detail,
    )


def _zip(package: _Package) -> Iterator[str]:
    package.members = {member.name: member for member in read_zip_structure(package.file)}
    yield from ()


def _members(package: _Package) -> Iterator[str]:
    for name, member in package.members.items():
        sink = MeasuringSink()
        with open_stored(package.file, member) as content:
            for chunk in chunks_of(content):
                sink.write(chunk)
        package.digests[name] = str(sink.sha256)
        if sink.crc32 != member.crc32:
            yield f"CRC differs: {name}"


def _listing(package: _Package) -> Iterator[str]:
    seal = json.loads(package.read(_SEAL))
    if seal["path"] != _LISTING or seal["hash"] != package.digests[_LISTING]:
        yield f"digest differs: {_LISTING}"
    resources = json.loads(package.read(_LISTING))["resources"]
    listed = {entry["path"]: (entry["bytes"], entry["hash"]) for entry in resources}
    if len(listed) != len(resources):
        yield "a member is listed twice"
    found = {
        name: (member.size_bytes, package.digests[name])
        for name, member in package.members.items()
        if name not in {_LISTING, _SEAL}
    }
    for name in sorted(listed.keys() | found.keys()):
        if name not in found:
            yield f"missing: {name}"
        elif name not in listed:
            yield f"not listed: {name}"
        elif listed[name] != found[name]:
            yield f"digest differs: {name}"


def _records(package: _Package) -> Iterator[str]:
    names = [name for name in package.members if name.startswith(_ARCHIVES)]
    if not names:
        yield "missing: archive"
    for name in names:
        with open_stored(package.file, package.members[name]) as member:
            reading = read_gzip_records if name.endswith(".gz") else read_plain_records
            for record in reading(member):
                place = (name.removeprefix(_ARCHIVES), record.offset, record.length)
                package.records[place] = record
                if not record.has_right_digests:
                    yield f"digest differs: {name} at {record.offset}"


def _index(package: _Package) -> Iterator[str]:
    lines = package.read(_INDEX).splitlines(keepends=True)
    if lines != sorted(lines) or any(not line.endswith(b"\n") for line in lines):
        yield "not sorted, or cut off"
    left = {place: record for place, record in package.records.items() if record.type in _INDEXED}
    for number, line in enumerate(lines, start=1):
        entry = _parse_line(line)
        record = left.pop(entry.place, None)
        if record is None:
            yield f"line {number} leads to no record"
        elif entry != _expected(record, entry):
            yield f"line {number} leads to another record"
        package.seen.add((entry.address, entry.timestamp))
    for filename, offset, _ in left:
        yield f"not in the index: {filename} at {offset}"


def _pages(package: _Package) -> Iterator[str]:
    header, *pages = (json.loads(line) for line in package.read(_PAGES).splitlines())
    if header["format"] != "json-pages-1.0" or not pages:
        yield "no pages"
    for number, page in enumerate(pages, start=1):
        if (urldefrag(page["url"]).url, _digits(page["ts"])) not in package.seen:
            yield f"page {number} is not in the index"


def _parse_line(line: bytes) -> _Line:
    _key, timestamp, facts = line.decode("utf-8").split(" ", 2)
    entry = json.loads(facts)
    return _Line(
        timestamp=timestamp,
        address=entry["url"],
        status=entry["status"],
        digest=entry["digest"],
        place=(entry["filename"], int(entry["offset"]), int(entry["length"])),
    )


def _expected(record: ReadRecord, entry: _Line) -> _Line:
    return _Line(
        timestamp=_digits(record.date),
        address=record.address,
        status=record.status or "200",
        digest=f"sha256:{record.payload_sha256}",
        place=entry.place,
    )


def _digits(date: str) -> str:
    # 2026-11-22T08:15:30.123456Z -> 20261122081530
    return "".join(character for character in date if character.isdigit())[:14]


_Step = Callable[[_Package], Iterator[str]]
_NOT_DONE = CheckResult.NOT_DONE
_STEPS: dict[str, _Step] = {
    "zip": _zip,
    "members": _members,
    "listing": _listing,
    "records": _records,
    "index": _index,
    "pages": _pages,
}
