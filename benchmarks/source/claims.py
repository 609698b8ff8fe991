"""
Which original a picture was made from: how often found, how often wrongly claimed or excluded.

A full run finishes the long runs of ``measured`` where they stopped and writes their results; a
quick one measures a few of each in memory. The pairs of unrelated photographs are a run of its own
(``unrelated``), read here. Without ../shared/pictures drawings stand in for the photographs.
"""

import sys
from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from benban.compare.pair import compare_pictures
from benchmarks._document import Claim, Comparison, Document
from benchmarks.source.attacks import ATTACKS
from benchmarks.source.forger import send
from benchmarks.source.intervals import interval, upper_bound
from benchmarks.source.measured import RUNS, Run, decoded
from benchmarks.source.photos import bursts
from benchmarks.source.runs import Record, read_result
from benchmarks.source.tables import Share, recall_interval, share
from benchmarks.source.unrelated import pairs_and_accepted

# Steps that meet every attack.
_QUICK_STEP = {"copies": 37, "inverse": 37, "negatives": 89}


def run(*, quick: bool) -> Document:
    """Return recall of tier A, false claims, false exclusions and accuracy of the registration."""
    cv2.setNumThreads(1)
    note = "quick run" if quick else "full run"
    records = {name: _records(make(), quick=quick) for name, make in RUNS.items()}
    return Document(
        name="source",
        claims=(
            *_copy_claims(records["copies"], note),
            *_inverse_claims(records["inverse"], note),
            *_negative_claims(records["negatives"], note),
            *_burst_claims(6 if quick else 1, note),
            *_unrelated_claims(),
        ),
        packages=("numpy", "opencv-python-headless"),
    )


def _records(wanted: Run, *, quick: bool) -> list[Record]:
    if quick:
        some = list(wanted.items)[:: _QUICK_STEP[wanted.name]]
        return [{"id": one, **wanted.items[one]()} for one in some]
    journal = wanted.open_journal()
    journal.measure(wanted.items, say=lambda line: print(line, file=sys.stderr, flush=True))
    journal.write_pairs(planned=len(wanted.items), seed=wanted.seed)
    return list(journal.records.values())


def _copy_claims(records: Sequence[Record], note: str) -> Iterator[Claim]:
    by_attack = [
        share(attack, [one for one in records if one["attack"] == attack], tiers="A")
        for attack in ATTACKS
    ]
    low, high = recall_interval(records, "A")
    shares = ", ".join(f"{one.name} {one.hits}/{one.pairs}" for one in by_attack)
    yield _claim(
        "altered copies that reach tier A",
        share("A", records, tiers="A"),
        f"{note}; 95 % {low:.3f} to {high:.3f} by photograph; {shares}",
        (0.85, Comparison.AT_LEAST),
    )
    yield _claim("altered copies that reach tier A or B", share("AB", records, tiers="AB"), note)
    wrong = share("C", records, tiers="C")
    yield _claim(
        "altered copies wrongly excluded (tier C)",
        wrong,
        f"{note}; {_bound(wrong)}",
        (0.0, Comparison.EQUAL),
    )
    errors = [float(str(one["error_px"])) for one in records if one["error_px"] is not None]
    yield Claim(
        name="error of the map, median, tier A and B, warps too",
        value=round(float(np.median(errors)), 4),
        unit="px of the working copy",
        n=len(errors),
        note=note,
        target=0.5,
        comparison=Comparison.AT_MOST,
    )


def _inverse_claims(records: Sequence[Record], note: str) -> Iterator[Claim]:
    found = share("ABC", records, tiers="ABC")
    yield _claim("pieces of a photograph in another picture that are connected at all", found, note)


def _negative_claims(records: Sequence[Record], note: str) -> Iterator[Claim]:
    """Real and synthetic pairs apart; a near-identical frame is no false claim."""
    for name, is_synthetic in (
        ("honest photographs of one scene called the same shot (tier A)", False),
        ("synthetic pairs of different shots called the same shot (tier A)", True),
    ):
        kind = [
            one for one in records if one["is_synthetic"] is is_synthetic and not one["is_near"]
        ]
        if kind:
            wrong = share(name, kind, tiers="A", cluster="cluster")
            strata = sorted({str(one["stratum"]) for one in kind if one["tier"] == "A"})
            where = f"; in {', '.join(strata)}" if strata else ""
            yield _claim(name, wrong, f"{note}; {_bound(wrong)}{where}", (0.0, Comparison.EQUAL))


def _burst_claims(step: int, note: str) -> Iterator[Claim]:
    """Of three photographs taken one after the other, the middle one was sent on, unaltered."""
    won = []
    for number, burst in enumerate(bursts(step)):
        questioned = send(burst[1], attack=list(ATTACKS)[number % 5], seed=number)
        findings = compare_pictures(decoded(questioned), map(decoded, burst))
        won.append([one.index for one in findings if one.is_best] == [1])
    if won:
        low, high = interval(sum(won), len(won))
        yield Claim(
            name="of three photographs in a row the one that was sent on wins",
            value=round(sum(won) / len(won), 4),
            unit="share",
            n=len(won),
            note=f"{note}; 95 % {low:.3f} to {high:.3f}; without warps",
            target=0.98,
            comparison=Comparison.AT_LEAST,
        )


def _unrelated_claims() -> Iterator[Claim]:
    result = read_result("unrelated")
    if result is not None:
        pairs, accepted = pairs_and_accepted(result)
        bound = interval(accepted, pairs)[1]
        yield Claim(
            name="unrelated pairs accepted at the shipped number of false alarms",
            value=float(accepted),
            unit="pairs",
            n=pairs,
            note=f"read from results/unrelated.json, commit {str(result['commit'])[:12]}; 95 % at "
            f"most {bound:.6f} of the pairs, were they independent",
            target=0.0,
            comparison=Comparison.EQUAL,
        )


def _bound(found: Share) -> str:
    """Return the bound in words; pairs that share a photograph or a place count once."""
    bound = upper_bound(found.clusters_hit, found.clusters)
    return f"95 % upper bound clustered {bound:.3f} ({found.clusters} photographs or places)"


def _claim(
    name: str, found: Share, note: str, target: tuple[float, Comparison] | None = None
) -> Claim:
    return Claim(
        name=name,
        value=round(found.value, 4),
        unit="share",
        n=found.pairs,
        note=note,
        target=target[0] if target else None,
        comparison=target[1] if target else None,
    )
