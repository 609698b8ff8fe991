"""
From which clip, and when: how often the right one is found, and how often chance is taken for it.

Clips are windows that pan and zoom over photographs from ../shared/pictures, three to a clip, with
discs and bars that travel; without that folder drawings stand in. Stills and pieces are made from
them as fakes travel: an ellipse replaced, cropped, scaled, mirrored, coded again. Everything goes
through real coding (H.264) and the reader of the fence.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.compare.clip_frames import STEP_MS, ClipFrame, prepare_frames, prepare_still
from benban.compare.clip_match import match_clips
from benban.compare.clip_source import find_source_clip
from benban.fingerprint.frames import FrameReader, fingerprint_video
from benban.fingerprint.ports import ClipFinding
from benban.model.clip import FrameFingerprint, VideoFingerprint
from benban.testing.clips import code_video
from benban.testing.pictures import Subject, draw_example
from benchmarks._document import Claim, Comparison, Document
from benchmarks.source.intervals import upper_bound
from benchmarks.source.photos import PHOTOS, read

Picture = NDArray[np.uint8]

_WIDTH_PX, _HEIGHT_PX, _PER_SECOND = 480, 360, 10
_SHOTS, _SHOT_S = 3, 5
_CLIP_S = _SHOTS * _SHOT_S
_PIECE_S = 6.0
_NEAR_MS = 1000
_RATES = (1.0, 1.0, 0.8, 1.25)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Clip:
    """A clip as made, and as it is known: coded once and read again."""

    number: int
    film: "_Film"
    frames: tuple[ClipFrame, ...]
    fingerprint: VideoFingerprint


class _Film:
    """A clip that can be drawn at any of its times."""

    def __init__(self, photos: Sequence[Picture], seed: int) -> None:
        self._photos = photos
        self._rng = np.random.default_rng(seed)
        # Per photo: window at its beginning and its end (x, y, share of the photo).
        self._ways = self._rng.uniform(0, 1, (len(photos), 2, 2))
        self._zooms = self._rng.uniform(0.6, 0.9, (len(photos), 2))
        self._spots = self._rng.uniform(0, 1, (len(photos), 4, 8))

    def at(self, second: float) -> Picture:
        """Return the frame of that time."""
        shot = min(len(self._photos) - 1, int(second // _SHOT_S))
        done = min(1.0, (second - shot * _SHOT_S) / _SHOT_S)
        return self._moving(self._window(shot, done), shot, done)

    def _window(self, shot: int, done: float) -> Picture:
        photo = self._photos[shot]
        height, width = photo.shape[:2]
        share = float(self._zooms[shot] @ (1 - done, done))
        side = share * min(width / _WIDTH_PX, height / _HEIGHT_PX)
        place = self._ways[shot, 0] * (1 - done) + self._ways[shot, 1] * done
        x, y = place * (width - side * _WIDTH_PX, height - side * _HEIGHT_PX)
        view = np.array([[side, 0, x], [0, side, y]])
        return np.asarray(
            cv2.warpAffine(
                photo,
                view,
                (_WIDTH_PX, _HEIGHT_PX),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REFLECT,
            ),
            np.uint8,
        )

    def _moving(self, view: Picture, shot: int, done: float) -> Picture:
        drawn = view.copy()
        for x0, y0, x1, y1, size, *colour in self._spots[shot]:
            x, y = x0 + (x1 - x0) * done, y0 + (y1 - y0) * done
            centre = (round(x * _WIDTH_PX), round(y * _HEIGHT_PX))
            radius = round(15 + size * 35)
            cv2.circle(drawn, centre, radius, tuple(int(c * 255) for c in colour), -1)
            cv2.line(drawn, centre, (centre[0] + radius, centre[1]), (0, 0, 0), 3)
        return drawn


def run(*, quick: bool) -> Document:
    """Return how often clip and time are right, and how often chance is taken for a finding."""
    cv2.setNumThreads(1)
    note = "quick run" if quick else "full run"
    clips = list(_clips(3 if quick else 20))
    known = clips[: 2 if quick else 15]
    strangers = clips[len(known) :]
    stills = [one for clip in known for one in _stills(clip, 2 if quick else 6)]
    pieces = [one for clip in known for one in _pieces(clip, 1 if quick else 3)]
    foreign = [one for clip in strangers for one in _stills(clip, 2 if quick else 8)]
    sources = [clip.frames for clip in known]
    return Document(
        name="clips",
        claims=(
            *_claims("stills", [(t, find_source_clip(q, sources)) for t, q in stills], note),
            *_claims("short clips", [(t, find_source_clip(q, sources)) for t, q in pieces], note),
            _foreign_claim([find_source_clip(q, sources) for _, q in foreign], note),
            *_order_claims(known, 50 if quick else 200, note),
        ),
        packages=("numpy", "opencv-python-headless", "av"),
    )


def _clips(count: int) -> Iterator[_Clip]:
    paths = sorted((PHOTOS / "originals").glob("*.jpg"))
    for number in range(count):
        wanted = range(number * _SHOTS, number * _SHOTS + _SHOTS)
        photos = [read(paths[k % len(paths)]) if paths else _drawing(k) for k in wanted]
        film = _Film(photos, number)
        times = np.arange(0, _CLIP_S, 1 / _PER_SECOND)
        data = code_video((film.at(float(t)) for t in times), per_second=_PER_SECOND)
        reader = FrameReader(io.BytesIO(data), every_ms=STEP_MS)
        yield _Clip(
            number=number,
            film=film,
            frames=prepare_frames(reader.frames(), most=600),
            fingerprint=fingerprint_video(io.BytesIO(data)),
        )


def _drawing(number: int) -> Picture:
    subjects = list(Subject)
    return draw_example(subjects[number % len(subjects)], seed=number, width_px=800, height_px=600)


def _stills(clip: _Clip, count: int) -> Iterator[tuple[tuple[int, float], Sequence[ClipFrame]]]:
    """Yield the truth (clip, time in ms) and a still that was altered and coded again."""
    rng = np.random.default_rng([clip.number, 1])
    for _ in range(count):
        second = float(rng.uniform(0.2, _CLIP_S - 0.2))
        way = _Way(rng)
        coded = cv2.imencode(
            ".jpg", way.altered(clip.film.at(second)), [cv2.IMWRITE_JPEG_QUALITY, 40]
        )[1]
        rgb = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
        yield (clip.number, second * 1000), prepare_still(rgb)


def _pieces(clip: _Clip, count: int) -> Iterator[tuple[tuple[int, float], Sequence[ClipFrame]]]:
    """Yield the truth (clip, time of the middle in ms) and a short clip, altered, coded again."""
    rng = np.random.default_rng([clip.number, 2])
    for turn in range(count):
        rate = _RATES[(clip.number + turn) % len(_RATES)]
        start = float(rng.uniform(0, _CLIP_S - _PIECE_S * rate))
        way = _Way(rng)
        times = np.arange(0, _PIECE_S, 1 / _PER_SECOND)
        data = code_video(
            (way.altered(clip.film.at(start + float(t) * rate)) for t in times),
            per_second=_PER_SECOND,
            bit_rate=150_000,
        )
        frames = prepare_frames(FrameReader(io.BytesIO(data)).frames(), most=24)
        middle = start + rate * frames[-1].at_ms / 2000
        yield (clip.number, middle * 1000), frames


class _Way:
    """One way of altering all frames of a fake: what is replaced, cropped, scaled, mirrored."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._centre = rng.uniform(0.35, 0.65, 2)
        self._axes = rng.uniform(0.15, 0.3, 2)
        self._colour = rng.integers(0, 256, 3)
        self._cut = rng.uniform(0, 0.12, 4)
        self._scale = rng.uniform(0.5, 0.9)
        self._is_mirrored = rng.uniform() < 0.3  # noqa: PLR2004 - three in ten
        self._grain = rng.integers(0, 60, (24, 32, 3)).astype(np.uint8)

    def altered(self, rgb: Picture) -> Picture:
        """Return the frame as it is passed on."""
        height, width = rgb.shape[:2]
        drawn = rgb.copy()
        mask = np.zeros((height, width), np.uint8)
        centre = (round(self._centre[0] * width), round(self._centre[1] * height))
        axes = (round(self._axes[0] * width), round(self._axes[1] * height))
        cv2.ellipse(mask, centre, axes, 0, 0, 360, 255, -1)
        cloth = cv2.resize(self._grain, (width, height), interpolation=cv2.INTER_CUBIC)
        filled = (cloth * 1.0 + self._colour * 0.7).clip(0, 255).astype(np.uint8)
        drawn[mask > 0] = filled[mask > 0]
        top, bottom, left, right = self._cut * (height, height, width, width)
        drawn = drawn[round(top) : height - round(bottom), round(left) : width - round(right)]
        # Even sides, as videos need them.
        size = tuple(round(side * self._scale / 2) * 2 for side in drawn.shape[1::-1])
        drawn = np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA), np.uint8)
        return np.ascontiguousarray(drawn[:, ::-1] if self._is_mirrored else drawn)


