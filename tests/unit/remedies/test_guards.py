"""A catalogue from elsewhere adds protection and takes none away."""

import io

import pytest

from benban.model.catalogue import Catalogue
from benban.remedies import packaged_catalogue, parse_address
from benban.remedies.bundle import read_bundle
from benban.remedies.guards import broken_guards, with_guards
from benban.remedies.mixed import is_never_captured, shows_many_victims
from tests.unit.remedies.bundles import SIGNER, packaged_files, signed_all_the_same

OWN = packaged_catalogue()


def _given(**changed: tuple[bytes, bytes] | None) -> Catalogue:
    """The packaged files with one piece changed, or one file gone, in each that is named."""
    found = packaged_files()
    for name, change in changed.items():
        file = next(one for one in found if one.replace(".", "/").split("/")[-2] == name)
        if change is None:
            del found[file]
        else:
            assert change[0] in found[file]
            found[file] = found[file].replace(*change)
    return read_bundle(io.BytesIO(signed_all_the_same(found)), (SIGNER,)).catalogue


@pytest.mark.parametrize("change", [(b"mixed_victims = true", b"mixed_victims = false"), None])
def test_a_crowded_place_stays_crowded(change: tuple[bytes, bytes] | None) -> None:
    used = with_guards(_given(aylo=change), OWN)
    place = parse_address("https://www.pornhub.com/view_video.php?viewkey=a", used)

    assert shows_many_victims(place, used)


@pytest.mark.parametrize("name", ["telegram", "discord", "messenger_whatsapp", "stopncii"])
def test_a_place_that_is_never_opened_stays_so(name: str) -> None:
    change = (b"never_capture = true", b"never_capture = false")
    used = with_guards(_given(**{name: change}), OWN)
    places = {
        "telegram": "https://web.telegram.org/a/#1",
        "discord": "https://discord.com/channels/@me/1/2",
        "messenger_whatsapp": "https://m.me/a",
        "stopncii": "https://stopncii.org/",
    }

    assert is_never_captured(parse_address(places[name], used), used)


def test_a_service_that_is_left_out_keeps_its_mark_and_no_channel() -> None:
    used = with_guards(_given(aylo=None), OWN)
    service = used.service("aylo")

    assert service is not None
    assert (service.mixed_victims, service.channels) == (True, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # Renamed, and its mark dropped.
        (
            b'kind = "invite"\n',
            b'kind = "invitation"\n',
        ),
        # A wider shape of another name stands before it.
        (
            b'[[url_pattern]]\nkind = "invite"\n',
            (
                b'[[url_pattern]]\nkind = "any"\npath = \'^/[+]\'\ncanonical = ""\n'
                b'example = "https://t.me/+AAAAAEabcdefghij"\n'
                b'example_canonical = "https://t.me/+AAAAAEabcdefghij"\nconfidence = "A"\n\n'
                b'[[url_pattern]]\nkind = "invite"\n'
            ),
        ),
    ],
)
def test_a_shape_that_shows_many_stays_closed_under_another_name(old: bytes, new: bytes) -> None:
    found = packaged_files()
    assert old in found["channels/telegram.toml"]
    text = found["channels/telegram.toml"].replace(old, new)
    before, invite, after = text.partition(b"# A whole group or channel.\n")
    assert invite
    found["channels/telegram.toml"] = before + after.removeprefix(b"mixed_victims = true\n")
    given = read_bundle(io.BytesIO(signed_all_the_same(found)), (SIGNER,)).catalogue
    assert given.faults == ()

    used = with_guards(given, OWN)

    assert shows_many_victims(parse_address("https://t.me/+AAAAAEabcdefghij", used), used)


def test_the_marks_of_the_program_change_no_form_of_an_address() -> None:
    used = with_guards(_given(), OWN)
    changed = [
        pattern.example
        for service in OWN.services
        for pattern in service.patterns
        if parse_address(pattern.example, used).canonical != pattern.example_canonical
    ]

    assert changed == []


def test_what_is_sound_breaks_nothing() -> None:
    assert broken_guards(_given(), OWN) == ()


def test_law_that_the_program_knows_as_repealed_is_not_cited_by_dropping_it_from_the_list() -> None:
    found = packaged_files()
    found["laws/repealed.toml"] = found["laws/repealed.toml"].replace(b'"24/2018", ', b"")
    found["forms/vi/x-report.txt"] += "Luật 24/2018/QH14\n".encode()
    given = read_bundle(io.BytesIO(signed_all_the_same(found)), (SIGNER,)).catalogue

    assert (given.faults, broken_guards(given, OWN)) == ((), ("forms/forms.toml x-report",))
    assert any(rule.cited_in("24/2018") for rule in with_guards(given, OWN).repealed)


def test_an_address_of_fraud_is_not_made_good_by_dropping_the_warning() -> None:
    found = packaged_files()
    telegram = found["channels/telegram.toml"].replace(
        b'do_not_use = ["dsa@telegram.org", ', b"do_not_use = ["
    )
    found["channels/telegram.toml"] = telegram.replace(
        b'"abuse@telegram.org"', b'"dsa@telegram.org"'
    )
    given = read_bundle(io.BytesIO(signed_all_the_same(found)), (SIGNER,)).catalogue

    assert (given.faults, broken_guards(given, OWN)) == (
        (),
        ("channels/telegram.toml telegram-2",),
    )


def test_words_that_blame_stay_out() -> None:
    found = packaged_files()
    terms = found["terms.toml"].decode()
    found["terms.toml"] = terms.replace("revenge porn", "something else").encode()
    given = read_bundle(io.BytesIO(signed_all_the_same(found)), (SIGNER,)).catalogue

    before = {one.term for one in OWN.avoided_terms}
    assert before <= {one.term for one in with_guards(given, OWN).avoided_terms}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("forms/en/x-report.txt", b"{seen}", b"{seen} {unknown}"),
        (
            "forms/forms.toml",
            b'id = "x-report"\nregime = "service"\nstatements = ["entitled"',
            b'id = "x-report"\nregime = "service"\nstatements = ["i-am-sure"',
        ),
    ],
)
def test_a_form_that_the_program_could_not_fill_is_refused(
    file: str, old: bytes, new: bytes
) -> None:
    found = packaged_files()
    assert old in found[file]
    found[file] = found[file].replace(old, new)
    given = read_bundle(io.BytesIO(signed_all_the_same(found)), (SIGNER,)).catalogue

    assert (given.faults, broken_guards(given, OWN)) == ((), ("forms/forms.toml x-report",))
