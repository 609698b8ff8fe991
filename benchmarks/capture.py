"""
A whole page against a plain Playwright script that gets the same bodies, in the same run.

The page stands on loopback: 40 eager and lazy pictures, ``srcset``, backgrounds, shadow DOM, a
frame, a worker, two films by ranges behind a cookie, an event stream, a WebSocket, a POST,
redirects, repeated fields, gzip, 404s, a feed that grows eight times. The plain script writes no
index, no check, no encryption and no log, and its full-page picture ends where a browser's does.
"""

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from benban.testing.rich_site import FEED_STEPS, RichSite
from benchmarks._document import Claim, Comparison, Document, Peer

_LARGE_BYTES, _QUICK_BYTES = 68_600_000, 6_000_000
_ROUNDS, _QUICK_ROUNDS = 3, 1
_MOST_MIB, _MOST_RATIO = 150.0, 1.5

Taken = dict[str, float]
Bodies = dict[str, list[bytes]]


def run(*, quick: bool) -> Document:
    """Return the claims; quick: a film of 6 MB and one round."""
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    with (
        RichSite(large_film_bytes=_QUICK_BYTES if quick else _LARGE_BYTES) as site,
        tempfile.TemporaryDirectory() as folder,
    ):
        bench = _Bench(site, Path(folder), quick=quick)
        ours, plain = [], []
        for number in range(rounds):
            plain.append(bench.record("plain", number))
            ours.append(bench.record("ours", number))
        claims = [
            *bench.whole_claims(),
            *_cost_claims(ours, plain, bench.note),
            bench.default_claim(),
        ]
    packages = ("playwright", "warcio", "wacz")
    return Document(name="capture", claims=tuple(claims), packages=packages)


class _Bench:
    """The site, and what each run left in a folder of its own."""

    def __init__(self, site: RichSite, folder: Path, *, quick: bool) -> None:
        self._site = site
        self._folder = folder
        film = max(map(len, site.media.values())) / 1e6
        self.note = f"film of {film:.1f} MB; machine shared with other work, read ratios" + (
            "; quick run on smaller data" if quick else ""
        )

    def record(self, kind: str, number: int) -> Taken:
        """Return what one run took, in a process of its own."""
        place = self._folder / f"{kind}-{number}"
        place.mkdir()
        self._site.forget_requests()
        argv = [sys.executable, "-m", "benchmarks._capture_worker", kind]
        done = subprocess.run(
            [*argv, self._site.address("/"), str(place)],
            check=True,
            capture_output=True,
            text=True,
        )
        taken: Taken = json.loads(done.stdout)
        return taken

    def whole_claims(self) -> list[Claim]:
        """Return what our package of the first round holds of what a reader receives."""
        package = next((self._folder / "ours-0").glob("wacz-*"))
        ours = _bodies_of_package(package)
        plain = _bodies_of_warc((self._folder / "plain-0" / "page.warc.gz").read_bytes())
        wanted = self._site.reachable_media()
        steps = sum("/feed?step=" in address for address in ours)
        return [
            Claim(
                name="pictures and films byte for byte, of those a reader receives",
                value=self._exact(ours),
                unit=f"of {len(wanted)}",
                n=len(wanted),
                note=self.note,
                target=len(wanted),
                comparison=Comparison.EQUAL,
                peer=Peer(name="plain Playwright", version="same run", value=self._exact(plain)),
            ),
            Claim(
                name="steps of the growing feed",
                value=steps,
                unit="steps",
                n=1,
                note="answers of the feed in the package",
                target=FEED_STEPS,
                comparison=Comparison.EQUAL,
                peer=Peer(
                    name="plain Playwright",
                    version="same run",
                    value=sum("/feed?step=" in address for address in plain),
                ),
            ),
            Claim(
                name="wacz validate accepts the package",
                value=int(_is_accepted(package)),
                unit="packages",
                n=1,
                note="exit code 0 of py-wacz over the file as adopted",
                target=1,
                comparison=Comparison.EQUAL,
            ),
        ]

    def default_claim(self) -> Claim:
        """Return how many pictures and films the default mode asks for, one being chosen."""
        self.record("default", 0)
        return Claim(
            name="pictures and films asked for in the default mode",
            value=len(self._site.media_asked_for()),
            unit="requests",
            n=1,
            note="one address chosen from the list; counted by the site",
            target=1,
            comparison=Comparison.EQUAL,
        )

    def _exact(self, found: Bodies) -> int:
        return sum(
            data in found.get(self._site.address(path), ())
            for path, data in self._site.reachable_media().items()
        )


def _cost_claims(ours: list[Taken], plain: list[Taken], note: str) -> list[Claim]:
    fastest, peer = min(one["seconds"] for one in ours), min(one["seconds"] for one in plain)
    ratios = sorted(
        mine["seconds"] / theirs["seconds"] for mine, theirs in zip(ours, plain, strict=True)
    )
    return [
        Claim(
            name="time of a whole page against a plain script",
            value=round(fastest / peer, 2),
            unit="ratio",
            n=len(ours),
            note=f"best of {len(ours)} each; pairs {ratios[0]:.2f} to {ratios[-1]:.2f}; {note}; "
            f"ours {_stages(ours)}; plain {_stages(plain)}",
            target=_MOST_RATIO,
            comparison=Comparison.AT_MOST,
            peer=Peer(name="plain Playwright", version="same run", value=1.0),
        ),
        Claim(
            name="largest resident memory of Python",
            value=max(one["peak_mib"] for one in ours),
            unit="MiB",
            n=len(ours),
            note="VmHWM of the recording process, browser and driver not counted; worst round",
            target=_MOST_MIB,
            comparison=Comparison.AT_MOST,
            peer=Peer(
                name="plain Playwright",
                version="same run",
                value=max(one["peak_mib"] for one in plain),
            ),
        ),
    ]


def _stages(rounds: list[Taken]) -> str:
    best = min(rounds, key=lambda one: one["seconds"])
    return ", ".join(f"{name} {value:g}" for name, value in best.items() if name != "peak_mib")


def _bodies_of_package(package: Path) -> Bodies:
    found: Bodies = defaultdict(list)
    with zipfile.ZipFile(package) as opened:
        for name in opened.namelist():
            if name.startswith("archive/"):
                for address, bodies in _bodies_of_warc(opened.read(name)).items():
                    found[address] += bodies
    return found


def _bodies_of_warc(warc: bytes) -> Bodies:
    found: Bodies = defaultdict(list)
    for record in ArchiveIterator(io.BytesIO(warc)):
        if record.rec_type == "response":
            address = record.rec_headers.get_header("WARC-Target-URI")
            found[address].append(record.content_stream().read())
    return found


def _is_accepted(package: Path) -> bool:
    argv = [sys.executable, "-m", "wacz.main", "validate", "-f", str(package)]
    return subprocess.run(argv, check=False, capture_output=True).returncode == 0