def _claims(
    what: str, found: Sequence[tuple[tuple[int, float], ClipFinding | None]], note: str
) -> list[Claim]:
    right = [(truth, one) for truth, one in found if one is not None and one.index == truth[0]]
    wrong = sum(one is not None and one.index != truth[0] for truth, one in found)
    # Denominator is every question: what was not found is not within a second.
    near = sum(abs(one.at_ms - truth[1]) <= _NEAR_MS for truth, one in right)
    within = sum(one.from_ms - _NEAR_MS <= truth[1] <= one.to_ms + _NEAR_MS for truth, one in right)
    lengths = [(one.to_ms - one.from_ms) / 1000 for _, one in right] or [0.0]
    count = len(found)
    return [
        _claim(
            f"{what} whose clip is found",
            len(right) / count,
            count,
            f"{note}; another clip {wrong}, none {count - len(right) - wrong}; "
            f"miss at most {upper_bound(count - len(right), count):.3f} (95 %)",
            target=0.97,
        ),
        _claim(
            f"{what} whose moment is within a second",
            near / count,
            count,
            f"{note}; truth within the range and a second: {within}; median length of the range "
            f"{float(np.median(lengths)):.1f} s",
            target=0.95,
        ),
    ]


def _foreign_claim(found: Sequence[ClipFinding | None], note: str) -> Claim:
    wrong = sum(one is not None for one in found)
    return _claim(
        "stills of other clips for which a clip is named",
        wrong / len(found),
        len(found),
        f"{note}; at most {upper_bound(wrong, len(found)):.3f} (95 %)",
        target=0.0,
        comparison=Comparison.EQUAL,
    )


