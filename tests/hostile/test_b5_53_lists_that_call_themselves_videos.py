"""B5 53: HLS, DASH, concat and the like under the name of a video: no network, no file."""

import io
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from benban.errors import BenbanError, PlaylistError, VideoFormatError
from benban.fingerprint.video import first_picture, probe_video
from benban.model.video import Container
from benban.outside.fence import Fence
from tests.hostile.conftest import Listener
from tests.hostile.videos import a_video, edited
from tests.path.terminal import SEEN, Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pipe with a name as a trap")


class Canary:
    """A named pipe that notices when anybody opens it to read."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self.was_opened = False
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._wait_for_a_reader)
        self._thread.start()

    def _wait_for_a_reader(self) -> None:
        while not self._is_over.wait(0.005):
            try:
                os.close(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
            except OSError:
                continue
            self.was_opened = True

    def close(self) -> None:
        self._is_over.set()
        self._thread.join()


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    canary = Canary(tmp_path / "canary.ts")
    yield canary
    canary.close()


LISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{file}\n#EXTINF:5,\n{http}\n",
    "hls with a mark before it": "\ufeff#EXTM3U\n#EXTINF:5,\n{http}\n#EXTINF:5,\n{file}\n",
    "hls key": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{http}"\n#EXTINF:5,\n{file}\n',
    "concat": "ffconcat version 1.0\nfile '{file}'\nfile '{http}'\n",
    "dash": '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period>'
    "<BaseURL>{http}</BaseURL></Period></MPD>\n",
    "session description": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\n"
    "m=video {port} RTP/AVP 96\r\n",
    "playlist": "[playlist]\nFile1={http}\nFile2={file}\n",
}


def a_list(name: str, canary: Canary, listener: Listener) -> bytes:
    places = {
        "file": canary.path.as_uri(),
        "http": f"http://127.0.0.1:{listener.port}/a.ts",
        "port": listener.port,
    }
    return LISTS[name].format(**places).encode()


def test_b5_53_the_traps_notice_whoever_comes(canary: Canary, listener: Listener) -> None:
    socket.create_connection(("127.0.0.1", listener.port)).close()
    canary.path.read_bytes()

    until = time.monotonic() + 20
    while not (canary.was_opened and listener.callers) and time.monotonic() < until:
        time.sleep(0.01)
    assert (canary.was_opened, listener.callers) == (True, 1)


@pytest.mark.parametrize("name", LISTS)
def test_b5_53_a_list_is_refused_by_the_fence_and_nothing_in_it_is_opened(
    fence: Fence, canary: Canary, listener: Listener, name: str
) -> None:
    data = a_list(name, canary, listener)

    with pytest.raises(PlaylistError):
        fence.probe_video(io.BytesIO(data))
    with pytest.raises(PlaylistError):
        fence.veil_still(io.BytesIO(data), 200)

    assert (canary.was_opened, listener.callers) == (False, 0)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("container", Container)
def test_b5_53_a_list_behind_a_videos_first_bytes_opens_nothing_even_without_the_fence(
    canary: Canary, listener: Listener, name: str, container: Container
) -> None:
    # No fence here: what is tried is whether the reader itself would open anything.
    starts = {
        Container.MOV: struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0),
        Container.MATROSKA: b"\x1aE\xdf\xa3\x80",
        Container.AVI: b"RIFF\xff\xff\0\0AVI ",
        Container.MPEG_TS: (b"\x47" + bytes(187)) * 6,
        Container.FLV: b"FLV\x01\x05\0\0\0\x09\0\0\0\0",
    }
    data = starts[container] + a_list(name, canary, listener)

    for read in (probe_video, first_picture):
        with pytest.raises(BenbanError):
            read(io.BytesIO(data))

    assert (canary.was_opened, listener.callers) == (False, 0)


def test_b5_53_a_list_with_leading_text_is_no_video_either(
    canary: Canary, listener: Listener
) -> None:
    data = b"Xem video:\n" + a_list("hls", canary, listener)

    with pytest.raises(VideoFormatError):
        probe_video(io.BytesIO(data))

    assert (canary.was_opened, listener.callers) == (False, 0)


@pytest.mark.parametrize("address", ["{file}", "{http}"])
def test_b5_53_a_video_whose_pictures_are_said_to_lie_elsewhere_opens_nothing(
    canary: Canary, listener: Listener, address: str
) -> None:
    # ISO/IEC 14496-12 8.7.2: a data reference that is not this file.
    place = address.format(
        file=canary.path.as_uri(), http=f"http://127.0.0.1:{listener.port}/a.mp4"
    )
    entry = struct.pack(">I4sI", 13 + len(place), b"url ", 0) + place.encode() + b"\0"
    video = edited(a_video(), b"dref", lambda _: struct.pack(">II", 0, 1) + entry)

    for read in (probe_video, first_picture):
        with suppress(BenbanError):  # what it says of itself is not the question here
            read(io.BytesIO(video))

    assert (canary.was_opened, listener.callers) == (False, 0)


def test_b5_53_a_list_is_kept_byte_for_byte_and_the_person_is_told(
    terminal: Terminal, case: str, canary: Canary, listener: Listener
) -> None:
    data = a_list("hls", canary, listener)
    path = terminal.file("phim.mp4", data)

    added = terminal.run("add", case, path, "--seen-on", "nhóm", *SEEN)

    assert [one["code"] for one in added.json["unmeasured"]] == ["BB-313"]
    assert terminal.state(case).contents == (data,)
    assert (canary.was_opened, listener.callers) == (False, 0)
