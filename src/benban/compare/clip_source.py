"""
From which clip, and when, a questioned still or short clip was made. Runs inside the fence.

Steps: every frame of every clip gets votes from the local features of each questioned frame > the
best few are registered and must be beyond accident > how well the overlaid pixels agree picks the
time, as what moves stands right at one time only > the clip with most questioned frames wins > a
line through their times gives range and rate > the pair of frames that agrees best is compared as
two photographs are, and must reach tier A or B > the pairs on the line give the mean change map.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.clip_frames import ClipFrame
from benban.compare.clip_lines import TOLERANCE_MS, Line, best_lines, on_line
from benban.compare.clip_map import AlignedPair, mean_map
from benban.compare.pair import compare_pictures
from benban.compare.register import Alignment, register
from benban.compare.thresholds import load_thresholds
from benban.fingerprint.decode import DecodedPicture
from benban.fingerprint.ports import ClipFinding
from benban.model.finding import Tier

Clip = Sequence[ClipFrame]
Plane = NDArray[np.float32]

# Points of a clip's frame that take part in the vote; all of them take part in the registration.
_VOTING_POINTS = 300
# Root descriptors of one place after recompression are nearer than this; other places rarely.
_LIKE = 0.9
_CANDIDATES = 8
# Frames whose pixels agree as well as the best within this may be the moment too.
_AS_GOOD = 0.02
# Neighbours of the best are looked at too, as votes do not tell them apart.
_NEIGHBOURS = 2
_MIN_ON_LINE = 3
_BLOCK_PX = 12
_FLAT = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Hit:
    """A questioned frame registered with a frame of a clip; *likeness* is -1..1."""

    questioned: int
    clip: int
    frame: int
    alignment: Alignment
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Won:
    """
    The clip that most questioned frames point to.

    Attributes:
        hits: of all questioned frames in this clip.
        on: the questioned frames on *line*.
    """

    hits: Sequence[_Hit]
    best: _Hit
    tier: Tier
    line: Line | None
    on: Sequence[int]

    def aligned(
        self, best_of_frame: Sequence[_Hit], questioned: Clip, source: Clip
    ) -> list[AlignedPair]:
        """Return the pairs of frames on the line, in order of time; without a line the best."""
        chosen = [self.best]
        if self.line is not None:
            rate, offset_ms = self.line.rate, self.line.offset_ms
            chosen = [
                hit
                for hit in best_of_frame
                if abs(
                    rate * questioned[hit.questioned].at_ms + offset_ms - source[hit.frame].at_ms
                )
                <= TOLERANCE_MS
            ]
        return [
            AlignedPair(
                questioned=questioned[hit.questioned],
                source=source[hit.frame],
                alignment=hit.alignment,
            )
            for hit in chosen
        ]


def find_source_clip(questioned: Clip, clips: Sequence[Clip]) -> ClipFinding | None:
    """
    Return the clip that *questioned* was made from and the time range, or None.

    Args:
        questioned: frames of a clip, or the one of a still.
        clips: frames of each source.
    """
    hits: list[_Hit] = []
    for position, frame in enumerate(questioned):
        hits += _hits_of(frame, position, clips)
    if not hits:
        return None
    best_of_frame = [
        max((hit for hit in hits if hit.questioned == position), key=lambda hit: hit.likeness)
        for position in sorted({hit.questioned for hit in hits})
    ]
    clip = _winner(best_of_frame)
    best = max((hit for hit in best_of_frame if hit.clip == clip), key=lambda hit: hit.likeness)
    tier = _tier(questioned[best.questioned], clips[clip][best.frame])
    if tier not in {Tier.A, Tier.B}:
        return None
    of_clip = [hit for hit in hits if hit.clip == clip]
    line, on = _line(of_clip, questioned, clips[clip])
    won = _Won(hits=of_clip, best=best, tier=tier, line=line, on=on)
    mine = [hit for hit in best_of_frame if hit.clip == clip]
    return _finding(won, questioned, clips[clip], won.aligned(mine, questioned, clips[clip]))


def _hits_of(frame: ClipFrame, position: int, clips: Sequence[Clip]) -> list[_Hit]:
    """Return the frames that a questioned frame registers with and whose pixels agree best."""
    places = [(clip, number) for clip, frames in enumerate(clips) for number in range(len(frames))]
    votes = _votes(frame, [clips[clip][number] for clip, number in places])
    order = np.argsort(-votes, kind="stable")[:_CANDIDATES]
    tried: dict[tuple[int, int], _Hit | None] = {}
    for index in order:
        if votes[index] > 0:
            tried[places[index]] = _hit(frame, position, clips, places[index])
    top = _best(tried)
    while top is not None:
        around = [
            (top.clip, number)
            for number in range(top.frame - _NEIGHBOURS, top.frame + _NEIGHBOURS + 1)
            if 0 <= number < len(clips[top.clip]) and (top.clip, number) not in tried
        ]
        if not around:
            break
        for place in around:
            tried[place] = _hit(frame, position, clips, place)
        top = _best(tried)
    return [
        hit
        for hit in tried.values()
        if hit is not None and top is not None and hit.likeness >= top.likeness - _AS_GOOD
    ]


def _best(tried: dict[tuple[int, int], _Hit | None]) -> _Hit | None:
    hits = [hit for hit in tried.values() if hit is not None]
    return max(hits, key=lambda hit: (hit.likeness, -hit.clip, -hit.frame), default=None)


def _votes(frame: ClipFrame, sources: Sequence[ClipFrame]) -> Plane:
    """Return for each source frame how many rare features it shares, mirrored or not."""
    votes = np.zeros(len(sources), np.float32)
    if not len(frame.features.points):
        return votes
    for features in (frame.features, frame.features.mirrored()):
        likeness = np.zeros((len(features.points), len(sources)), np.float32)
        for number, source in enumerate(sources):
            stored = source.features.descriptors[:_VOTING_POINTS]
            if len(stored):
                likeness[:, number] = (features.descriptors @ stored.T).max(axis=1)
        shares = likeness > _LIKE
        # What every frame has tells none of them.
        rarity = np.log((1 + len(sources)) / (1 + shares.sum(axis=1))) + 0.1
        votes = np.maximum(votes, (rarity[:, None] * shares).sum(axis=0).astype(np.float32))
    return votes


def _hit(
    frame: ClipFrame, position: int, clips: Sequence[Clip], place: tuple[int, int]
) -> _Hit | None:
    source = clips[place[0]][place[1]]
    least = load_thresholds().tiers
    alignment = register(source.features, frame.features, frame.size_px)
    # Each frame of each clip could have been the one.
    chances = float(np.log10(sum(len(frames) for frames in clips)))
    if (
        alignment is None
        or alignment.log10_nfa + chances > least.min_log10_nfa_for_any
        or len(alignment.inliers) < least.min_inliers_for_any
    ):
        return None
    return _Hit(
        questioned=position,
        clip=place[0],
        frame=place[1],
        alignment=alignment,
        likeness=_likeness(frame.rgb, source.rgb, alignment.homography),
    )


def _likeness(
    questioned: NDArray[np.uint8], source: NDArray[np.uint8], homography: NDArray[np.float64]
) -> float:
    """Return the mean correlation of blocks of the questioned frame with the source laid over."""
    grey = cv2.cvtColor(questioned, cv2.COLOR_RGB2GRAY).astype(np.float32)
    size = (grey.shape[1], grey.shape[0])
    other = cv2.cvtColor(source, cv2.COLOR_RGB2GRAY).astype(np.float32)
    over = cv2.warpPerspective(other, homography, size, flags=cv2.INTER_AREA)
    inside = cv2.warpPerspective(np.ones_like(other), homography, size, flags=cv2.INTER_NEAREST)
    means = [_blurred(plane) for plane in (grey, over)]
    spreads = [
        np.maximum(_blurred(plane * plane) - mean * mean, 0.0)
        for plane, mean in zip((grey, over), means, strict=True)
    ]
    together = _blurred(grey * np.asarray(over, np.float32)) - means[0] * means[1]
    correlation = together / np.sqrt(np.maximum(spreads[0] * spreads[1], _FLAT**4))
    textured = np.maximum(spreads[0], spreads[1]) > _FLAT**2
    # What the source does not reach counts against it: a frame that shows less is not better.
    judged = np.where(inside > 0, correlation, 0.0)[textured]
    return float(judged.mean()) if judged.size else 0.0


def _blurred(plane: NDArray[np.generic]) -> Plane:
    return np.asarray(cv2.blur(np.asarray(plane, np.float32), (_BLOCK_PX, _BLOCK_PX)), np.float32)


def _winner(best_of_frame: Sequence[_Hit]) -> int:
    def weight(clip: int) -> tuple[int, float, int]:
        won = [hit for hit in best_of_frame if hit.clip == clip]
        return len(won), sum(hit.likeness for hit in won), -clip

    return max({hit.clip for hit in best_of_frame}, key=weight)


def _tier(questioned: ClipFrame, source: ClipFrame) -> Tier:
    one, other = (
        DecodedPicture(rgb=frame.rgb, media_type="image/png", is_whole=True)
        for frame in (questioned, source)
    )
    return compare_pictures(one, [other])[0].tier


def _finding(
    won: _Won, questioned: Clip, source: Clip, aligned: Sequence[AlignedPair]
) -> ClipFinding:
    line, on, best = won.line, won.on, won.best
    if line is None:
        of_best = [hit for hit in won.hits if hit.questioned == best.questioned]
        times = [source[hit.frame].at_ms for hit in of_best]
        at_ms, rate, agreeing = source[best.frame].at_ms, None, {hit.questioned for hit in won.hits}
    else:
        first, last = questioned[on[0]].at_ms, questioned[on[-1]].at_ms
        shown = [line.rate * at + line.offset_ms for at in (first, last)]
        times = [min(max(0, round(at)), source[-1].at_ms) for at in shown]
        at_ms, rate, agreeing = sum(times) // 2, round(line.rate, 3), set(on)
    mapped = mean_map(aligned)
    return ClipFinding(
        index=best.clip,
        tier=won.tier,
        from_ms=min(times),
        to_ms=max(times),
        at_ms=at_ms,
        rate=rate,
        is_mirrored=best.alignment.is_mirrored,
        frames_compared=len(questioned),
        frames_agreeing=len(agreeing),
        log10_nfa=best.alignment.log10_nfa,
        frames_mapped=mapped[1] if mapped else 0,
        change_map=mapped[0] if mapped else None,
    )


def _line(hits: Sequence[_Hit], questioned: Clip, source: Clip) -> tuple[Line | None, list[int]]:
    """Return the line that most questioned frames lie on, and these; None for too few."""
    query_ms = np.array([frame.at_ms for frame in questioned], np.float64)
    source_ms = np.array([frame.at_ms for frame in source], np.float64)
    pairs = np.array(sorted((hit.questioned, hit.frame) for hit in hits), np.intp)
    if len(np.unique(pairs[:, 0])) < _MIN_ON_LINE:
        return None, []
    judged = [
        (len(inside), -abs(np.log(line.rate)), -position, line, inside)
        for position, line in enumerate(best_lines(query_ms, source_ms, pairs))
        if len(inside := on_line(query_ms, source_ms, pairs, line)) >= _MIN_ON_LINE
    ]
    if not judged:
        return None, []
    _, _, _, line, inside = max(judged, key=lambda one: one[:3])
    return line, [int(number) for number in inside[:, 0]]
