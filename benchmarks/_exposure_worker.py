"""
One audit in a process of its own, for ``benchmarks/exposure.py``, which watches and kills it.

``python -m benchmarks._exposure_worker SOURCE VAULT|- COUNT`` prints a line for each piece of
progress and at the end one JSON document.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import BinaryIO

from benban.casework.audit import AuditRun, audit_result, run_audit
from benban.casework.audit_keepers import AuditKeeper, CaseKeeper, MemoryKeeper
from benban.casework.take_in import SightingReport, take_in
from benban.model.case import Capacity, Case
from benban.model.ids import new_case_id
from benban.model.own_photo import PhotoFacts
from benban.model.sighting import AgeAnswers, Answer, SightingKind
from benban.outside.clock import SystemClock
from benban.outside.fence_pair import look_at_many
from benban.outside.platforms import ThisPlatform
from benban.unpack.parts import Source
from benban.unpack.source import folder_source, zip_source
from benban.vault import KdfCost, Vault
from benban.wiring_case import open_vault, opened_fences
from benban.wording import Language

_VAULT_OPENS_WITH = "bốn từ dễ nhớ"
_FENCES = 2
_TOLD_EACH = 16


class _Looks:
    """Counts what was looked at, and tells it to whoever watches before it is kept."""

    def __init__(self, look: Callable[..., Iterator[PhotoFacts]]) -> None:
        self._look, self.count, self.first_at_s = look, 0, 0.0

    def __call__(
        self, pictures: Iterable[Callable[[], BinaryIO]], *, is_hashed: bool
    ) -> Iterator[PhotoFacts]:
        for facts in self._look(pictures, is_hashed=is_hashed):
            self.count += 1
            self.first_at_s = self.first_at_s or time.perf_counter()
            if self.count % _TOLD_EACH == 0:
                print(self.count, flush=True)
            yield facts


def main(arguments: list[str]) -> int:
    """Audit a folder or a zip, in a case or in memory, and print what it came to."""
    place, vault = Path(arguments[0]), arguments[1]
    with ExitStack() as stack:
        keeper = _keeper(stack, vault)
        before = len(keeper.photos())
        started_s = time.perf_counter()
        with opened_fences(_FENCES) as fences:
            looks = _Looks(partial(look_at_many, fences=fences))
            sources = [_source(stack, place)]
            run = run_audit(sources, looks, keeper, adult=_answer(vault))
            ran_s = time.perf_counter() - started_s
        result = audit_result(keeper)
        told = {
            **_numbers(run),
            "looks": looks.count,
            "before": before,
            "ran_s": ran_s,
            "first_s": looks.first_at_s - started_s if looks.count else ran_s,
            "listed_s": time.perf_counter() - started_s - ran_s,
            "processor_s": _processor_s(),
            "photos": result.total,
            "lines": len(result.lines),
            "unlooked": sum(count for _, count in result.unlooked),
            "written_bytes": _written_bytes(),
        }
    print(json.dumps(told), flush=True)
    return 0


def _keeper(stack: ExitStack, vault: str) -> AuditKeeper:
    if vault == "-":
        return MemoryKeeper(is_hashed=False)
    folder = Path(vault)
    if folder.exists():
        opened = stack.enter_context(open_vault(folder, passphrase=_VAULT_OPENS_WITH))
        (case_id,) = opened.case_ids()
        return CaseKeeper(stack.enter_context(opened.open_case(case_id)))
    clock = SystemClock()
    # Opening a real vault takes 256 MiB for a second, whatever comes after; that is not measured.
    made, _ = Vault.create(
        folder,
        passphrase=_VAULT_OPENS_WITH,
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    stack.enter_context(made)
    case = Case(
        id=new_case_id(),
        title="",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=clock.now(),
    )
    store = stack.enter_context(made.create_case(case))
    yes = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
    take_in(store, SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=yes), clock)
    return CaseKeeper(store)


def _answer(vault: str) -> Answer:
    return Answer.UNSURE if vault == "-" else Answer.YES


def _source(stack: ExitStack, place: Path) -> Source:
    if place.is_dir():
        return folder_source(place)
    return zip_source(stack.enter_context(place.open("rb")), place.name)


def _numbers(run: AuditRun) -> dict[str, int]:
    return {
        "seen": run.seen,
        "looked_at": run.looked_at,
        "known": run.known,
        "changed": run.changed,
        "unread": sum(count for _, count in run.unread),
    }


def _processor_s() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _written_bytes() -> int:
    """Return what this process wrote to a disk; 0 where that cannot be told."""
    told = Path("/proc/self/io")
    if not told.exists():
        return 0
    lines = dict(line.split(": ") for line in told.read_text(encoding="ascii").splitlines())
    return int(lines["write_bytes"])


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        # Two cores, however many there are.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    sys.exit(main(sys.argv[1:]))
