"""
The process in which pictures from outside are decoded and measured.

It starts, loads what it needs, tells what confines it, and then serves one request after the
other: each in a fresh copy of itself (fork) where the platform can, so that nothing one picture
does reaches the next. Errors cross the boundary as codes, never as text.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO, cast

import msgspec

from benban.errors import BenbanError, PictureUnsafeError
from benban.outside import fence_acts
from benban.outside.fence_window import Window
from benban.outside.fence_wire import (
    CHUNK_BYTES,
    PICTURE_CHUNK_BYTES,
    REQUEST_BYTES,
    Answer,
    Hello,
    Request,
    read_message,
    write_message,
)

if sys.platform == "win32":
    from benban.outside.windows import leave_network, limit_child
else:
    from benban.outside.posix import leave_network, limit_child, run_in_copy


def main() -> None:
    """Serve requests from standard input until it ends."""
    sys.stdout = sys.stderr  # a library that prints must not reach the answers
    memory_bytes, cpu_s = int(sys.argv[1]), int(sys.argv[2])
    network = ("no-network",) if leave_network() else ()
    fence_acts.warm_up()

    def hello() -> bool:
        in_force = (*network, *limit_child(memory_bytes=memory_bytes, cpu_s=cpu_s))
        _send(msgspec.msgpack.encode(Hello(in_force=in_force)))
        return True

    def serve() -> bool:
        limit_child(memory_bytes=memory_bytes, cpu_s=cpu_s)
        return _serve_one()

    if sys.platform == "win32":
        hello()
        _serve_one()  # the parent starts a fresh process for the next one
    else:
        goes_on = run_in_copy(hello)
        while goes_on:
            goes_on = run_in_copy(serve)


def _serve_one() -> bool:
    """Answer the next request; False when there is none."""
    source = open(0, "rb", closefd=False)  # noqa: SIM115 - descriptor 0, not a path
    head = read_message(source, REQUEST_BYTES)
    if head is None:
        return False
    request = msgspec.msgpack.decode(head, type=Request)
    pictures = (_read_picture(source) for _ in range(request.pictures))
    if request.video_bytes:
        answer = _answer_about_clips(request, pictures, _asker(source))
    elif request.window_bytes:
        answer = _answer_about_video(request, Window(request.window_bytes, _asker(source)))
    else:
        answer = _answer(lambda: fence_acts.ACTS[request.act](request, pictures))
    for _ in pictures:
        pass  # the parent writes all it has before it reads
    _send(msgspec.msgpack.encode(answer))
    return True


def _answer_about_video(request: Request, video: Window) -> Answer:
    # The window is a raw stream of reads and seeks, which is all that the library uses of it.
    source = cast("BinaryIO", video)
    return _answer(lambda: fence_acts.VIDEO_ACTS[request.act](request, source))


def _answer_about_clips(
    request: Request, pictures: Iterator[bytes], ask: Callable[[int, int], bytes]
) -> Answer:
    # All pictures are read before the first piece is asked for: they come on the same pipe.
    stills = list(pictures)
    videos: list[BinaryIO] = []
    start = 0
    for size in request.video_bytes:
        videos.append(cast("BinaryIO", Window(size, partial(_ask_from, ask, start))))
        start += size
    return _answer(lambda: fence_acts.CLIP_ACTS[request.act](stills, videos))


def _ask_from(ask: Callable[[int, int], bytes], start: int, offset: int, size: int) -> bytes:
    return ask(start + offset, size)


def _asker(source: BinaryIO) -> Callable[[int, int], bytes]:
    def ask(offset: int, size: int) -> bytes:
        _send(msgspec.msgpack.encode(Answer(piece=(offset, size))))
        piece = read_message(source, CHUNK_BYTES)
        if piece is None or len(piece) != size:
            raise EOFError
        return piece

    return ask


def _answer(act: Callable[[], bytes]) -> Answer:
    try:
        return Answer(body=act())
    except BenbanError as error:
        return Answer(code=error.code, params=error.params)
    except MemoryError:
        return Answer(code=PictureUnsafeError.code)
    except Exception as error:  # noqa: BLE001 - the boundary: only a code may cross it
        print(type(error).__name__, error, file=sys.stderr)  # noqa: T201 - closed in use
        return Answer(code=PictureUnsafeError.code)


def _read_picture(source: BinaryIO) -> bytes:
    parts: list[bytes] = []
    while part := read_message(source, PICTURE_CHUNK_BYTES):
        parts.append(part)
    return b"".join(parts)


def _send(payload: bytes) -> None:
    with open(1, "wb", closefd=False) as answers:
        write_message(answers, payload)


if __name__ == "__main__":
    main()
