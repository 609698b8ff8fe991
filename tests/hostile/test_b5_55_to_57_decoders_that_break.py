"""B5 55 to 57: a decoder that hangs is ended, one that crashes dies alone, nothing lies about."""

import io
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.originals import GivenFile
from benban.casework.take_in import SightingReport, take_in
from benban.casework.videos import read_videos
from benban.errors import PictureTimeError, PictureUnsafeError
from benban.model.custody import EventKind
from benban.model.sighting import SightingKind
from benban.outside.clock import SystemClock
from benban.outside.fence import Fence, FenceLimits
from benban.vault import CaseStore
from tests.hostile.pictures import drawn, encoded
from tests.hostile.videos import FRAMES, a_video
from tests.path.terminal import ANSWERS, SEEN, Terminal, state_of

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/syscall").exists(), reason="the decoding process is found by /proc"
)

JPEG = encoded(drawn(640, 480), "JPEG")


def children(process: int) -> list[int]:
    try:
        said = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(one) for one in said.split()]


def below(process: int) -> list[int]:
    """Return *process* and every living one below it, the youngest last."""
    return [process, *(one for child in children(process) for one in below(child))]


class Served:
    """Finds the decoding process of a fence that is started after this."""

    def __init__(self) -> None:
        self._others = set(children(os.getpid()))

    def process(self) -> int:
        """Return the one that waits for the next request; the one before may be ending still."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            started = [one for one in children(os.getpid()) if one not in self._others]
            for process in (one for top in started for one in reversed(below(top))):
                with suppress(OSError):
                    # proc(5): the number of the call and its arguments; read(2) of descriptor 0.
                    call = Path(f"/proc/{process}/syscall").read_text().split()
                    if call[:2] in (["0", "0x0"], ["63", "0x0"]):
                        return process
            time.sleep(0.005)
        raise TimeoutError


class Striking(io.BytesIO):
    """A file during whose reading a signal strikes the process that decodes it."""

    def __init__(self, data: bytes, blow: signal.Signals, served: Served) -> None:
        super().__init__(data)
        self._served = served
        self._blow: signal.Signals | None = blow

    def read(self, size: int | None = -1, /) -> bytes:
        if self._blow is not None:
            os.kill(self._served.process(), self._blow)
            self._blow = None
        return super().read(size)


ACTS: dict[str, tuple[bytes, Callable[[Fence, io.BytesIO], object]]] = {
    "measure": (JPEG, lambda fence, stream: fence.measure(stream)),
    "probe_video": (a_video(), lambda fence, stream: fence.probe_video(stream)),
}


@pytest.mark.parametrize("act", ACTS)
def test_b5_55_a_decoder_that_hangs_is_ended_by_the_clock(act: str) -> None:
    data, ask = ACTS[act]
    served = Served()
    with Fence(FenceLimits(wall_s=4)) as fence:
        fence.facts()  # it runs, and waits

        with pytest.raises(PictureTimeError):
            ask(fence, Striking(data, signal.SIGSTOP, served))

        assert ask(fence, io.BytesIO(data))


@pytest.mark.parametrize(
    ("act", "blow"),
    [
        ("measure", signal.SIGSEGV),
        ("measure", signal.SIGKILL),
        ("probe_video", signal.SIGSEGV),
    ],
)
def test_b5_56_a_decoder_that_crashes_dies_alone_and_the_next_one_works(
    act: str, blow: signal.Signals
) -> None:
    data, ask = ACTS[act]
    served = Served()
    with Fence() as fence:
        fence.facts()

        with pytest.raises(PictureUnsafeError):
            ask(fence, Striking(data, blow, served))

        assert ask(fence, io.BytesIO(data))


def test_b5_56_of_three_pictures_the_one_that_crashes_its_decoder_says_so_and_is_kept(
    store: CaseStore,
) -> None:
    pictures = tuple(encoded(drawn(200 + n, 150), "JPEG") for n in range(3))
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ANSWERS)
    sighting = take_in(store, report, SystemClock()).sighting
    files = [GivenFile(stream=io.BytesIO(data), name="a.jpg") for data in pictures]
    exhibits = add_files(store, sighting, files, SystemClock())
    bad = exhibits[1].id

    served = Served()
    with ExitStack() as stack:
        fence = stack.enter_context(Fence())
        fence.facts()
        monkey = stack.enter_context(pytest.MonkeyPatch.context())
        really = store.open_exhibit
        monkey.setattr(
            type(store),
            "open_exhibit",
            lambda self, one: (
                Striking(really(one).read(), signal.SIGSEGV, served) if one == bad else really(one)
            ),
        )
        measured = fingerprint_exhibits(store, fence)

    failed = [one for one in store.events() if one.kind is EventKind.ATTEMPT_FAILED]
    reasons = [(one.subject, {f.name: f.value for f in one.fields}["reason"]) for one in failed]
    assert [one.exhibit_id for one in measured.fingerprints] == [exhibits[0].id, exhibits[2].id]
    assert reasons == [(bad, "BB-301")]
    assert state_of(store).contents == pictures


def test_b5_57_reading_and_showing_leave_nothing_of_a_picture_on_the_disk(
    terminal: Terminal, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, scratch, out = (tmp_path / name for name in ("home", "scratch", "out"))
    for folder in (home, scratch, out):
        folder.mkdir()
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    given = terminal.folder / "given"
    given.mkdir()
    (given / "a.jpg").write_bytes(JPEG)
    (given / "b.mp4").write_bytes(a_video())

    terminal.run("add", case, str(given / "a.jpg"), str(given / "b.mp4"), "--seen-on", "x", *SEEN)
    for number, exhibit in enumerate(terminal.state(case).exhibits):
        terminal.run("show", case, exhibit.id, "--out", str(out / f"{number}.png"))

    # Thumbnails of the desktop, spools, caches: none. What was asked for: veiled, and nothing else.
    assert [one for folder in (home, scratch) for one in folder.rglob("*") if one.is_file()] == []
    assert sorted(one.name for one in out.iterdir()) == ["0.png", "1.png"]
    pieces = [data[at : at + 64] for data in (JPEG, a_video()) for at in (600, len(data) // 2)]
    assert [
        path
        for folder in (terminal.vault, out)
        for path in folder.rglob("*")
        if path.is_file() and any(piece in path.read_bytes() for piece in pieces)
    ] == []


def test_b5_57_a_video_is_read_without_a_copy_of_it_anywhere(store: CaseStore) -> None:
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ANSWERS)
    sighting = take_in(store, report, SystemClock()).sighting
    given = GivenFile(stream=io.BytesIO(a_video()), name="b.mp4")
    add_files(store, sighting, [given], SystemClock())
    served = Served()
    with Fence() as fence:
        fence.facts()
        held = Path(f"/proc/{served.process()}/fd").iterdir()
        places = {str(one.readlink()).partition(":")[0] for one in held}
        (read,) = read_videos(store, fence).read

    # Two pipes and the way into nothing are all that the decoding process holds.
    assert read.facts.found_frames == FRAMES
    assert places <= {"pipe", "/dev/null"}


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is of Linux")
def test_b5_56_a_taken_over_decoder_sees_no_other_process_where_bubblewrap_is(
    tmp_path: Path,
) -> None:
    from benban.outside.posix import end_child, start_confined

    script = (
        "import os, sys\n"
        "try:\n    os.kill(int(sys.argv[1]), 0)\n    print('seen')\n"
        "except ProcessLookupError:\n    print('alone')\n"
        "try:\n    open(sys.argv[2], 'w')\n    print('written')\n"
        "except OSError:\n    print('refused')\n"
    )
    target = tmp_path / "written-by-the-fence"
    with Fence() as fence:
        is_wrapped = "own-processes" in fence.facts().in_force
    child = start_confined(
        [sys.executable, "-I", "-c", script, str(os.getpid()), str(target)],
        memory_bytes=0,
        cpu_s=0,
    )
    said = child.communicate()[0].decode().split()
    end_child(child)

    if not is_wrapped:
        pytest.skip("bubblewrap is not installed, or not allowed here")
    assert (said, target.exists()) == (["alone", "refused"], False)


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is of Linux")
def test_b5_56_a_taken_over_reader_of_text_finds_no_file_or_socket_of_a_person(
    tmp_path: Path,
) -> None:
    from benban.outside.posix import end_child, start_program

    (tmp_path / "kho").write_text("bytes of a vault")
    script = (
        "import socket, sys\n"
        "try:\n    print('read', open(sys.argv[1]).read())\n"
        "except OSError:\n    print('refused')\n"
        "way = socket.socket(socket.AF_UNIX)\n"
        "try:\n    way.connect(sys.argv[2])\n    print('reached')\n"
        "except OSError:\n    print('refused')\n"
    )
    with Fence() as fence:
        is_wrapped = "own-processes" in fence.facts().in_force
    with socket.socket(socket.AF_UNIX) as service:
        service.bind(str(tmp_path / "s"))
        service.listen(1)
        child = start_program(
            [sys.executable, "-I", "-c", script, str(tmp_path / "kho"), str(tmp_path / "s")],
            memory_bytes=1 << 30,
            cpu_s=10,
        )
        said = child.communicate()[0].decode().split()
        end_child(child)

    if not is_wrapped:
        pytest.skip("bubblewrap is not installed, or not allowed here")
    assert said == ["refused", "refused"]
