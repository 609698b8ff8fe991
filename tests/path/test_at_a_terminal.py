"""A person at a keyboard, in Vietnamese: what is asked, in which order, and stopping halfway."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.harm.export import CHOSEN, name_of, write_export
from tests.path.terminal import ADDRESS, PASSPHRASE, SEEN, Terminal, opened
from tests.unit.casework.saved import picture, save
from tests.unit.unpack.mails import box, mail

pty = pytest.importorskip("pty", reason="a keyboard is played through a POSIX terminal")

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc what a process does")
SECRET = PASSPHRASE
# The terminal becomes the child's own, so that Ctrl-C reaches it as a signal; who starts the tests
# in the background may have had that signal ignored, and a child inherits it.
START = """
import fcntl, signal, sys, termios
signal.signal(signal.SIGINT, signal.default_int_handler)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from benban.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
# Before that: the command stops itself as soon as a file that it holds in a folder has its first
# bytes, with or without a name. Who only looked on could come too late.
HALT = """
import os, signal, sys
def halt(_event, _arguments, folder=os.environ["HALTS_IN"], done=[]):
    if done:
        return
    done.append("looking")
    for one in os.listdir("/proc/self/fd"):
        path = f"/proc/self/fd/{one}"
        try:
            is_it = os.readlink(path).startswith(f"{folder}/") and os.stat(path).st_size
        except OSError:
            continue
        if is_it:
            os.kill(os.getpid(), signal.SIGSTOP)
            return
    done.clear()
sys.addaudithook(halt)
"""
# A command that waits for nothing is given up: so long it may do nothing at all. On a busy computer
# one that works may take any time to be given the processor.
PATIENCE_S = 60
# Longer than any works.
_LONGEST_S = 1200


class Watch:
    """Says whether a command still does something."""

    def __init__(self, pid: int) -> None:
        self._stat = Path("/proc") / str(pid) / "stat"
        self._status = self._stat.with_name("status")
        self._begun = self._changed_at = time.monotonic()
        self._used = ""

    def may_go_on(self) -> bool:
        """Whether it used the processor lately, and is not at it for longer than any works."""
        now = time.monotonic()
        with contextlib.suppress(OSError):
            # Fields 14 and 15 of proc(5): the times used.
            if (used := " ".join(self._fields()[11:13])) != self._used:
                self._used, self._changed_at = used, now
        return now - self._changed_at < PATIENCE_S and now - self._begun < _LONGEST_S

    def state(self) -> str:
        """Return S where it waits for something, such as a key; T where it is halted."""
        with contextlib.suppress(OSError):
            return self._fields()[0]
        return ""

    def is_interrupted(self) -> bool:
        """Whether a Ctrl-C waits for it (proc(5): a bit for each signal)."""
        lines = (line.split(":") for line in self._status.read_text().splitlines())
        pending = {name: said for name, said in lines if name in ("SigPnd", "ShdPnd")}
        return any(int(said, 16) & 1 << signal.SIGINT - 1 for said in pending.values())

    def _fields(self) -> list[str]:
        """Return those after the name, from the third of proc(5) on."""
        return self._stat.read_text().rpartition(")")[2].split()