def _order_claims(clips: Sequence[_Clip], trials: int, note: str) -> list[Claim]:
    """Return how often a random order gives a range; the same clips in their own order must."""
    whole = _joined(clips)
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(trials):
        shuffled = [
            FrameFingerprint(
                number=place, at_ms=place * 1000, quality=frame.quality, dihedral=frame.dihedral
            )
            for place, frame in enumerate(whole[k] for k in rng.permutation(len(whole)))
        ]
        wrong += bool(match_clips(shuffled, whole))
    own = match_clips(whole, whole)
    covered = sum(one.agreeing_frames for one in own) / len(whole)
    return [
        _claim(
            "videos in a random order for which a range is given",
            wrong / trials,
            trials,
            f"{note}; {len(whole)} frames; at most {upper_bound(wrong, trials):.3f} (95 %)",
            target=0.01,
            comparison=Comparison.AT_MOST,
        ),
        _claim("frames of a video that its own range covers", covered, len(whole), note),
    ]


def _joined(clips: Sequence[_Clip]) -> list[FrameFingerprint]:
    frames = [frame for clip in clips for frame in clip.fingerprint.frames]
    return [
        FrameFingerprint(
            number=place, at_ms=place * 1000, quality=frame.quality, dihedral=frame.dihedral
        )
        for place, frame in enumerate(frames)
    ]


def _claim(
    name: str,
    value: float,
    count: int,
    note: str,
    *,
    target: float | None = None,
    comparison: Comparison | None = None,
) -> Claim:
    if target is not None and comparison is None:
        comparison = Comparison.AT_LEAST
    return Claim(
        name=name,
        value=value,
        unit="share",
        n=count,
        note=note,
        target=target,
        comparison=comparison,
    )
