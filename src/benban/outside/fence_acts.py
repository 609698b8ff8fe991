"""What can be asked of the fenced process; the only caller of the decoders."""

from collections.abc import Callable, Iterator, Mapping

import cv2
import msgspec
import numpy as np
from PIL import AvifImagePlugin, MpoImagePlugin, WebPImagePlugin

from benban.compare.veil import unveiled_png, veiled_png
from benban.fingerprint.arrival import judge_arrival
from benban.fingerprint.decode import decode_picture
from benban.fingerprint.measure import measure_picture
from benban.outside.fence_wire import Request

Act = Callable[[Request, Iterator[bytes]], bytes]

# Pillow finds these by name at the first picture; here they are loaded before files are closed.
_LOADED = (AvifImagePlugin, MpoImagePlugin, WebPImagePlugin)


def warm_up() -> None:
    """Run every act once on a drawn picture, so that nothing is left to load afterwards."""
    cv2.setNumThreads(1)
    ramp = np.add.outer(np.arange(96), np.arange(128)).astype(np.uint8)
    checks = np.kron(np.indices((12, 16)).sum(axis=0) % 2, np.ones((8, 8))) * 120
    drawn = np.dstack([ramp, ramp[::-1], checks.astype(np.uint8)])
    for ending in (".jpg", ".png", ".webp"):
        picture = cv2.imencode(ending, drawn)[1].tobytes()
        for name, act in ACTS.items():
            act(Request(act=name, pictures=1, max_side_px=64), iter([picture]))


def _measure(_: Request, pictures: Iterator[bytes]) -> bytes:
    return msgspec.msgpack.encode(measure_picture(next(pictures)))


def _arrival(_: Request, pictures: Iterator[bytes]) -> bytes:
    return msgspec.msgpack.encode(judge_arrival(next(pictures)))


def _veil(request: Request, pictures: Iterator[bytes]) -> bytes:
    return veiled_png(decode_picture(next(pictures)).rgb, request.max_side_px)


def _unveil(request: Request, pictures: Iterator[bytes]) -> bytes:
    return unveiled_png(decode_picture(next(pictures)).rgb, request.max_side_px)


ACTS: Mapping[str, Act] = {
    "measure": _measure,
    "arrival": _arrival,
    "veil": _veil,
    "unveil": _unveil,
}