class Keyboard:
    """One command on a terminal of its own."""

    def __init__(self, vault: Path, *words: str, halts_in: Path | None = None) -> None:
        self._here, there = pty.openpty()
        os.set_blocking(self._here, False)
        environment = {**os.environ, "BENBAN_VAULT": str(vault), "BENBAN_LANG": "vi"}
        environment |= {"COLUMNS": "200", "TERM": "dumb", "PYTHONUTF8": "1"}
        start = START if halts_in is None else f"{HALT}{START}"
        if halts_in is not None:
            environment["HALTS_IN"] = str(halts_in)
        self._process = subprocess.Popen(
            [sys.executable, "-c", start, *words],
            stdin=there,
            stdout=there,
            stderr=there,
            env=environment,
            start_new_session=True,
        )
        os.close(there)
        self.screen = ""
        self._seen = 0

    def sees(self, text: str) -> str:
        """Wait for *text* after what was seen last; return what came before it."""
        watch = Watch(self._process.pid)
        while text not in self.screen[self._seen :]:
            # Asked before what it wrote is read: it may end in the meantime.
            has_ended = self._process.poll() is not None
            self._goes_on(watch, is_alive=self._read() or not has_ended)
        place = self.screen.index(text, self._seen)
        before, self._seen = self.screen[self._seen : place], place + len(text)
        return before

    def types(self, text: str) -> None:
        os.write(self._here, f"{text}\n".encode())

    def answers(self, question: str, text: str) -> None:
        self.sees(question)
        self.sees(": ")
        self.types(text)

    def waits_at(self, question: str) -> None:
        """
        Return when *question* was asked and the command sleeps over it.

        A signal that comes between a question and the read of its answer is not seen before the
        next key (so does CPython's `input`): a person's finger is slower than that, a test is not.
        """
        self.sees(question)
        self.sees(": ")
        self._reaches("S")

    def halts(self) -> None:
        """Wait until the command has halted itself (see `HALT`)."""
        self._reaches("T")

    def presses_ctrl_c(self) -> None:
        os.write(self._here, b"\x03")

    def goes_on_after_ctrl_c(self) -> None:
        """Press the keys while the command is halted, and let it go on: it meets them first."""
        self.presses_ctrl_c()
        watch = Watch(self._process.pid)
        # The terminal passes them on in its own time.
        while not watch.is_interrupted():
            self._goes_on(watch, is_alive=self._process.poll() is None)
            time.sleep(0.01)
        self._process.send_signal(signal.SIGCONT)

    def ends(self) -> int:
        watch = Watch(self._process.pid)
        while self._process.poll() is None:
            self._goes_on(watch, is_alive=True)
            self._read()
        while self._read():
            pass
        os.close(self._here)
        return self._process.returncode

    def _reaches(self, state: str) -> None:
        watch = Watch(self._process.pid)
        while watch.state() != state:
            self._goes_on(watch, is_alive=self._process.poll() is None)
            self._read()

    def _goes_on(self, watch: "Watch", *, is_alive: bool) -> None:
        """Fail with what the screen shows; the command must not go on and hold the vault."""
        if is_alive and watch.may_go_on():
            return
        self._process.kill()
        self._process.wait()
        pytest.fail(self.screen)

    def _read(self) -> bool:
        try:
            data = os.read(self._here, 65536)
        except BlockingIOError:
            time.sleep(0.02)
            return False
        except OSError:
            return False
        self.screen += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault whose passphrase costs little to try."""
    return Terminal.with_vault(tmp_path_factory.mktemp("may")).vault


def test_a_vault_is_made_at_the_keyboard_and_its_recovery_code_typed_back(tmp_path: Path) -> None:
    folder = tmp_path / "kho"
    keys = Keyboard(folder, "vault", "new")
    keys.answers("Cụm mật khẩu mới", SECRET)
    keys.answers("Gõ lại", "khác")
    keys.sees("chưa giống nhau")
    keys.answers("Cụm mật khẩu mới", SECRET)
    keys.answers("Gõ lại", SECRET)
    keys.sees("Mã khôi phục của bạn")
    code = keys.sees("Hãy chép").split()[-1].split("-")
    keys.answers("nhóm thứ 2", "sai")
    keys.sees("Chưa khớp")
    keys.answers("nhóm thứ 2", code[1].lower())
    keys.answers("nhóm thứ 6", code[5])
    keys.sees("Mã đã được chép đúng")

    assert keys.ends() == 0
    with opened(folder) as made:
        assert made.case_ids() == ()


@pytest.fixture(scope="module")
def case(vault: Path) -> str:
    keys = Keyboard(vault, "case", "new")
    keys.answers("Cụm mật khẩu", SECRET)
    keys.answers("Đặt tên cho hồ sơ", "")
    keys.sees("Đã mở hồ sơ case-")
    keys.sees("\n")
    assert keys.ends() == 0
    found = re.search(r"case-([0-9a-f]{16})", keys.screen)
    assert found is not None
    return found[1]


def test_a_second_vault_is_refused_before_a_passphrase_is_asked(vault: Path) -> None:
    keys = Keyboard(vault, "vault", "new")

    code = keys.ends()

    assert (code, "BB-402" in keys.screen, "Cụm mật khẩu" in keys.screen) == (1, True, False)


def test_without_a_vault_no_passphrase_is_asked(tmp_path: Path) -> None:
    keys = Keyboard(tmp_path / "khong-co", "case", "list")

    code = keys.ends()

    assert (code, "BB-401" in keys.screen, "Cụm mật khẩu:" in keys.screen) == (1, True, False)


def test_a_wrong_passphrase_is_told_before_anything_is_asked(vault: Path, case: str) -> None:
    keys = Keyboard(vault, "add", case)
    keys.answers("Cụm mật khẩu", "sai")

    code = keys.ends()

    assert (code, "BB-403" in keys.screen, "Địa chỉ" in keys.screen) == (1, True, False)


def test_a_place_is_told_step_by_step_and_nothing_is_opened_without_yes(
    vault: Path, case: str
) -> None:
    keys = Keyboard(vault, "add", case[:6])
    keys.answers("Cụm mật khẩu", SECRET)
    keys.answers("Địa chỉ nơi bạn đã thấy", "không phải địa chỉ")
    keys.sees("BB-102")
    keys.answers("Địa chỉ nơi bạn đã thấy", "t.me/kenh_vi_du/5")
    keys.answers("bằng lời của mình", "Tôi thấy lúc tối")
    keys.answers("Bạn thấy lúc nào", "tối qua")
    keys.sees("Chưa hiểu")
    keys.answers("Bạn thấy lúc nào", "22/11/2026")
    keys.answers("Chuyện gì đã xảy ra", "0")
    keys.sees("Hãy gõ một số từ 1 đến 6")
    keys.types("1")
    keys.answers("Hôm nay bạn", "1")
    keys.answers("Trong hình này", "1")
    keys.answers("Tất cả những người", "1")
    keys.answers("Mở ngay từ máy này?", "2")
    keys.sees("chưa mở trang")

    code = keys.ends()

    assert (code, f"plan case-{case}" in keys.screen) == (0, True)


@ON_LINUX
def test_stopping_at_a_question_ends_in_words_and_keeps_nothing_half(
    vault: Path, case: str
) -> None:
    keys = Keyboard(vault, "add", case)
    keys.answers("Cụm mật khẩu", SECRET)
    keys.answers("Địa chỉ nơi bạn đã thấy", "t.me/kenh_vi_du/77")
    keys.waits_at("bằng lời của mình")
    keys.presses_ctrl_c()

    code = keys.ends()

    assert (code, "BB-005" in keys.screen, "Traceback" in keys.screen) == (130, True, False)
    shown = Keyboard(vault, "case", "show", case)
    shown.answers("Cụm mật khẩu", SECRET)
    assert (shown.ends(), "kenh_vi_du/77" in shown.screen) == (0, False)


@ON_LINUX
def test_stopping_while_a_dossier_is_made_leaves_no_file(tmp_path: Path) -> None:
    terminal = Terminal.with_vault(tmp_path)
    case = terminal.new_case()
    assert terminal.run("add", case, ADDRESS, *SEEN).code == 0
    out = tmp_path / "ra"
    out.mkdir()
    words = ("dossier", case, "--out", str(out / "tai-lieu.zip"))
    keys = Keyboard(terminal.vault, *words, halts_in=out)
    keys.answers("dành cho ai?", "1")
    keys.answers("Cụm mật khẩu", SECRET)
    keys.sees("Gửi?")
    keys.answers("Gõ số", "2")
    keys.halts()
    keys.goes_on_after_ctrl_c()

    code = keys.ends()

    assert (code, "BB-005" in keys.screen, list(out.iterdir())) == (130, True, [])


def test_messages_are_ticked_page_by_page(vault: Path, case: str, tmp_path: Path) -> None:
    path = str(write_export(tmp_path / "export"))
    answers = ("--adult-now", "yes", "--adult-in-picture", "yes", "--nobody-doubts", "yes")
    keys = Keyboard(vault, "import", case, path, "--kind", "published", *answers)
    keys.answers("Cụm mật khẩu", SECRET)
    keys.sees("Không có hình nào được mở")
    first = keys.sees("Đã chọn 0")
    keys.types("")
    second = keys.sees("Đã chọn 0")
    keys.types("20, x")
    keys.sees("12-14")
    keys.answers("Đã chọn 0", "20")
    keys.answers("Đã chọn 1", "/số 35")
    found = keys.sees("Đã chọn 1")
    keys.types(".")
    keys.sees("Đã giữ 1 tin đã chọn, 20 tin xung quanh")

    assert keys.ends() == 0
    assert (f"  {name_of(0)}:" in first, f"  {name_of(CHOSEN)}:" in first) == (True, False)
    assert f"  {name_of(CHOSEN)}:" in second
    assert (f"  {name_of(35)}:" in found, f"  {name_of(36)}:" in found) == (True, False)


def test_pictures_of_a_saved_page_are_picked_by_their_addresses(
    vault: Path, case: str, tmp_path: Path
) -> None:
    path = str(save(tmp_path, "mhtml", [picture(number) for number in range(4)]))
    answers = ("--adult-now", "yes", "--adult-in-picture", "yes", "--nobody-doubts", "yes")
    keys = Keyboard(vault, "import", case, path, "--kind", "published", *answers)
    keys.answers("Cụm mật khẩu", SECRET)
    listed = keys.sees("4  https://example.test/anh-3.png")
    keys.types("2")
    kept = keys.sees("Đã giữ 3 mục")

    assert keys.ends() == 0
    assert "1  https://example.test/anh-0.png  image/png" in listed
    assert kept


def test_mails_are_ticked_and_what_hangs_on_them_is_picked(
    vault: Path, case: str, tmp_path: Path
) -> None:
    path = tmp_path / "thu.mbox"
    path.write_bytes(box(mail(), mail(key="2@example.test", text="Lần cuối")))
    answers = ("--adult-now", "yes", "--adult-in-picture", "yes", "--nobody-doubts", "yes")
    keys = Keyboard(vault, "import", case, str(path), "--kind", "threatened", *answers)
    keys.answers("Cụm mật khẩu", SECRET)
    keys.sees("Lần cuối")
    keys.answers("Đã chọn 0", "4")
    keys.answers("Đã chọn 1", ".")
    keys.sees("mid:2@example.test/2")
    keys.types("1")
    keys.sees("Đã giữ 2 mục")

    assert keys.ends() == 0
