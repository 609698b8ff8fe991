"""Looking up who hosts a site: asked first, logged, kept, used by the plan."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from benban.casework.look_up import look_up_host, may_look_up
from benban.casework.make_plan import make_plan
from benban.casework.notify import draft_for_step
from benban.casework.standing import give_permission, revoke_permission
from benban.errors import HostUnknownError, NoHostToLookUpError
from benban.model.custody import EventKind
from benban.model.ids import StepId
from benban.model.routes import HostFacts, RegistryContact
from benban.model.sighting import Answer
from benban.model.standing import HostLearns, StandingAct, StandingPermission
from benban.notices.draft import NoticeAnswers
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from benban.wording import Language
from tests.harm.scenes import CATALOGUE, NOW, reported

PLACE = "https://anh.vi-du.example/trang/9#khoa"
REGISTRIES = ("net.registry.example", "name.registry.example")
CONTACT = RegistryContact(
    name="Host Test", mails=("abuse@host.example",), registry="net.registry.example"
)


@dataclass
class TableFinder:
    """A finder that knows what it was told."""

    facts: dict[str, HostFacts] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def look_up(self, host: str, now: datetime) -> HostFacts:
        del now
        self.asked.append(host)
        if host not in self.facts:
            raise HostUnknownError(host=host)
        return self.facts[host]


def facts(**more: object) -> HostFacts:
    given: dict[str, object] = {
        "host": "anh.vi-du.example",
        "looked_up_at": NOW,
        "addresses": ("93.184.216.34",),
        "network": "HOST-TEST-NET",
        "network_abuse": CONTACT,
        "asked": REGISTRIES,
    }
    return HostFacts(**{**given, **more})  # type: ignore[arg-type]


def finder(**more: object) -> TableFinder:
    return TableFinder(facts={"anh.vi-du.example": facts(**more)})


def test_what_was_found_is_the_recipient_of_the_hosts_step(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock, address=PLACE)
    look_up_host(store, sighting, finder(), clock)

    steps = make_plan(store, sighting, CATALOGUE, clock).steps
    drafted = draft_for_step(
        store,
        sighting,
        StepId("host"),
        answers=NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO),
        language=Language.VI,
        catalogue=CATALOGUE,
        clock=clock,
    )

    host = next(one for one in steps if one.id == "host")
    assert (host.recipient, drafted.recipient, host.notice_form) == (
        "abuse@host.example",
        "abuse@host.example",
        "generic-host",
    )


def test_behind_cloudflare_its_form_is_used_and_not_its_mailbox(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock, address=PLACE)
    look_up_host(store, sighting, finder(is_behind_cloudflare=True), clock)

    hosts = [
        one
        for one in make_plan(store, sighting, CATALOGUE, clock).steps
        if one.kind.value == "host"
    ]

    assert [(one.id, one.recipient) for one in hosts] == [("cloudflare-1", "")]


def test_where_the_registries_name_nobody_the_plan_says_so(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock, address=PLACE)
    look_up_host(store, sighting, finder(network_abuse=None), clock)

    host = next(
        one for one in make_plan(store, sighting, CATALOGUE, clock).steps if one.id == "host"
    )

    assert (host.reason_id, host.notice_form) == ("plan.reason.host-not-found", "")


def test_the_registrar_is_asked_at_once_when_nobody_else_was_found(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock, address=PLACE)
    look_up_host(store, sighting, finder(network_abuse=None, registrar_abuse=CONTACT), clock)

    ids = {str(one.id) for one in make_plan(store, sighting, CATALOGUE, clock).steps}

    assert ("registrar" in ids, "host" in ids) == (True, False)


def test_the_attempt_stands_in_the_log_before_anybody_is_asked(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock, address=PLACE)

    with pytest.raises(HostUnknownError):
        look_up_host(store, sighting, TableFinder(), clock)

    assert [one.kind for one in store.events()][-2:] == [
        EventKind.ATTEMPT,
        EventKind.ATTEMPT_FAILED,
    ]


def test_host_and_registries_stand_in_the_log_as_commitments(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = reported(store, clock, address=PLACE)
    look_up_host(store, sighting, finder(), clock)

    looked = next(one for one in store.events() if one.kind is EventKind.HOST_LOOKED_UP)
    record = store.opening(looked.position).record

    assert (b"vi-du.example" in record, b"registry.example" in record) == (False, False)


def test_without_an_address_nobody_is_asked(store: CaseStore, clock: FakeClock) -> None:
    sighting = reported(store, clock, address=None)
    asking = finder()

    with pytest.raises(NoHostToLookUpError):
        look_up_host(store, sighting, asking, clock)

    assert asking.asked == []


def test_without_a_permission_no_look_up_is_allowed_by_itself(
    store: CaseStore, clock: FakeClock
) -> None:
    assert not may_look_up(store, REGISTRIES, clock)


def _permitted(store: CaseStore, clock: FakeClock, *hosts: str) -> None:
    give_permission(
        store,
        StandingAct.LOOK_UP,
        [HostLearns(host=one, learns="host-name") for one in hosts],
        every_h=24,
        until=clock.now() + timedelta(days=30),
        clock=clock,
    )


def test_a_permission_must_name_every_registry_that_is_asked(
    store: CaseStore, clock: FakeClock
) -> None:
    _permitted(store, clock, REGISTRIES[0])
    some = may_look_up(store, REGISTRIES, clock)
    _permitted(store, clock, *REGISTRIES)

    assert (some, may_look_up(store, REGISTRIES, clock)) == (False, True)


def test_under_a_permission_the_pause_is_kept(store: CaseStore, clock: FakeClock) -> None:
    sighting = reported(store, clock, address=PLACE)
    _permitted(store, clock, *REGISTRIES)
    look_up_host(store, sighting, finder(looked_up_at=clock.now()), clock)
    soon = may_look_up(store, REGISTRIES, clock)
    clock.advance(25 * 3600)

    assert (soon, may_look_up(store, REGISTRIES, clock)) == (False, True)


def test_a_permission_that_was_withdrawn_opens_nothing(store: CaseStore, clock: FakeClock) -> None:
    _permitted(store, clock, *REGISTRIES)
    for permission in store.all(StandingPermission):
        revoke_permission(store, permission.id, clock)

    assert not may_look_up(store, REGISTRIES, clock)
