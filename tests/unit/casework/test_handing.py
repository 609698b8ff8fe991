"""To whose keys a case of an organisation may go: the list, its signature, who relies on it."""

import json

import pytest

from benban.casework.handing import (
    begin_list_anew,
    compare_list_key,
    handing_list,
    let_sign,
    numbers_of,
    offer_to_sign,
    offers_to_sign,
    own_signing_key,
    put_on_list,
    rely_on_list,
    require_listed,
    stop_signing,
    take_off_list,
)
from benban.errors import (
    ListKeyUnknownError,
    RecipientNotListedError,
    RoleRefusedError,
    SignedListError,
    VoiceCodeError,
)
from benban.seal.age import fresh_identity, recipient_of
from benban.testing.clock import FakeClock

from .house import House, written_by_hand

LIST = "organisation.handing-list"
KEY = recipient_of(fresh_identity())
OTHER = recipient_of(fresh_identity())


def _compared(house: House) -> None:
    compare_list_key(house.worker, numbers_of(own_signing_key(house.admin)))


def test_a_key_on_the_list_may_get_a_case_and_no_other(house: House, clock: FakeClock) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    _compared(house)

    require_listed(house.worker, KEY)
    with pytest.raises(RecipientNotListedError):
        require_listed(house.worker, OTHER)


def test_a_key_that_was_taken_off_gets_nothing_any_more(house: House, clock: FakeClock) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    _compared(house)

    take_off_list(house.admin, KEY, clock)

    with pytest.raises(RecipientNotListedError):
        require_listed(house.worker, KEY)


def test_without_a_list_nothing_is_handed_over(house: House) -> None:
    with pytest.raises(RecipientNotListedError):
        require_listed(house.worker, KEY)


def test_a_list_whose_key_was_not_compared_counts_for_nothing(
    house: House, clock: FakeClock
) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)

    with pytest.raises(ListKeyUnknownError):
        require_listed(house.worker, KEY)


def test_other_numbers_make_nobody_rely_on_a_list(house: House, clock: FakeClock) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)

    with pytest.raises(VoiceCodeError):
        compare_list_key(house.worker, "12345 " * 6)

    with pytest.raises(ListKeyUnknownError):
        require_listed(house.worker, KEY)


def test_a_list_changed_under_the_vaults_key_is_refused(house: House, clock: FakeClock) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    _compared(house)
    kept = json.loads(house.worker.setting(LIST))
    kept["said"] = kept["said"].replace(KEY, OTHER)
    written_by_hand(house.worker, LIST, json.dumps(kept).encode())

    with pytest.raises(SignedListError):
        require_listed(house.worker, OTHER)
    with pytest.raises(SignedListError):
        handing_list(house.admin)


def test_a_whole_list_under_a_key_of_somebody_else_is_refused(
    house: House, clock: FakeClock
) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    _compared(house)
    begin_list_anew(house.second, clock)
    put_on_list(house.second, "ai đó", OTHER, clock)

    with pytest.raises(ListKeyUnknownError):
        require_listed(house.worker, OTHER)


def test_an_older_list_does_not_come_back(house: House, clock: FakeClock) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    older = house.admin.setting(LIST)
    take_off_list(house.admin, KEY, clock)
    _compared(house)

    written_by_hand(house.worker, LIST, older)

    with pytest.raises(SignedListError):
        require_listed(house.worker, KEY)


def test_what_a_hand_over_relied_on_is_the_oldest_list_that_counts(
    house: House, clock: FakeClock
) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    _compared(house)
    older = house.admin.setting(LIST)
    put_on_list(house.admin, "bệnh viện", OTHER, clock)
    rely_on_list(house.worker)

    written_by_hand(house.worker, LIST, older)

    with pytest.raises(SignedListError):
        require_listed(house.worker, KEY)


def test_another_list_under_the_same_number_is_refused(house: House, clock: FakeClock) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    first = house.admin.setting(LIST)
    put_on_list(house.admin, "bệnh viện", OTHER, clock)
    _compared(house)
    # The one who signs goes back and signs something else as the second list.
    written_by_hand(house.worker, LIST, first)
    house.admin.drop_setting("handing.known")
    take_off_list(house.admin, KEY, clock)

    with pytest.raises(SignedListError):
        handing_list(house.worker)


def test_each_entry_says_who_put_it_there_and_when(house: House, clock: FakeClock) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    at = clock.now()
    clock.advance(86400)
    found = put_on_list(house.admin, "bệnh viện", OTHER, clock)

    assert [(one.name, one.put_by) for one in found.keys] == [
        ("bệnh viện", "quản trị"),
        ("Luật sư", "quản trị"),
    ]
    assert found.keys[1].put_at == at


def test_an_administrator_who_does_not_sign_changes_nothing(house: House, clock: FakeClock) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    compare_list_key(house.second, numbers_of(own_signing_key(house.admin)))

    with pytest.raises(ListKeyUnknownError):
        put_on_list(house.second, "ai đó", OTHER, clock)


def test_who_was_let_sign_signs_and_whoever_relied_on_the_list_goes_on(
    house: House, clock: FakeClock
) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    compare_list_key(house.second, numbers_of(own_signing_key(house.admin)))
    numbers = offer_to_sign(house.second)
    (offered,) = offers_to_sign(house.admin)
    let_sign(house.admin, offered.user_id, numbers, clock)
    _compared(house)

    put_on_list(house.second, "bệnh viện", OTHER, clock)

    require_listed(house.worker, OTHER)
    assert offers_to_sign(house.admin) == ()


def test_nobody_is_let_sign_by_other_numbers(house: House, clock: FakeClock) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    offer_to_sign(house.second)
    (offered,) = offers_to_sign(house.admin)

    with pytest.raises(VoiceCodeError):
        let_sign(house.admin, offered.user_id, "00000", clock)

    known = handing_list(house.admin)
    assert known is not None
    assert [one.name for one in known.signers] == ["quản trị"]


def test_who_may_sign_no_more_is_refused_by_all_who_relied_on_the_list_since(
    house: House, clock: FakeClock
) -> None:
    put_on_list(house.admin, "Luật sư", KEY, clock)
    compare_list_key(house.second, numbers_of(own_signing_key(house.admin)))
    numbers = offer_to_sign(house.second)
    (offered,) = offers_to_sign(house.admin)
    let_sign(house.admin, offered.user_id, numbers, clock)
    stop_signing(house.admin, offered.user_id, clock)
    _compared(house)

    with pytest.raises(ListKeyUnknownError):
        put_on_list(house.second, "ai đó", OTHER, clock)


def test_a_caseworker_signs_nothing(house: House, clock: FakeClock) -> None:
    with pytest.raises(RoleRefusedError):
        put_on_list(house.worker, "ai đó", OTHER, clock)
    with pytest.raises(RoleRefusedError):
        begin_list_anew(house.worker, clock)


def test_what_is_no_list_at_all_is_refused_in_words(house: House) -> None:
    for broken in (b"\x00", b"{}", b'{"said": "[]", "signature": ""}'):
        written_by_hand(house.worker, LIST, broken)
        with pytest.raises(SignedListError):
            handing_list(house.worker)
