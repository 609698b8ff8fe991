"""The questions about routes at a keyboard: each may be left open, the warning stands first."""

from benban.model.routes import LinkAnswer
from tests.path.terminal import PASSPHRASE, SEEN, Terminal
from tests.path.test_at_a_terminal import Keyboard


def test_a_question_that_is_left_open_is_kept_nowhere(terminal: Terminal, case: str) -> None:
    keys = Keyboard(terminal.vault, "routes", case)
    keys.answers("Cụm mật khẩu", PASSPHRASE)
    keys.answers("tại Việt Nam không?", "4")
    keys.answers("Hoa Kỳ", "2")
    keys.answers("Liên minh châu Âu", "4")
    keys.answers("Vương quốc Anh", "4")
    keys.answers("Úc", "1")
    keys.answers("Ấn Độ", "3")
    keys.answers("Singapore", "4")
    keys.sees("Đã lưu 3 câu trả lời")

    assert keys.ends() == 0
    with terminal.store(case) as store:
        said = {one.to.value: one.answer.value for one in store.all(LinkAnswer)}
    assert said == {"US": "no", "AU": "yes", "IN": "unsure"}


def test_the_warning_about_copyright_is_read_before_any_question(
    terminal: Terminal, case: str
) -> None:
    words = terminal.file("noi.txt", b"https://t.me/kenh_vi_du/5")
    sighting = terminal.run("add", case, "--from", words, *SEEN).json["sightings"][0]
    keys = Keyboard(terminal.vault, "routes", case, "--copyright", str(sighting))
    keys.answers("Cụm mật khẩu", PASSPHRASE)
    before = keys.sees("Bạn đã đọc cảnh báo")
    keys.answers("chưa?", "1")
    keys.answers("trao quyền cho bạn không?", "2")
    keys.sees("vẫn đóng")

    assert (keys.ends(), "khai man" in before) == (0, True)


def test_before_a_look_up_it_is_said_who_learns_what(terminal: Terminal, case: str) -> None:
    words = terminal.file("noi.txt", b"https://anh.vi-du.com/9")
    sighting = terminal.run("add", case, "--from", words, *SEEN).json["sightings"][0]
    keys = Keyboard(terminal.vault, "host", case, str(sighting))
    keys.answers("Cụm mật khẩu", PASSPHRASE)
    said = " ".join(keys.sees("Tra bây giờ?").split())
    keys.answers("Không", "2")
    keys.sees("Chưa tra gì")

    assert keys.ends() == 0
    for learns in ("anh.vi-du.com", "rdap.apnic.net", "rdap.verisign.com", "địa chỉ mạng"):
        assert learns in said
