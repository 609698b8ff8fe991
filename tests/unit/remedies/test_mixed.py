from dataclasses import replace

import pytest

from benban.model.catalogue import Catalogue, CatalogueFault
from benban.remedies import packaged_catalogue, parse_address
from benban.remedies.mixed import is_never_captured, shows_many_victims

CATALOGUE = packaged_catalogue()


def _without(service: str) -> Catalogue:
    """A catalogue in which the file of *service* stood aside."""
    fault = CatalogueFault(
        file=f"channels/{service}.toml", line=1, key="-", rule="syntax", detail=""
    )
    return replace(
        CATALOGUE,
        services=tuple(one for one in CATALOGUE.services if one.id != service),
        faults=(fault,),
    )


@pytest.mark.parametrize(
    ("place", "is_crowded"),
    [
        ("https://www.pornhub.com/view_video.php?viewkey=a", True),
        ("https://de.pornhub.com/view_video.php?viewkey=a", True),
        ("https://t.me/s/kenh_vi_du", True),
        ("https://t.me/kenh_vi_du/5", False),
        ("https://dien-dan.example/bai/5", False),
    ],
)
def test_a_place_with_many_people_is_known(place: str, is_crowded: bool) -> None:
    assert shows_many_victims(parse_address(place, CATALOGUE), CATALOGUE) is is_crowded


def test_while_a_file_of_a_service_stands_aside_an_unknown_host_counts_as_crowded() -> None:
    known = _without("aylo")
    address = parse_address("https://www.pornhub.com/view_video.php?viewkey=a", known)

    assert (address.service, shows_many_victims(address, known)) == ("unknown", True)


def test_a_service_whose_own_file_is_sound_is_judged_by_it() -> None:
    known = _without("aylo")

    assert not shows_many_victims(parse_address("https://t.me/kenh_vi_du/5", known), known)


def test_only_marked_places_are_never_captured() -> None:
    places = {
        pattern.example: is_never_captured(parse_address(pattern.example, CATALOGUE), CATALOGUE)
        for service in CATALOGUE.services
        for pattern in service.patterns
    }

    assert {one for one, is_never in places.items() if is_never} == {
        "https://web.telegram.org/a/#-1001234567890",
        "https://discord.com/channels/@me/2/3",
        "https://chat.zalo.me/",
        "https://www.messenger.com/t/123",
    }
