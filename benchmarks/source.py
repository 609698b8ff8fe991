"""
Which original a picture was made from: how often found, how often wrongly claimed or excluded.

Altered copies of the odd-numbered photographs, honest photographs of one scene, and photographs
that have nothing to do with one another, from ../shared/pictures; without that folder drawings
stand in and the same-scene claims are left out.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from benban.compare.pair import compare_pictures
from benban.fingerprint.decode import DecodedPicture
from benban.fingerprint.ports import PairFinding
from benban.model.finding import Tier
from benchmarks._document import Claim, Comparison, Document
from benchmarks._forger import ATTACKS, Picture, send
from benchmarks._pairs import (
    ForgedPair,
    bursts,
    distractors,
    forged_pairs,
    read,
    same_scene_pairs,
    upper_bound,
)
from benchmarks._surfaces import SURFACES, shared_surface_pairs


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
        attack: [one.tier for pair, one in zip(pairs, found, strict=True) if pair.attack == attack]
        for attack in ATTACKS
    }
    shares = ", ".join(
        f"{attack} {tiers.count(Tier.A)}/{len(tiers)}" for attack, tiers in by_attack.items()
    )
    tiers = [one.tier for one in found]
    errors = [
        _map_error_px(pair, one)
        for pair, one in zip(pairs, found, strict=True)
        if one.registration is not None and pair.attack not in {"warp", "combo"}
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
            "error of the map, median, tier A and B without warps",
            float(np.median(errors)),
            len(errors),
            note,
            0.5,
            Comparison.AT_MOST,
            unit="px of the working copy",
        ),
    ]


def _scene_claims(step: int, note: str) -> list[Claim]:
    found = [(kind, _compare(one, [other])[0].tier) for kind, one, other in same_scene_pairs(step)]
    if not found:
        return []
    kinds, tiers = zip(*found, strict=True)
    # Every pair of rooms is a place of its own; all pairs of a sequence are one place.
    places = kinds.count("room") + len(set(kinds) - {"room"})
    bound = _bound(tiers.count(Tier.A), places)
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
    strangers = [read(path) for path in distractors(step)]
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
    """Return the median distance between found and true place over the seen original."""
    registration = finding.registration
    if registration is None:
        return float("nan")
    width, height = registration.original_size_px
    xs, ys = np.meshgrid(np.linspace(0, width - 1, 24), np.linspace(0, height - 1, 24))
    points = np.stack([xs.ravel(), ys.ravel()], axis=1)[:, None]
    found = cv2.perspectiveTransform(points, np.array(registration.homography).reshape(3, 3))
    to_full = _resize_map((width, height), (pair.original.shape[1], pair.original.shape[0]))
    full = (pair.forgery.rgb.shape[1], pair.forgery.rgb.shape[0])
    to_copy = _resize_map(full, registration.questioned_size_px)
    true = cv2.perspectiveTransform(points, to_copy @ pair.forgery.homography @ to_full)
    seen = np.all((true >= 0) & (true < np.array(registration.questioned_size_px)), axis=(1, 2))
    return float(np.median(np.hypot(*(found - true)[seen, 0].T)))


def _resize_map(
    size: tuple[int, int], to: tuple[int, int]
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    fx, fy = to[0] / size[0], to[1] / size[1]
    return np.array([[fx, 0, (fx - 1) / 2], [0, fy, (fy - 1) / 2], [0, 0, 1]])
