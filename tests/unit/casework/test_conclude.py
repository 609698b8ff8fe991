"""A dossier is sealed in the log before it leaves, and holds what was chosen, whole."""

import io
import json
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.consent import give_consent
from benban.casework.handing import (
    compare_list_key,
    numbers_of,
    own_signing_key,
    put_on_list,
)
from benban.casework.originals import GivenFile
from benban.casework.stamp import stamp_case
from benban.casework.take_in import SightingReport, take_in
from benban.casework.view import ViewRequest, build_view
from benban.dossier.view import Audience, Disclosure, DossierView, Edition, OwnAccount
from benban.errors import (
    ConsentMissingError,
    NothingToConcludeError,
    RecipientKeyError,
    RecipientNotListedError,
    StampServiceUnreachableError,
)
from benban.model.case import Capacity
from benban.model.consent import ConsentPurpose
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import ExhibitId
from benban.model.sighting import Sighting, SightingKind
from benban.seal.age import fresh_identity, recipient_of
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.testing.tsa import FakeTsa
from benban.vault import CaseStore, Vault
from benban.wording import Language
from tests.verifier.kept import verified

from .conftest import ADULT, MAYBE_MINOR
from .house import House
from .test_consent import a_case
from .test_time import LIST, RESPONDER, Authority, Lists

REPORT = SightingReport(
    address=None, kind=SightingKind.PUBLISHED, answers=ADULT, text="Tôi thấy.", seen_on="nhóm A"
)
READING = DossierRequest(edition=Edition.READING, languages=(Language.VI,))


class Asked:
    """An authority that notes how the log stood when it was asked, and does not answer."""

    id = "a"
    roots: tuple[bytes, ...] = ()

    def __init__(self, store: CaseStore) -> None:
        self._store = store
        self.kinds_before: list[EventKind | None] = []

    def stamp(self, request: bytes) -> bytes:
        del request
        self.kinds_before = [entry.kind for entry in self._store.events()]
        raise StampServiceUnreachableError


def _view(store: CaseStore, clock: FakeClock, *exhibits: ExhibitId) -> DossierView:
    request = ViewRequest(
        dossier_id="dossier-1",
        edition=Edition.READING,
        languages=(Language.VI,),
        exhibits=exhibits,
        disclosure=None,
        with_comparison=True,
        own_account=OwnAccount(),
    )
    return build_view(store, request, clock)


def _kept(store: CaseStore, clock: FakeClock, number: int) -> Exhibit:
    sighting = take_in(store, REPORT, clock).sighting
    file = GivenFile(stream=BytesIO(draw_feed_picture(number)), name=f"{number}.jpg")
    (exhibit,) = add_files(store, sighting, [file], clock)
    return exhibit


def test_whom_we_ask_stands_in_the_log_before_anything_goes_outside(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, REPORT, clock)
    asked = Asked(store)

    conclude(store, READING, [asked], out_file=io.BytesIO(), clock=clock)

    assert asked.kinds_before[-2:] == [EventKind.ATTEMPT, EventKind.DOSSIER_SEALED]


