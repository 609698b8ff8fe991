"""
Which original a picture was made from: how often found, how often wrongly claimed or excluded.

Altered copies of the odd-numbered photographs, honest photographs of one scene, and photographs
that have nothing to do with one another, from ../shared/pictures; without that folder drawings
stand in and the same-scene claims are left out.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.pair import compare_pictures
from benban.fingerprint.decode import DecodedPicture
from benban.fingerprint.ports import PairFinding
from benban.model.finding import Tier
from benchmarks._document import Claim, Comparison, Document
from benchmarks.source.attacks import ATTACKS
from benchmarks.source.forger import send
from benchmarks.source.forgery import SAME, Picture
from benchmarks.source.intervals import upper_bound
from benchmarks.source.photos import (
    ForgedPair,
    bursts,
    distractor_paths,
    forged_pairs,
    read,
    same_scene_paths,
)
from benchmarks.source.surfaces import SURFACES, shared_surface_pairs


def run(*, quick: bool) -> Document:
    """Return recall of tier A, false claims, false exclusions and accuracy of the registration."""
    cv2.setNumThreads(1)
    note = "quick run" if quick else "full run"
    pairs = list(forged_pairs(is_test=True, step=8 if quick else 1, per_photo=1 if quick else 2))
    found = [_compare(pair.forgery.rgb, [pair.original])[0] for pair in pairs]
    return Document(
        name="source",
        claims=(
            *_recall_claims(pairs, found, note),
            *_scene_claims(step=12 if quick else 1, note=note),
            *_surface_claims(13 if quick else 1, note),
            *_burst_claims(6 if quick else 1, note),
            *_stranger_claims(pairs[:: 4 if quick else 6], 120 if quick else 25, note),
        ),
        packages=("numpy", "opencv-python-headless"),
    )


def _recall_claims(
    pairs: Sequence[ForgedPair], found: Sequence[PairFinding], note: str
) -> list[Claim]:
    by_attack = {
        attack: [
            one.tier for pair, one in zip(pairs, found, strict=True) if pair.plan.attack == attack
        ]
        for attack in ATTACKS
    }
    shares = ", ".join(
        f"{attack} {tiers.count(Tier.A)}/{len(tiers)}" for attack, tiers in by_attack.items()
    )
    tiers = [one.tier for one in found]
    errors = [
        _map_error_px(pair, one)
        for pair, one in zip(pairs, found, strict=True)
        if one.registration is not None
    ]
    count = len(tiers)
    return [
        _claim(
            "altered copies that reach tier A",
            tiers.count(Tier.A) / count,
            count,
            f"{note}; {shares}",
            0.85,
            Comparison.AT_LEAST,
        ),
        _claim(
            "altered copies that reach tier A or B",
            (tiers.count(Tier.A) + tiers.count(Tier.B)) / count,
            count,
            note,
        ),
        _claim(
            "altered copies wrongly excluded (tier C)",
            tiers.count(Tier.C) / count,
            count,
            f"{note}; {_bound(tiers.count(Tier.C), len({pair.name for pair in pairs}))}",
            0.0,
            Comparison.EQUAL,
        ),
        _claim(
            "error of the map, median, tier A and B",
            float(np.median(errors)),
            len(errors),
            note,
            0.5,
            Comparison.AT_MOST,
            unit="px of the working copy",
        ),
    ]


def _scene_claims(step: int, note: str) -> list[Claim]:
    found = [
        (place, _compare(read(one), [read(other)])[0].tier)
        for _, place, one, other in list(same_scene_paths())[::step]
    ]
    if not found:
        return []
    places, tiers = zip(*found, strict=True)
    bound = _bound(tiers.count(Tier.A), len(set(places)))
    spread = ", ".join(f"{tier.value}: {tiers.count(tier)}" for tier in Tier)
    return [
        _claim(
            "two honest photographs of one scene called the same shot (tier A)",
            tiers.count(Tier.A) / len(tiers),
            len(tiers),
            f"{note}; {bound}; {spread}",
            0.0,
            Comparison.EQUAL,
        )
    ]


def _surface_claims(step: int, note: str) -> list[Claim]:
    """Of two photographs that share a screen, a caption, a frame or a sticker and nothing else."""
    found = [(name, _compare(q, [o])[0].tier) for name, q, o in shared_surface_pairs(step)]
    if not found:
        return []
    wrong = {name: found.count((name, Tier.A)) for name in SURFACES}
    spread = ", ".join(f"{name}: {count}" for name, count in wrong.items())
    return [
        _claim(
            "two photographs in one surface called the same shot (tier A)",
            sum(wrong.values()) / len(found),
            len(found),
            f"{note}; of four kinds: {spread}",
            0.0,
            Comparison.EQUAL,
        )
    ]


def _burst_claims(step: int, note: str) -> list[Claim]:
    """Of three photographs taken one after the other, the middle one was sent on, unaltered."""
    won = []
    for number, burst in enumerate(bursts(step)):
        questioned = send(burst[1], attack=list(ATTACKS)[number % 5], seed=number)
        findings = _compare(questioned, burst)
        won.append([one.index for one in findings if one.is_best] == [1])
    if not won:
        return []
    return [
        _claim(
            "of three photographs in a row the one that was sent on wins",
            sum(won) / len(won),
            len(won),
            f"{note}; without warps",
            0.98,
            Comparison.AT_LEAST,
        )
    ]


def _stranger_claims(pairs: Sequence[ForgedPair], step: int, note: str) -> list[Claim]:
    strangers = [read(path) for path in distractor_paths()[::step]]
    if not strangers:
        return []
    tiers = [one.tier for pair in pairs for one in _compare(pair.forgery.rgb, strangers)]
    wrong = len(tiers) - tiers.count(Tier.NONE)
    return [
        _claim(
            "photographs of something else connected at all (tier A, B or C)",
            wrong / len(tiers),
            len(tiers),
            f"{note}; {_bound(wrong, min(len(strangers), len(pairs)))}",
            0.0,
            Comparison.EQUAL,
        )
    ]


def _bound(failures: int, scenes: int) -> str:
    """Return the bound in words; pairs that share a photograph or a place count once."""
    bound = upper_bound(min(failures, scenes), scenes)
    return f"95 % upper bound clustered by scene {bound:.3f} ({scenes} scenes)"


def _claim(
    name: str,
    value: float,
    n: int,
    note: str,
    target: float | None = None,
    comparison: Comparison | None = None,
    *,
    unit: str = "share",
) -> Claim:
    return Claim(
        name=name,
        value=round(value, 4),
        unit=unit,
        n=n,
        note=note,
        target=target,
        comparison=comparison,
    )


def _compare(questioned: Picture, originals: Sequence[Picture]) -> tuple[PairFinding, ...]:
    return compare_pictures(_decoded(questioned), map(_decoded, originals))


def _decoded(rgb: Picture) -> DecodedPicture:
    return DecodedPicture(rgb=rgb, media_type="image/jpeg", is_whole=True)


def _map_error_px(pair: ForgedPair, finding: PairFinding) -> float:
    """Return the median distance between found and true place, where the original is seen."""
    registration = finding.registration
    if registration is None:
        return float("nan")
    places = pair.forgery.places[4::16, 4::16]
    seen = (pair.forgery.truth[4::16, 4::16] == SAME) & ~np.isnan(places[..., 0])
    rows, columns = np.nonzero(seen)
    full = pair.forgery.rgb.shape[1], pair.forgery.rgb.shape[0]
    original = pair.original.shape[1], pair.original.shape[0]
    true = _resized(
        np.stack([columns * 16 + 4, rows * 16 + 4], axis=1), full, registration.questioned_size_px
    )
    start = _resized(places[seen], original, registration.original_size_px)
    homography = np.array(registration.homography).reshape(3, 3)
    found = cv2.perspectiveTransform(start[:, None], homography)[:, 0]
    return float(np.median(np.hypot(*(found - true).T)))


def _resized(
    points: NDArray[np.integer] | NDArray[np.floating], size: tuple[int, int], to: tuple[int, int]
) -> NDArray[np.float64]:
    factor = np.array(to) / np.array(size)
    return np.asarray((points + 0.5) * factor - 0.5, np.float64)
