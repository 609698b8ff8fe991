"""
Long measurements that go on where they stopped and leave a small result with its origin.

Every finished item is one line of a journal beside the results. A journal belongs to the code it
was made with: its first line holds a digest of the files that decide, and when they changed the run
starts anew, so that a result never mixes two methods.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._document import Document, JsonValue

ROOT = Path(__file__).parent.parent.parent
RESULTS = Path(__file__).parent / "results"

Record = dict[str, JsonValue]

# Every measured picture is made by these.
FORGER = tuple(f"benchmarks/source/{name}.py" for name in ("attacks", "fills", "forger", "forgery"))


class Journal:
    """The finished items of one run, by id."""

    def __init__(
        self, name: str, *, sources: Sequence[str], parameters: str, results: Path = RESULTS
    ) -> None:
        """Read what is finished; a journal of other code or numbers is written anew."""
        self.name = name
        self.results = results
        self._path = results / f"{name}.journal"
        self._head: Record = {"digest": digest_of(sources, parameters), **_commit(sources)}
        self.records: dict[str, Record] = {}
        lines = _lines_of(self._path)
        head = next(lines, None)
        if head is None or head.get("digest") != self._head["digest"]:
            self._path.parent.mkdir(exist_ok=True)
            self._path.write_text(json.dumps(self._head) + "\n", encoding="utf-8")
        else:
            # The same deciding files: the commit that finishes a run made all of it.
            self.records = {str(record["id"]): record for record in lines}

    def measure(
        self, items: Mapping[str, Callable[[], Record]], *, say: Callable[[str], None]
    ) -> None:
        """Measure what is not finished and note each item at once."""
        waiting = [one for one in items if one not in self.records]
        say(f"{self.name}: {len(items) - len(waiting)} of {len(items)} items were there")
        started_s = time.monotonic()
        for number, one in enumerate(waiting, start=1):
            before_s = time.process_time()
            record: Record = {"id": one, **items[one]()}
            record["processor_s"] = round(time.process_time() - before_s, 2)
            with self._path.open("a", encoding="utf-8") as out:
                out.write(json.dumps(record, separators=(",", ":")) + "\n")
            self.records[one] = record
            left_s = (time.monotonic() - started_s) / number * (len(waiting) - number)
            say(f"{self.name}: {len(self.records)} of {len(items)}, {left_s / 60:.0f} min left")

    def write_pairs(self, *, planned: int, seed: str) -> Path:
        """Write the result of a run whose items are pairs: each with what was found."""
        pairs: list[JsonValue] = [
            {key: value for key, value in record.items() if key != "processor_s"}
            for record in self.records.values()
        ]
        return self.write({"pairs": pairs}, planned=planned, seed=seed)

    def write(self, facts: Mapping[str, JsonValue], *, planned: int, seed: str) -> Path:
        """Write the result with its origin, also of a run that is not finished, and say so."""
        origin = Document(name=self.name, claims=(), packages=("numpy", "opencv-python-headless"))
        about = origin.as_json()
        spent = (record["processor_s"] for record in self.records.values())
        result: Record = {
            "name": self.name,
            "measured_on": datetime.now(UTC).date().isoformat(),
            **{key: self._head[key] for key in ("commit", "is_clean", "digest")},
            "seed": seed,
            "versions": about["versions"],
            "machine": about["machine"],
            "items": len(self.records),
            "items_planned": planned,
            "processor_s": round(sum(s for s in spent if isinstance(s, int | float))),
            **facts,
        }
        path = self.results / f"{self.name}.json"
        path.write_text(_lines_by_item(result), encoding="utf-8")
        return path


def read_result(name: str, results: Path = RESULTS) -> Record | None:
    """Return a written result; None when that was never measured."""
    path = results / f"{name}.json"
    if not path.exists():
        return None
    result: Record = json.loads(path.read_text(encoding="utf-8"))
    return result


def digest_of(sources: Sequence[str], parameters: str) -> str:
    """Return a digest of the files (or folders of modules) and numbers that decide a run."""
    digest = hashlib.sha256(parameters.encode())
    for source in sources:
        place = ROOT / source
        for path in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _lines_of(path: Path) -> Iterator[Record]:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:  # the machine went down while it was written
            return


def _lines_by_item(result: Record) -> str:
    """Return JSON with one line for every fact, and for every pair."""
    lines = []
    for key, value in result.items():
        if key == "pairs" and isinstance(value, list):
            pairs = ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in value)
            lines.append(f' "pairs": [\n  {pairs}\n ]')
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _commit(sources: Sequence[str]) -> Record:
    git = shutil.which("git")
    if git is None:
        return {"commit": "unknown", "is_clean": False}

    def ask(*arguments: str) -> str:
        done = subprocess.run(
            [git, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ
        )
        return done.stdout.strip()

    changed = ask("status", "--porcelain", "--", *sources)
    return {"commit": ask("rev-parse", "HEAD") or "unknown", "is_clean": not changed}
