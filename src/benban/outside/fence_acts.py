"""What can be asked of the fenced process; the only caller of the decoders."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import BinaryIO

import av
import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, MpoImagePlugin, WebPImagePlugin
from PIL.ImageCms import profileToProfile

from benban.compare.clip_frames import (
    MAX_QUESTIONED_FRAMES,
    MAX_SOURCE_FRAMES,
    STEP_MS,
    ClipFrame,
    prepare_frames,
    prepare_still,
)
from benban.compare.clip_source import find_source_clip
from benban.compare.describe import describe_original, describe_questioned
from benban.compare.laid_over import laid_over_png
from benban.compare.links import find_links, links_png
from benban.compare.packed import write_packed
from benban.compare.pair import compare_pictures
from benban.compare.patches import patches_png, pick_patches
from benban.compare.veil import (
    Picture,
    VeiledPair,
    grey_png,
    unveiled_png,
    veil_pair,
    veiled_pair_png,
    veiled_png,
)
from benban.errors import PairNotVeilableError
from benban.exposure.colour import Space, own_profile
from benban.exposure.redraw import redraw, shows_same
from benban.exposure.wish import SaferWish
from benban.fingerprint.arrival import judge_arrival
from benban.fingerprint.credentials import load_reader, read_credentials
from benban.fingerprint.decode import decode_picture, sniff_media_type
from benban.fingerprint.frames import READING_S, FrameReader, fingerprint_video
from benban.fingerprint.measure import measure_picture, scan_picture
from benban.fingerprint.own_look import look_at_own
from benban.fingerprint.ports import LinkedPair, PairFinding, PatchedPair
from benban.fingerprint.video import first_picture, probe_video
from benban.model.finding import Registration
from benban.outside.fence_wire import Request

Act = Callable[[Request, Iterator[bytes]], bytes]
VideoAct = Callable[[Request, BinaryIO], bytes]
ClipAct = Callable[[Sequence[bytes], Sequence[BinaryIO]], bytes]

_OF_ONE_PICTURE = (
    *("measure", "scan", "arrival", "look_at_own", "veil", "unveil", "grey"),
    *("describe_original", "describe_questioned"),
)
# Pillow finds these by name at the first picture; here they are loaded before files are closed.
_LOADED = (AvifImagePlugin, MpoImagePlugin, WebPImagePlugin)


def warm_up() -> None:
    """Run every act once on a drawn picture, so that nothing is left to load afterwards."""
    cv2.setNumThreads(1)
    # Loaded, and asked nothing: threads that it starts would be missing in the copies.
    load_reader()
    av.logging.set_level(av.logging.PANIC)
    ramp = np.add.outer(np.arange(192), np.arange(256)).astype(np.uint8)
    grain = np.random.default_rng(1).integers(0, 200, (24, 32, 3), np.uint8)
    rough = cv2.resize(grain, (256, 192), interpolation=cv2.INTER_CUBIC)
    drawn = np.asarray(rough // 2 + ramp[..., None] // 2, np.uint8)
    for ending in (".jpg", ".png", ".webp"):
        picture = cv2.imencode(ending, drawn)[1].tobytes()
        for name in _OF_ONE_PICTURE:
            request = Request(act=name, pictures=1, max_side_px=64, is_hashed=True)
            ACTS[name](request, iter([picture]))
    pair = [cv2.imencode(".png", drawn)[1].tobytes()] * 2
    found = msgspec.msgpack.decode(
        _compare(Request(act="compare", pictures=2), iter(pair)), type=tuple[PairFinding, ...]
    )
    for name in ("veil_pair", "lay_pair", "link_pair", "patch_pair"):
        ACTS[name](Request(act=name, pictures=2, finding=found[0]), iter(pair))
    _warm_up_copies(drawn)
    video = io.BytesIO(_drawn_video(drawn[:48, :64]))
    for name, act in VIDEO_ACTS.items():
        act(Request(act=name, pictures=0, max_side_px=64), video)
    for find in CLIP_ACTS.values():
        find(pair[:1], [video])


def _warm_up_copies(drawn: NDArray[np.uint8]) -> None:
    wide, usual = (own_profile(space) for space in (Space.DISPLAY_P3, Space.SRGB))
    file = io.BytesIO()
    Image.fromarray(drawn).save(file, "JPEG", icc_profile=wide)
    picture = file.getvalue()
    _redraw(Request(act="redraw", pictures=1, max_side_px=200, mark="\u1ec7"), iter([picture]))
    _shows_same(Request(act="shows_same", pictures=2), iter([picture] * 2))
    # What is asked for where a profile is of no known space.
    profileToProfile(Image.fromarray(drawn), io.BytesIO(wide), io.BytesIO(usual))


def _drawn_video(rgb: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as video:
        stream = video.add_stream("mpeg4", rate=25)
        stream.height, stream.width = rgb.shape[:2]
        stream.pix_fmt = "yuv420p"
        video.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        video.mux(stream.encode(None))
    return file.getvalue()


def _measure(_: Request, pictures: Iterator[bytes]) -> bytes:
    return msgspec.msgpack.encode(measure_picture(next(pictures)))


def _scan(_: Request, pictures: Iterator[bytes]) -> bytes:
    return msgspec.msgpack.encode(scan_picture(next(pictures)))


def _arrival(_: Request, pictures: Iterator[bytes]) -> bytes:
    return msgspec.msgpack.encode(judge_arrival(next(pictures)))


def _veil(request: Request, pictures: Iterator[bytes]) -> bytes:
    return veiled_png(decode_picture(next(pictures)).rgb, request.max_side_px)


def _unveil(request: Request, pictures: Iterator[bytes]) -> bytes:
    return unveiled_png(decode_picture(next(pictures)).rgb, request.max_side_px)


def _grey(request: Request, pictures: Iterator[bytes]) -> bytes:
    return grey_png(decode_picture(next(pictures)).rgb, request.max_side_px)


def _look_at_own(request: Request, pictures: Iterator[bytes]) -> bytes:
    return msgspec.msgpack.encode(look_at_own(next(pictures), is_hashed=request.is_hashed))


def _read_credentials(_: Request, pictures: Iterator[bytes]) -> bytes:
    data = next(pictures)
    return msgspec.msgpack.encode(read_credentials(data, sniff_media_type(data)))


def _compare(_: Request, pictures: Iterator[bytes]) -> bytes:
    questioned = decode_picture(next(pictures))
    originals = (decode_picture(data) for data in pictures)
    return msgspec.msgpack.encode(compare_pictures(questioned, originals))


def _describe_original(_: Request, pictures: Iterator[bytes]) -> bytes:
    return write_packed(describe_original(decode_picture(next(pictures)).rgb))


def _describe_questioned(_: Request, pictures: Iterator[bytes]) -> bytes:
    return write_packed(describe_questioned(decode_picture(next(pictures)).rgb))


def _veil_pair(request: Request, pictures: Iterator[bytes]) -> bytes:
    return veiled_pair_png(_veiled(request, *_both(pictures))[1])


def _lay_pair(request: Request, pictures: Iterator[bytes]) -> bytes:
    return laid_over_png(_veiled(request, *_both(pictures))[1])


def _link_pair(request: Request, pictures: Iterator[bytes]) -> bytes:
    questioned, original = _both(pictures)
    registration, pair = _veiled(request, questioned, original)
    links = find_links(questioned, original, registration, pair)
    png = links_png(pair, links, registration) if links else b""
    return msgspec.msgpack.encode(LinkedPair(links=links, png=png))


def _patch_pair(request: Request, pictures: Iterator[bytes]) -> bytes:
    _, pair = _veiled(request, *_both(pictures))
    picked = pick_patches(pair)
    png = patches_png(pair, picked.side_px, picked.patches) if picked.patches else b""
    return msgspec.msgpack.encode(
        PatchedPair(side_px=picked.side_px, patches=picked.patches, png=png)
    )


def _both(pictures: Iterator[bytes]) -> tuple[Picture, Picture]:
    questioned, original = (decode_picture(data).rgb for data in pictures)
    return questioned, original


def _veiled(
    request: Request, questioned: Picture, original: Picture
) -> tuple[Registration, VeiledPair]:
    finding = request.finding
    if finding is None or finding.registration is None or finding.change_map is None:
        raise PairNotVeilableError
    pair = veil_pair(questioned, original, finding.registration, finding.change_map)
    return finding.registration, pair


def _redraw(request: Request, pictures: Iterator[bytes]) -> bytes:
    return redraw(next(pictures), SaferWish(max_side_px=request.max_side_px, mark=request.mark))


def _shows_same(_: Request, pictures: Iterator[bytes]) -> bytes:
    photo, copy = pictures
    return bytes([shows_same(photo, copy)])


def _probe_video(_: Request, video: BinaryIO) -> bytes:
    return msgspec.msgpack.encode(probe_video(video))


def _fingerprint_video(_: Request, video: BinaryIO) -> bytes:
    return msgspec.msgpack.encode(fingerprint_video(video))


def _veil_still(request: Request, video: BinaryIO) -> bytes:
    return veiled_png(first_picture(video), request.max_side_px)


def _unveil_still(request: Request, video: BinaryIO) -> bytes:
    return unveiled_png(first_picture(video), request.max_side_px)


def _find_clip(stills: Sequence[bytes], videos: Sequence[BinaryIO]) -> bytes:
    """Answer for one still and its sources, or for a questioned video and its sources."""
    sources = videos if stills else videos[1:]
    # All together must end within the time of one.
    each_s = READING_S / (2 * len(videos))
    if stills:
        questioned = prepare_still(decode_picture(stills[0]).rgb)
    else:
        questioned = _clip_frames(videos[0], MAX_QUESTIONED_FRAMES, each_s)
    most = max(2, MAX_SOURCE_FRAMES // len(sources))
    clips = [_clip_frames(source, most, each_s) for source in sources]
    found = find_source_clip(questioned, clips)
    return msgspec.msgpack.encode(() if found is None else (found,))


def _clip_frames(video: BinaryIO, most: int, reading_s: float) -> tuple[ClipFrame, ...]:
    reader = FrameReader(video, every_ms=STEP_MS, reading_s=reading_s)
    return prepare_frames(reader.frames(), most=most)


CLIP_ACTS: Mapping[str, ClipAct] = {"find_clip": _find_clip}
VIDEO_ACTS: Mapping[str, VideoAct] = {
    "probe_video": _probe_video,
    "fingerprint_video": _fingerprint_video,
    "veil_still": _veil_still,
    "unveil_still": _unveil_still,
}
ACTS: Mapping[str, Act] = {
    "measure": _measure,
    "scan": _scan,
    "arrival": _arrival,
    "look_at_own": _look_at_own,
    "read_credentials": _read_credentials,
    "compare": _compare,
    "describe_original": _describe_original,
    "describe_questioned": _describe_questioned,
    "veil": _veil,
    "veil_pair": _veil_pair,
    "lay_pair": _lay_pair,
    "link_pair": _link_pair,
    "patch_pair": _patch_pair,
    "unveil": _unveil,
    "grey": _grey,
    "redraw": _redraw,
    "shows_same": _shows_same,
}
