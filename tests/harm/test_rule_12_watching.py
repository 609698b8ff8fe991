"""HARM 12: searches take questioned pictures; an original's fingerprint stays with its case."""

import inspect
import logging
from pathlib import Path
from typing import get_type_hints

import pytest

from benban.casework.take_in import SightingReport, take_in
from benban.casework.watch_places import PLACES_PER_CASE, name_place
from benban.compare.copies import find_copies
from benban.errors import AccountPageError, PlaceLimitError
from benban.model.fingerprint import OriginalFingerprint, QuestionedFingerprint
from benban.model.sighting import SightingKind
from benban.model.watch import Offer, Place
from benban.outside.fence import Fence
from benban.remedies import parse_address
from benban.testing.clock import FakeClock
from benban.testing.platform import PlatformSimulator
from benban.vault import CaseStore
from benban.vault.documents import STORED_TYPES
from tests.architecture.sources import product_sources
from tests.harm.scenes import ADULT, CATALOGUE
from tests.unit.casework.watched import FAKE, ORIGINAL, Watched

# Made in one verb, kept and forgotten by the vault; nothing else may hold one.
AT_HOME = {"model", "vault"}
MAKER = "casework/originals.py"
# Holds what is to be shared, or was, against the photos of the same case.
BEFORE_SHARING = "casework/near_own_photo.py"
# Holds the frames of a video of the case against the photos of the same case.
WITHIN_A_CASE = "compare/clip_photos.py"


def test_an_originals_fingerprint_is_used_nowhere_but_where_it_is_made_and_kept() -> None:
    users = {
        source.place
        for source in product_sources()
        if "OriginalFingerprint" in source.text and source.room not in AT_HOME
    }

    assert users == {MAKER, BEFORE_SHARING, WITHIN_A_CASE}


def test_a_search_for_copies_takes_questioned_pictures_only() -> None:
    (taken,) = inspect.signature(find_copies).parameters
    hint = str(get_type_hints(find_copies)[taken])

    assert ("QuestionedFingerprint" in hint, "OriginalFingerprint" in hint) == (True, False)


def test_the_two_fingerprints_are_different_things() -> None:
    kinds = (QuestionedFingerprint, OriginalFingerprint)

    assert [issubclass(one, other) for one in kinds for other in kinds if one is not other] == [
        False,
        False,
    ]


def test_how_near_a_picture_lies_to_an_original_is_asked_only_to_drop_it() -> None:
    users = {source.place for source in product_sources() if "bits_to_originals" in source.text}

    assert users == {MAKER, "casework/watch_pictures.py"}


# --- the watch ------------------------------------------------------------------------------


def test_the_untouched_original_on_twenty_pages_and_the_fake_on_three_are_three_finds(
    store: CaseStore,
    clock: FakeClock,
    fence: Fence,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    with PlatformSimulator(posts=1, now=clock.now) as site, caplog.at_level(logging.DEBUG):
        watched = Watched(store=store, clock=clock, site=site, decoder=fence)
        watched.keep(watched.report("/kenh_vi_du/101"), FAKE)
        watched.declare()
        own = [site.reupload(ORIGINAL, "ảnh của tôi").number for _ in range(20)]
        fakes = [site.reupload(FAKE, "lại").number for _ in range(3)]
        canaries = {f"kenh_khac/{number}?" for number in own}
        for number in (*own, *fakes):
            watched.name(f"/kenh_khac/{number}?canh=chim-{number}-", host="t.me")
        watched.permit()

        done = watched.go()

    finds = [one for one in done.looks if one.offer is not None]
    left = {one.address.raw for one in store.all(Place)}
    held = _everything_in(store)
    assert (len(done.looks), len(finds), len(store.all(Offer))) == (24, 3, 3)
    assert len(left) == 4
    assert [one for one in canaries if one in held] == []
    assert [number for number in own if f"chim-{number}-" in held] == []
    assert [line for line in caplog.messages if "chim-" in line or "kenh_khac" in line] == []
    assert _files_with(tmp_path, [f"chim-{number}-".encode() for number in own]) == []


def test_the_places_that_stay_are_seen_by_the_same_search(
    store: CaseStore, clock: FakeClock
) -> None:
    with PlatformSimulator(posts=1, now=clock.now) as site:
        watched = Watched(store=store, clock=clock, site=site)
        watched.report("/kenh_vi_du/101")
        watched.name("/kenh_khac/5?canh=chim-5", host="t.me")

    assert "chim-5" in _everything_in(store)


def test_a_fifty_first_place_is_refused(store: CaseStore, clock: FakeClock) -> None:
    with PlatformSimulator(posts=1) as site:
        watched = Watched(store=store, clock=clock, site=site)
        watched.report("/kenh_vi_du/101")
        for number in range(PLACES_PER_CASE):
            watched.name(f"/bai/{number}")

        with pytest.raises(PlaceLimitError):
            watched.name("/bai/nua")

    assert PLACES_PER_CASE == 50


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("t.me", "/mot_nguoi"),
        ("t.me", "/s/mot_nguoi"),
        ("x.com", "/mot_nguoi"),
        ("www.tiktok.com", "/@mot_nguoi"),
        ("dien-dan.vi-du.example", "/@mot_nguoi"),
        ("dien-dan.vi-du.example", "/thanh-vien/mot-nguoi"),
        ("dien-dan.vi-du.example", "/u/mot_nguoi"),
    ],
)
def test_the_page_of_an_account_that_posted_nothing_of_this_case_is_not_watched(
    store: CaseStore, clock: FakeClock, host: str, path: str
) -> None:
    report = SightingReport(
        address=parse_address("https://t.me/kenh_vi_du/5", CATALOGUE),
        kind=SightingKind.PUBLISHED,
        answers=ADULT,
    )
    take_in(store, report, clock)

    with pytest.raises(AccountPageError):
        name_place(store, parse_address(f"https://{host}{path}", CATALOGUE), CATALOGUE, clock)


def test_the_page_of_the_account_that_posted_it_may_be_watched(
    store: CaseStore, clock: FakeClock
) -> None:
    report = SightingReport(
        address=parse_address("https://t.me/kenh_vi_du/5", CATALOGUE),
        kind=SightingKind.PUBLISHED,
        answers=ADULT,
    )
    take_in(store, report, clock)

    named = name_place(store, parse_address("https://t.me/kenh_vi_du", CATALOGUE), CATALOGUE, clock)

    assert named.sighting_id is None


def _everything_in(store: CaseStore) -> str:
    """Return every stored value and every entry of the log with what is sealed in it."""
    items = [repr(one) for kind in STORED_TYPES for one in store.all(kind)]
    entries = [repr(one) for one in store.events()]
    openings = [repr(store.opening(at)) for at in range(len(store.leaves()))]
    return "\n".join([*items, *entries, *openings])


def _files_with(folder: Path, patterns: list[bytes]) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files for pattern in patterns if pattern in path.read_bytes()]
