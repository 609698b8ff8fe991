"""A visit that does not come to its end: what it kept is told, and what may not be kept is not."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from benban.casework.conclude import DossierRequest, conclude
from benban.casework.preserve import preserve_address
from benban.casework.take_in import SightingReport, take_in
from benban.dossier.view import Audience, Edition
from benban.errors import PermitRefusedError
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import (
    INTERRUPTED,
    REST_OF_VISIT,
    Capture,
    CaptureStep,
    Exhibit,
    ExhibitKind,
)
from benban.model.sighting import Address, Sighting, SightingKind
from benban.seal.visit_record import visit_record_sha256
from benban.testing.browser import FakeBrowser, page_of
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, Vault
from benban.wording import Language

from .conftest import ADULT, MAYBE_MINOR

PLACE = "https://vi-du.test/trang"
CLOSED = EventDraft(kind=EventKind.ANSWERS_CHANGED)


class PluggedOutError(Exception):
    """The program stops here, whatever it was doing."""


def a_sighting(store: CaseStore, clock: FakeClock, place: str = PLACE) -> Sighting:
    report = SightingReport(
        address=Address(raw=place, canonical=place, host="vi-du.test", service="unknown"),
        kind=SightingKind.PUBLISHED,
        answers=ADULT,
    )
    return take_in(store, report, clock).sighting


def visit(
    store: CaseStore,
    clock: FakeClock,
    sighting: Sighting,
    *,
    after: str = "",
    act: Callable[[], None] = lambda: None,
) -> Capture:
    """Visit with one picture that is about the person, and do *act* as one step has ended."""
    assert sighting.address is not None
    place = sighting.address.raw
    picture = f"{place}/hinh.jpg"

    def listen(step: CaptureStep) -> None:
        if step.name == after:
            act()

    return preserve_address(
        store,
        sighting,
        FakeBrowser(
            page=page_of(place, "<p>chữ</p>", media=(picture,)),
            media={picture: b"\xff\xd8\xff\xe0" + b"x" * 50},
        ),
        clock=clock,
        choose_media=lambda addresses: addresses,
        on_step=listen,
    )


def unplug() -> None:
    raise PluggedOutError


def kinds_of(store: CaseStore) -> list[ExhibitKind]:
    return [one.kind for one in store.all(Exhibit)]


def test_a_visit_whose_permit_is_withdrawn_meanwhile_is_told_with_what_it_kept(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = a_sighting(store, clock)

    def close() -> None:
        store.record(CLOSED, save=[replace(sighting, answers=MAYBE_MINOR)])

    with pytest.raises(PermitRefusedError):
        visit(store, clock, sighting, after="dom-text", act=close)

    (capture,) = store.all(Capture)
    last = store.events()[-1]
    said = {one.name: one.value for one in last.fields}
    assert kinds_of(store) == [ExhibitKind.DOM_TEXT]
    assert capture.exhibits == tuple(one.id for one in store.all(Exhibit))
    assert capture.is_interrupted
    assert (last.kind, last.subject) == (EventKind.ATTEMPT_FAILED, capture.id)
    assert (said["reason"], said["record_sha256"]) == (
        "BB-101",
        visit_record_sha256(capture).hex,
    )


def test_the_picture_of_a_stopped_visit_is_named_once_it_is_kept(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    with pytest.raises(PluggedOutError):
        visit(store, clock, a_sighting(store, clock), after="item-media", act=unplug)
    case_id = store.case.id
    store.close()

    with vault.open_case(case_id) as again:
        (capture,) = again.all(Capture)
        assert kinds_of(again)[-1] is ExhibitKind.MEDIA
        assert capture.exhibits == tuple(one.id for one in again.all(Exhibit))
        assert [(one.what, one.reason) for one in capture.missing if one.reason == INTERRUPTED] == [
            ("wacz", INTERRUPTED),
            (REST_OF_VISIT, INTERRUPTED),
        ]


def test_a_stopped_visit_names_nothing_of_an_earlier_one(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    sighting = a_sighting(store, clock)
    whole = visit(store, clock, sighting)
    with pytest.raises(PluggedOutError):
        visit(store, clock, sighting, after="dom-text", act=unplug)
    case_id = store.case.id
    store.close()

    with vault.open_case(case_id) as again:
        stopped = next(one for one in again.all(Capture) if one.is_interrupted)
        kinds = [again.get(Exhibit, one).kind for one in stopped.exhibits]

    assert (kinds, set(stopped.exhibits) & set(whole.exhibits)) == ([ExhibitKind.DOM_TEXT], set())


def test_a_picture_that_may_not_be_kept_any_more_is_not_kept_by_the_recovery(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    sighting = a_sighting(store, clock)

    def close_and_stop() -> None:
        # The answers are changed and the program stops before the pictures go.
        store.record(CLOSED, save=[replace(sighting, answers=MAYBE_MINOR)])
        raise PluggedOutError

    with pytest.raises(PluggedOutError):
        visit(store, clock, sighting, after="item-media", act=close_and_stop)
    case_id = store.case.id
    store.close()

    with vault.open_case(case_id) as again:
        (capture,) = again.all(Capture)
        assert ExhibitKind.MEDIA not in kinds_of(again)
        assert capture.exhibits == tuple(one.id for one in again.all(Exhibit))
        assert capture.is_interrupted


def test_while_a_visit_goes_on_its_record_does_not_say_that_it_was_broken_off(
    store: CaseStore, clock: FakeClock
) -> None:
    seen: list[tuple[bool, bool]] = []

    def look() -> None:
        (capture,) = store.all(Capture)
        seen.append((capture.is_under_way, capture.is_interrupted))

    whole = visit(store, clock, a_sighting(store, clock), after="screenshot", act=look)

    assert seen == [(True, False)]
    assert store.all(Capture) == (whole,)
    assert not whole.is_under_way


def test_a_stopped_visit_of_which_nothing_was_chosen_is_not_told(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    chosen = visit(store, clock, a_sighting(store, clock)).exhibits[0]
    other = a_sighting(store, clock, "https://vi-du.test/khac")
    with pytest.raises(PluggedOutError):
        visit(store, clock, other, after="dom-text", act=unplug)
    case_id = store.case.id
    store.close()
    request = DossierRequest(
        edition=Edition.READING,
        languages=(Language.EN,),
        audience=Audience.LAWYER,
        exhibits=(chosen,),
    )

    out = io.BytesIO()
    with vault.open_case(case_id) as again:
        conclude(again, request, [], out_file=out, clock=clock)
        (stopped,) = [one for one in again.all(Capture) if one.is_interrupted]

    with zipfile.ZipFile(out) as bag:
        everything = b"".join(bag.read(name) for name in bag.namelist())
    assert stopped.id.encode() not in everything


def test_the_end_of_a_visit_is_never_kept_without_its_event(
    store: CaseStore, clock: FakeClock
) -> None:
    whole = visit(store, clock, a_sighting(store, clock))

    with pytest.raises(ValueError, match="with its event"):
        store.note_visit(whole)
