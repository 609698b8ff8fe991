import re
from pathlib import Path

import pytest

import benban
from benban.dossier.glyphs import report_glyphs
from benban.dossier.labels import label_all
from benban.dossier.mask import make_masker
from benban.dossier.sections.details import details
from benban.dossier.sections.scene import Scene
from benban.dossier.view import DossierView
from benban.dossier.voice import Voice
from benban.model.custody import EventKind, Field
from benban.wording import Language, message_ids
from tests.unit.dossier.example import event, full_view

_PLAIN = re.compile(r'(?:open_field|_plain)\(\s*"([a-z0-9_]+)"')


def scene(view: DossierView, language: Language = Language.VI) -> Scene:
    voice = Voice(language=language, masker=make_masker(view.own_account), glyphs=report_glyphs())
    return Scene(view=view, voice=voice, labels=label_all(view))


def plain(name: str, value: str) -> Field:
    return Field(name=name, value=value, is_sensitive=False)


@pytest.mark.parametrize("language", Language)
def test_every_plain_field_of_an_event_has_words(language: Language) -> None:
    root = Path(benban.__file__).parent
    rooms = ("casework", "vault", "seal")
    sources = [path for room in rooms for path in (root / room).glob("*.py")]
    names = {name for path in sources for name in _PLAIN.findall(path.read_text(encoding="utf-8"))}
    without = [
        name for name in sorted(names) if f"dossier.field.{name}" not in message_ids(language)
    ]
    assert (len(names) > 20, without) == (True, [])


@pytest.mark.parametrize(
    ("kind", "field", "expected"),
    [
        (EventKind.CASE_OPENED, plain("capacity", "self"), "người mở: chính người trong cuộc"),
        (EventKind.CASE_OPENED, plain("demonstration", "no"), "bản trình diễn: không"),
        (EventKind.ADOPTED, plain("exhibit_kind", "screenshot"), "loại: ảnh chụp trang"),
        (EventKind.ATTEMPT, plain("act", "take in a file"), "việc: nhận tệp"),
        (EventKind.ATTEMPT, plain("act", "stamp demo-1"), "việc: xin dấu thời gian: demo-1"),
        (EventKind.COMPARED, plain("against", "videos"), "so với: các video đã khai"),
        (
            EventKind.COMPARED,
            plain("against", "photos-by-fingerprint"),
            "so với: các ảnh đã khai, bằng dấu vân tay ảnh",
        ),
        (EventKind.STAMPED, plain("state", "stamped"), "tình trạng: đã đóng dấu"),
        (EventKind.NOTICE_ANSWERED, plain("state", "removed"), "tình trạng: dịch vụ báo đã gỡ"),
        (EventKind.ATTEMPT_FAILED, plain("reason", "BB-203"), "lý do: BB-203"),
        (EventKind.STAMPED, plain("reason", ""), ""),
        (EventKind.PLANNED, plain("never seen", "x"), "never seen: x"),
    ],
)
def test_a_field_is_told_in_the_reader_s_language(
    kind: EventKind, field: Field, expected: str
) -> None:
    view = full_view()
    assert details(scene(view), event(3, kind, "", field)) == expected


def test_an_item_is_told_by_its_label() -> None:
    view = full_view()
    compared = event(3, EventKind.COMPARED, "", plain("exhibit", view.exhibits[1].exhibit.id))
    assert details(scene(view, Language.EN), compared) == "item: E2"


@pytest.mark.parametrize(
    ("what", "reason", "told"),
    [
        ("rest-of-visit", "interrupted", ("phần còn lại của lần ghi", "lần ghi bị dừng giữa")),
        ("text of the body: Document", "encoding not known: la", ("(Document)", "(la)")),
        ("request: vi-du.test", "BB-205 name", ("vi-du.test", "BB-205 name")),
        ("something new: x", "why not: y", ("something new: x", "why not: y")),
    ],
)
def test_what_a_visit_misses_is_told_with_its_detail(
    what: str, reason: str, told: tuple[str, str]
) -> None:
    voice = scene(full_view()).voice

    assert (told[0] in voice.missing(what), told[1] in voice.reason(reason)) == (True, True)
    assert voice.missing("text of the body: x") != "text of the body: x"