def test_a_dossier_that_broke_off_is_said_to_have_failed(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    _kept(store, clock, 1)
    wrong = Disclosure(recipient="Toà", purpose="a", legal_basis="b", recipient_key="age1nope")
    request = replace(READING, edition=Edition.AUTHORITY, disclosure=wrong)

    with pytest.raises(RecipientKeyError):
        conclude(store, request, [], out_file=io.BytesIO(), clock=clock, vault=vault)

    assert store.events()[-1].kind is EventKind.ATTEMPT_FAILED


def test_unveiled_pictures_of_an_organisation_go_to_a_key_on_its_list_and_to_no_other(
    house: House, clock: FakeClock
) -> None:
    listed, another = (fresh_identity() for _ in range(2))
    put_on_list(house.admin, "Toà", recipient_of(listed), clock)
    compare_list_key(house.worker, numbers_of(own_signing_key(house.admin)))
    with house.new_case(clock) as store:
        _kept(store, clock, 1)
        give_consent(
            store,
            ConsentPurpose.DOSSIER,
            "Toà",
            language=Language.VI,
            is_agreed=True,
            clock=clock,
        )
        before = store.leaves()

        with pytest.raises(RecipientNotListedError):
            conclude(
                store,
                _for_authority(another),
                [],
                out_file=(out := io.BytesIO()),
                clock=clock,
                vault=house.worker,
            )
        assert (store.leaves(), out.getvalue()) == (before, b"")

        done = conclude(
            store, _for_authority(listed), [], out_file=out, clock=clock, vault=house.worker
        )
        assert (done.exhibit_count, bool(out.getvalue())) == (1, True)


def test_no_authority_edition_is_made_where_no_list_can_be_asked(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, REPORT, clock)

    with pytest.raises(ValueError, match="list"):
        conclude(store, _for_authority(fresh_identity()), [], out_file=io.BytesIO(), clock=clock)


def _for_authority(identity: str) -> DossierRequest:
    disclosure = Disclosure(
        recipient="Toà", purpose="a", legal_basis="b", recipient_key=recipient_of(identity)
    )
    return replace(READING, edition=Edition.AUTHORITY, disclosure=disclosure)


@pytest.mark.parametrize("audience", [one for one in Audience if one is not Audience.MYSELF])
def test_who_acts_for_somebody_hands_no_reading_edition_on_without_their_yes(
    vault: Vault, clock: FakeClock, audience: Audience
) -> None:
    request = replace(READING, audience=audience, recipient="Luật sư Trần Thị Thử")
    with vault.create_case(a_case(clock, Capacity.ORGANISATION)) as store:
        take_in(store, REPORT, clock)
        for one in (request, replace(request, recipient="")):
            with pytest.raises(ConsentMissingError):
                conclude(store, one, [], out_file=io.BytesIO(), clock=clock)
        give_consent(
            store,
            ConsentPurpose.DOSSIER,
            request.recipient,
            language=Language.VI,
            is_agreed=True,
            clock=clock,
        )

        done = conclude(store, request, [], out_file=io.BytesIO(), clock=clock)

    assert done.exhibit_count == 0


def test_a_case_of_which_nothing_was_published_or_threatened_leaves_nothing(
    store: CaseStore, clock: FakeClock
) -> None:
    take_in(store, replace(REPORT, kind=SightingKind.TALK_ABOUT_IT), clock)
    out = io.BytesIO()

    with pytest.raises(NothingToConcludeError):
        conclude(store, READING, [], out_file=out, clock=clock)

    assert out.getvalue() == b""


def test_a_place_of_which_only_words_are_kept_is_in_the_whole_dossier(
    store: CaseStore, clock: FakeClock
) -> None:
    _kept(store, clock, 1)
    take_in(store, replace(REPORT, seen_on="nhóm B"), clock)

    view = _view(store, clock)

    assert [one.seen_on for one in view.sightings] == ["nhóm A", "nhóm B"]


def test_a_place_of_an_exhibit_that_was_not_chosen_stays_out(
    store: CaseStore, clock: FakeClock
) -> None:
    chosen, other = _kept(store, clock, 1), _kept(store, clock, 2)

    view = _view(store, clock, chosen.id)

    subjects = {event.subject for event in view.events}
    assert ([one.id for one in view.sightings], subjects & {other.id, other.sighting_id}) == (
        [chosen.sighting_id],
        set(),
    )


def test_nothing_of_an_exhibit_that_was_not_chosen_is_in_any_file(
    store: CaseStore, clock: FakeClock
) -> None:
    chosen, other = _kept(store, clock, 1), _kept(store, clock, 2)
    out = io.BytesIO()

    conclude(store, replace(READING, exhibits=(chosen.id,)), [], out_file=out, clock=clock)

    with zipfile.ZipFile(out) as bag:
        everything = b"".join(bag.read(name) for name in bag.namelist())
    traces = (other.id, other.sighting_id, other.sha256.hex, other.sha512.hex)
    assert (
        chosen.id.encode() in everything,
        [one for one in traces if one.encode() in everything],
    ) == (
        True,
        [],
    )


def test_the_persons_answers_and_words_stay_commitments(store: CaseStore, clock: FakeClock) -> None:
    take_in(store, REPORT, clock)
    out = io.BytesIO()

    conclude(store, READING, [], out_file=out, clock=clock)

    with zipfile.ZipFile(out) as bag:
        name = next(one for one in bag.namelist() if one.endswith("proofs.json"))
        records = json.loads(bag.read(name))["records"]
    opened = {name for record in records for name in record["opened"]}
    private = {"adult_now", "adult_in_picture", "nobody_doubts", "text", "seen_on", "seen_by"}
    assert ("manifest_sha256" in opened, opened & private) == (False, set())


def test_somebody_under_18_gets_a_dossier_of_words(store: CaseStore, clock: FakeClock) -> None:
    take_in(store, replace(REPORT, answers=MAYBE_MINOR), clock)

    concluded = conclude(store, READING, [], out_file=io.BytesIO(), clock=clock)

    assert (concluded.exhibit_count, len(store.all(Sighting))) == (0, 1)


def test_the_first_stamp_of_the_log_lies_beside_the_dossier_and_verifies(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    _kept(store, clock, 1)
    tsa = FakeTsa(clock=clock)
    stamped = stamp_case(store, [Authority(tsa)])
    clock.advance(30 * 86_400.0)
    path = tmp_path / "tai-lieu.zip"
    with path.open("w+b") as out:
        conclude(store, READING, [Authority(tsa)], out_file=out, clock=clock)

    report = verified(path, None, (tsa.root_pem,))

    told = {one.name: one.message_id for one in report.checks}
    assert told[f"earlier {stamped.checkpoint.size}-a"] == "earlier.pass"
    assert [one.name for one in report.checks if one.result.value == "FAIL"] == []


@pytest.mark.parametrize("told_by", ["list", "answer", "nobody"])
def test_what_was_said_of_the_certificate_lies_beside_the_stamp_and_verifies(
    store: CaseStore, clock: FakeClock, tmp_path: Path, told_by: str
) -> None:
    _kept(store, clock, 1)
    tsa = FakeTsa(clock=clock, crl_address=LIST, ocsp_address=RESPONDER)
    source = Lists(tsa.crl() if told_by == "list" else None, tsa if told_by == "answer" else None)
    path = tmp_path / "tai-lieu.zip"
    with path.open("w+b") as out:
        conclude(store, READING, [Authority(tsa)], out_file=out, clock=clock, lists=source)

    report = verified(path, None, (tsa.root_pem,))

    with zipfile.ZipFile(path) as bag:
        beside = {name.rpartition(".")[2] for name in bag.namelist() if "/tsa-a." in name}
    kinds = {"list": {"tsr", "crl"}, "answer": {"tsr", "ocsp"}, "nobody": {"tsr"}}
    told = {one.name: one.message_id for one in report.checks}
    assert beside == kinds[told_by]
    assert told["token a"] == ("token.pass" if told_by == "nobody" else "token.pass_stored")
