"""An album declared before anything was seen, as a person types it."""

from pathlib import Path

import pytest

from benban.model.custody import EventKind
from benban.model.exhibit import Original
from benban.testing.pictures import draw_feed_picture
from tests.path.terminal import ADULT, Terminal

SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."


def _album(terminal: Terminal, number: int) -> tuple[str, str]:
    folder = terminal.folder / f"anh-{number}"
    folder.mkdir(exist_ok=True)
    (folder / "1.jpg").write_bytes(draw_feed_picture(number))
    return str(folder), terminal.file("loi-khai", SENTENCE.encode())


def test_after_three_times_yes_an_album_is_kept_in_a_case_without_a_sighting(
    terminal: Terminal, case: str
) -> None:
    folder, sentence = _album(terminal, 41)

    ran = terminal.run("original", "add", case, folder, "--declaration", sentence, *ADULT)

    assert (ran.code, len(ran.json["originals"])) == (0, 1)
    with terminal.store(case) as store:
        kinds = [one.kind for one in store.events()]
    wanted = (EventKind.ANSWERS_CHANGED, EventKind.ORIGINALS_DECLARED, EventKind.ORIGINAL_ADDED)
    assert [one for one in kinds if one in wanted] == list(wanted)


@pytest.mark.parametrize(
    ("answers", "code"),
    [((), "BB-112"), (ADULT[:4], "BB-101"), ((*ADULT[:4], "--nobody-doubts", "unsure"), "BB-101")],
)
def test_without_three_times_yes_no_photo_is_opened(
    terminal: Terminal, case: str, answers: tuple[str, ...], code: str
) -> None:
    folder, sentence = _album(terminal, 42)

    refused = terminal.refusal("original", "add", case, folder, "--declaration", sentence, *answers)

    assert refused == code
    with terminal.store(case) as store:
        kinds = [one.kind for one in store.events()]
        assert (store.all(Original), EventKind.ORIGINALS_DECLARED in kinds) == ((), False)
    assert Path(folder, "1.jpg").read_bytes() == draw_feed_picture(42)


def test_the_mark_takes_a_photo_by_its_id(terminal: Terminal, case: str) -> None:
    folder, sentence = _album(terminal, 43)
    added = terminal.run("original", "add", case, folder, "--declaration", sentence, *ADULT)
    photo = added.json["originals"][0]["original"]

    marked = terminal.run("minor", case, photo)

    assert (marked.code, marked.json["originals"]) == (0, [photo])
    with terminal.store(case) as store:
        assert store.all(Original) == ()
    again = terminal.refusal("original", "add", case, folder, "--declaration", sentence, *ADULT)
    assert again == "BB-101"
