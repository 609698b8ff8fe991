"""
The running process of a fence, with its pipes.

It is started confined, greets, and is asked one thing after the other; whoever is late or dies is
ended from here.
"""

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import msgspec

import benban
from benban.errors import (
    BenbanError,
    FenceUnavailableError,
    PictureTimeError,
    PictureTooLargeError,
    PictureUnsafeError,
)
from benban.outside.fence_pieces import Pieces
from benban.outside.fence_wire import (
    CHUNK_BYTES,
    PICTURE_CHUNK_BYTES,
    Answer,
    Hello,
    Request,
    read_message,
    write_message,
)

if sys.platform == "win32":
    from benban.outside.windows import end_child, start_confined
else:
    from benban.outside.posix import end_child, start_confined

T = TypeVar("T")

# What a picture of 50 Mpx needs at most while it is decoded and hashed, with room to spare.
_MEMORY_BYTES = 1536 * 1024 * 1024
# The clock runs per picture; a slow laptop compares thirty phone photos within this.
_CPU_S = 900
_WALL_S = 60.0
_START_S = 60.0
# A video is read to its end: longer than fingerprint.frames.READING_S, after which it stops itself.
_READS_ALL = frozenset({"fingerprint_video", "find_clip"})
_READING_TIMES = 5
# 96 MB: more than any phone writes into one picture.
PICTURE_BYTES = 96 * 1024 * 1024
_HELLO_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FenceLimits:
    """
    The limits of one request.

    Attributes:
        memory_bytes: address space on top of what the loaded libraries take.
        cpu_s: processor time.
        wall_s: time by the clock for each picture handed over, five times as long for reading a
            video to its end; after it the process is ended from outside.
    """

    memory_bytes: int = _MEMORY_BYTES
    cpu_s: int = _CPU_S
    wall_s: float = _WALL_S


class FenceProcess:
    """The running process with its pipes."""

    def __init__(self, limits: FenceLimits) -> None:
        self._limits = limits
        # The folder of this very package: -I shuts out the environment and the current folder.
        folder = str(Path(benban.__file__).parent.parent)
        call = (
            f"import sys; sys.path.insert(0, {folder!r}); "
            "from benban.outside.fence_child import main; main()"
        )
        arguments = [sys.executable, "-I", "-B", "-c", call]
        limit_texts = [str(limits.memory_bytes), str(limits.cpu_s)]
        try:
            self._process = start_confined(
                [*arguments, *limit_texts], memory_bytes=limits.memory_bytes, cpu_s=limits.cpu_s
            )
        except OSError as error:
            raise FenceUnavailableError(type(error).__name__) from error
        self._is_late = threading.Event()
        try:
            with self._deadline(_START_S):
                hello = read_message(self._answers, _HELLO_BYTES)
        except (OSError, EOFError) as error:
            self.end()
            raise FenceUnavailableError("no greeting") from error
        if hello is None:
            self.end()
            raise FenceUnavailableError("ended at its start")
        self.in_force = decode_answer(hello, Hello).in_force

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(
        self,
        request: Request,
        pictures: Iterable[BinaryIO],
        answer_bytes: int,
        video: Pieces | None = None,
    ) -> Answer:
        """
        Return the answer to one request; pieces of *video* are handed over when asked for.

        Raises:
            PictureTooLargeError: BB-302, more bytes than are handed over.
            PictureTimeError: BB-305, the time by the clock ran out.
            PictureUnsafeError: BB-301, the process died.
        """
        wall_s = self._limits.wall_s * max(1, request.pictures)
        with self._deadline(wall_s * (_READING_TIMES if request.act in _READS_ALL else 1)):
            try:
                write_message(self._requests, msgspec.msgpack.encode(request))
                for picture in pictures:
                    _hand_over(picture, self._requests)
                self._requests.flush()
                answer = self._read_answer(answer_bytes)
                while answer.piece is not None:
                    write_message(self._requests, _piece(video, *answer.piece))
                    self._requests.flush()
                    answer = self._read_answer(answer_bytes)
            except (OSError, EOFError) as error:
                raise self._death() from error
            return answer

    def end(self) -> None:
        """End the process and everything it started."""
        end_child(self._process)
        for pipe in (self._requests, self._answers):
            with suppress(OSError):  # what was not written any more is of no use to the dead
                pipe.close()

    @property
    def _requests(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdin)

    @property
    def _answers(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdout)

    def _read_answer(self, answer_bytes: int) -> Answer:
        answer = read_message(self._answers, answer_bytes)
        if answer is None:
            raise EOFError
        return decode_answer(answer, Answer)

    def _death(self) -> BenbanError:
        return PictureTimeError() if self._is_late.is_set() else PictureUnsafeError("process died")

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        def end_late() -> None:
            self._is_late.set()
            end_child(self._process)

        timer = threading.Timer(seconds, end_late)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _hand_over(picture: BinaryIO, requests: BinaryIO) -> None:
    handed_over = 0
    while chunk := picture.read(PICTURE_CHUNK_BYTES):
        handed_over += len(chunk)
        if handed_over > PICTURE_BYTES:
            raise PictureTooLargeError(limit=f"{PICTURE_BYTES // 2**20} MB")
        write_message(requests, chunk)
    write_message(requests, b"")


def _piece(video: Pieces | None, offset: int, size: int) -> bytes:
    """Return the piece asked for; whoever asks for another file's or too much is not ours."""
    if video is None or offset < 0 or not 0 < size <= CHUNK_BYTES:
        raise FenceUnavailableError("implausible piece")
    video.seek(offset)
    return video.read(size)


def decode_answer(body: bytes, kind: type[T]) -> T:
    """
    Return *body* as *kind*.

    Raises:
        FenceUnavailableError: BB-306, it is something else.
    """
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise FenceUnavailableError("answer of another shape") from error
