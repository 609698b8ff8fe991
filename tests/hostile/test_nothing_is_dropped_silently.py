"""Whatever is refused: kept as bytes with its reason, or, where HARM forbids that, counted."""

import io
from collections.abc import Iterable
from itertools import chain

import pytest

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.originals import GivenFile
from benban.casework.take_in import SightingReport, take_in
from benban.casework.videos import read_videos, video_facts
from benban.casework.view import ViewRequest, build_view
from benban.dossier.report import render_pdf
from benban.dossier.view import Edition, OwnAccount
from benban.errors import EmptyFileError, KindNotCapturedError, PermitRefusedError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.fingerprint import QuestionedFingerprint
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.outside.clock import SystemClock
from benban.outside.fence import Fence
from benban.vault import CaseStore
from benban.wording import Language, say
from tests.hostile.pictures import drawn, encoded
from tests.hostile.test_b5_43_to_52_pictures import BOMBS, CODED_OTHERWISE, OTHERS, POLYGLOTS, SVGS
from tests.hostile.test_b5_53_lists_that_call_themselves_videos import LISTS
from tests.hostile.test_b5_54_videos_that_claim_too_much import BOMBS as VIDEO_BOMBS
from tests.hostile.test_b5_54_videos_that_claim_too_much import UNREADABLE
from tests.hostile.videos import a_video
from tests.path.terminal import ANSWERS, state_of
from tests.unit.dossier.reading import squeezed, text

PICTURES = {
    **BOMBS,
    **CODED_OTHERWISE,
    **OTHERS,
    **POLYGLOTS,
    **{f"svg {name}": body.encode() for name, body in SVGS.items()},
    "whole": encoded(drawn(), "JPEG"),
    "cut": encoded(drawn(320, 240), "JPEG")[:-4_000],
    "head only": encoded(drawn(), "JPEG")[:40],
    "text": b"day la chu",
}
VIDEOS = {
    **VIDEO_BOMBS,
    **UNREADABLE,
    **{f"list {name}": body.encode() for name, body in LISTS.items()},
    "whole": a_video(),
}


def a_sighting(
    store: CaseStore,
    answers: AgeAnswers = ANSWERS,
    kind: SightingKind = SightingKind.PUBLISHED,
) -> Sighting:
    report = SightingReport(address=None, kind=kind, answers=answers)
    return take_in(store, report, SystemClock()).sighting


def files(names: Iterable[tuple[str, bytes]]) -> list[GivenFile]:
    return [GivenFile(stream=io.BytesIO(data), name=name) for name, data in names]


@pytest.fixture
def everything(store: CaseStore, fence: Fence) -> CaseStore:
    named = chain(
        ((f"{name}.jpg", data) for name, data in PICTURES.items()),
        ((f"{name}.mp4", data) for name, data in VIDEOS.items()),
    )
    add_files(store, a_sighting(store), files(named), SystemClock())
    fingerprint_exhibits(store, fence)
    read_videos(store, fence)
    return store


def test_every_file_that_was_given_is_kept_byte_for_byte(everything: CaseStore) -> None:
    given = {*PICTURES.values(), *VIDEOS.values()}

    assert set(state_of(everything).contents) == given


def test_every_file_was_read_or_says_why_not_in_the_log_and_in_the_dossier(
    everything: CaseStore,
) -> None:
    store = everything
    read = {one.exhibit_id for one in store.all(QuestionedFingerprint)}
    read |= {one.id for one in store.all(Exhibit) if video_facts(store, one) is not None}
    reasons = {
        entry.subject: {one.name: one.value for one in entry.fields}["reason"]
        for entry in store.events()
        if entry.kind is EventKind.ATTEMPT_FAILED
    }
    request = ViewRequest(
        dossier_id="dos-x",
        edition=Edition.READING,
        languages=(Language.EN,),
        exhibits=(),
        disclosure=None,
        with_comparison=False,
        own_account=OwnAccount(),
    )

    view = build_view(store, request, SystemClock())

    kept = store.all(Exhibit)
    assert [one.original_name for one in kept if one.id not in read | set(reasons)] == []
    assert {one.exhibit.id: one.unread_reason for one in view.exhibits if one.unread_reason} == {
        exhibit_id: reason for exhibit_id, reason in reasons.items() if exhibit_id not in read
    }
    assert (len(read) >= 8, len(set(reasons.values()))) == (True, 9)
    printed = text(render_pdf(view, Language.EN))
    unsaid = [
        one
        for one in set(reasons.values())
        if squeezed(say(Language.EN, f"dossier.reason.{one}")) not in printed
    ]
    assert unsaid == []


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        (
            AgeAnswers(
                adult_now=Answer.YES, adult_in_picture=Answer.UNSURE, nobody_doubts=Answer.YES
            ),
            SightingKind.PUBLISHED,
            "BB-101",
        ),
        (ANSWERS, SightingKind.TALK_ABOUT_IT, "BB-105"),
    ],
)
def test_what_may_not_be_kept_is_not_read_and_is_counted(
    store: CaseStore, answers: AgeAnswers, kind: SightingKind, code: str
) -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError

    sighting = a_sighting(store, answers, kind)
    given = [GivenFile(stream=Unread(), name=f"{number}.jpg") for number in range(3)]

    with pytest.raises((PermitRefusedError, KindNotCapturedError)):
        add_files(store, sighting, given, SystemClock())

    last = store.events()[-1]
    assert (last.kind, last.subject) == (EventKind.ATTEMPT_FAILED, sighting.id)
    assert {one.name: one.value for one in last.fields} == {
        "act": "take in a file",
        "reason": code,
        "files": "3",
    }
    assert state_of(store).exhibits == ()


def test_an_empty_file_is_said_in_the_log(store: CaseStore) -> None:
    with pytest.raises(EmptyFileError):
        add_files(store, a_sighting(store), files([("rong.jpg", b"")]), SystemClock())

    fields = {one.name: one.value for one in store.events()[-1].fields}
    assert fields == {"act": "take in a file", "reason": "BB-211"}
