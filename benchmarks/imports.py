"""
Imports of exports: seconds for ten thousand messages, memory for a gigabyte of ``result.json``.

Each stage runs in a process of its own, whose peak memory is read from the system. The peer is
Python's own ``json.load`` over the same document, in the same run, as far as it fits in memory.
"""

import json
import platform
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks._document import Claim, Comparison, Document, Peer

_MESSAGES = 10_000
_LARGE_BYTES = 1_000_000_000
_QUICK_BYTES = 100_000_000
_MIB = 1 << 20

_HEAD = (
    '{\n "name": "Nhóm ví dụ",\n "type": "private_supergroup",\n "id": 2100000001,\n "messages": ['
)

# What a child does: import a ticked message into a vault, or read all parts, or load by json.
_IMPORT = """
import resource, sys, time
from pathlib import Path
from benban.casework.import_conversation import opened_import
from benban.casework.take_in import SightingReport, take_in
from benban.model.case import Capacity, Case
from benban.model.ids import new_case_id
from benban.model.sighting import AgeAnswers, Answer, SightingKind
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.vault import KdfCost, Vault
from benban.wording import Language
path, folder, tick = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
clock = SystemClock()
vault, _ = Vault.create(folder, passphrase="bon tu de nho", cost=KdfCost.cheap_for_tests(),
    clock=clock, platform=ThisPlatform(), ballast_bytes=0)
yes = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
case = Case(id=new_case_id(), title="", language=Language.VI, capacity=Capacity.SELF,
    opened_at=clock.now())
report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=yes)
with vault, vault.create_case(case) as store:
    sighting = take_in(store, report, clock).sighting
    start = time.perf_counter()
    with opened_import(store, sighting, path, clock) as doing:
        (chat,) = doing.chats()
        listed = sum(1 for _ in doing.listing(chat))
        done = doing.keep(chat, [tick])
    seconds = time.perf_counter() - start
assert listed == done.part_count and done.chosen_count == 1, done
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(seconds, peak, done.part_count)
"""
_LOAD = """
import json, resource, sys, time
start = time.perf_counter()
with open(sys.argv[1], encoding="utf-8") as stream:
    count = len(json.load(stream)["messages"])
seconds = time.perf_counter() - start
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, count)
"""


def run(*, quick: bool) -> Document:
    """Return seconds of a whole import of 10,000 messages, and the peak memory of a large one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return Document(
            name="imports",
            claims=(*_ten_thousand(folder), *_large(folder, quick=quick)),
        )


def _ten_thousand(folder: Path) -> Iterator[Claim]:
    document = folder / "result.json"
    document.write_text("".join(_document(_MESSAGES)), encoding="utf-8")
    packed = folder / "export.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(document, "ChatExport/result.json")
        for number in range(0, _MESSAGES, 10):
            archive.writestr(f"ChatExport/{_picture(number)}", bytes([number % 256]) * 20_000)
    theirs_s, theirs_mib, _ = _child(_LOAD, document)
    for kind, path in (("result.json", document), ("zip with 1,000 files", packed)):
        seconds, peak_mib, count = _child(_IMPORT, path, folder / f"kho-{path.suffix[1:]}", 5000)
        yield Claim(
            name=f"import of {_MESSAGES} messages, {kind}: hashed twice, listed, one kept",
            value=round(seconds, 2),
            unit="s",
            n=count,
            note=f"{path.stat().st_size / _MIB:.1f} MiB; peak memory {peak_mib:.0f} MiB",
            target=20.0,
            comparison=Comparison.AT_MOST,
            peer=Peer(name="json.load alone", version=platform.python_version(), value=theirs_s),
        )
    document.unlink()
    _ = theirs_mib


def _large(folder: Path, *, quick: bool) -> Iterator[Claim]:
    size = _QUICK_BYTES if quick else _LARGE_BYTES
    document = folder / "result.json"
    # The same few thousand messages over and over: what is in them does not matter here.
    block = "".join(f",\n  {_message(number)}" for number in range(5_000)).encode()
    times = size // len(block) + 1
    count = 5_000 * times
    with document.open("wb") as stream:
        stream.write(_HEAD.encode() + block[1:])
        for _ in range(times - 1):
            stream.write(block)
        stream.write(b"\n ]\n}")
    seconds, peak_mib, read = _child(_IMPORT, document, folder / "kho-large", count // 2)
    peer = None
    if quick:
        # A gigabyte takes json.load more memory than a shared computer should be asked for.
        _, theirs_mib, _ = _child(_LOAD, document)
        peer = Peer(name="json.load", version=platform.python_version(), value=round(theirs_mib, 1))
    kind = "quick run" if quick else "full run"
    yield Claim(
        name="peak memory of importing a large result.json, interpreter and vault included",
        value=round(peak_mib, 1),
        unit="MiB",
        n=read,
        note=f"{kind}; {size / 1e6:.0f} MB, {seconds:.1f} s in all; asked for 1 GB",
        target=200.0,
        comparison=Comparison.AT_MOST,
        peer=peer,
    )
    yield Claim(
        name="time for each 100 MB of a large result.json: hashed twice, listed, one kept",
        value=round(seconds / (size / 1e8), 2),
        unit="s",
        n=read,
        note=kind,
    )


def _document(count: int) -> Iterator[str]:
    yield _HEAD
    for number in range(count):
        yield ("," if number else "") + "\n  " + _message(number)
    yield "\n ]\n}"


def _message(number: int) -> str:
    words = f"tin nhắn số {number} trong nhóm, không có gì đặc biệt, chỉ là chữ"
    fields: dict[str, object] = {
        "id": number + 1,
        "type": "message",
        "date": "2026-11-20T20:15:30",
        "date_unixtime": str(1_795_000_000 + 7 * number),
        "from": f"Thành viên {number % 700}",
        "from_id": f"user70{number % 700:08d}",
    }
    if number % 10 == 0:
        fields |= {"photo": _picture(number), "photo_file_size": 20_000, "width": 9, "height": 9}
    if number % 5 == 0:
        link = {"type": "text_link", "text": "vào đây", "href": "https://t.me/kenh_vi_du/5"}
        fields |= {"text": [words, link], "text_entities": [{"type": "plain", "text": words}, link]}
    else:
        fields |= {"text": words, "text_entities": [{"type": "plain", "text": words}]}
    return json.dumps(fields, ensure_ascii=False, indent=1).replace("\n", "\n  ")


def _picture(number: int) -> str:
    return f"photos/photo_{number}@20-11-2026_20-15-30.jpg"


def _child(code: str, *arguments: object) -> tuple[float, float, int]:
    """Return seconds, peak memory in MiB and how many messages there were."""
    words = [sys.executable, "-c", code, *(str(one) for one in arguments)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    seconds, peak_kib, count = done.stdout.split()
    return float(seconds), float(peak_kib) / 1024, int(count)
