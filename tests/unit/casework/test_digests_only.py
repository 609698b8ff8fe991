"""What becomes of a photo of which only digests are kept, wherever a case goes."""

import tarfile
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pyrage
import pytest

from benban.casework.add_files import add_files
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.entrust import entrust
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import (
    GivenFile,
    bits_to_originals,
    declare_originals,
    find_photos_in,
    keep_original,
    spool_original,
)
from benban.casework.take_in import SightingReport, take_in
from benban.casework.take_over import own_identity, own_recipient, take_over
from benban.dossier.view import Disclosure, Edition
from benban.errors import NotStoredError
from benban.model.case import Capacity
from benban.model.exhibit import Exhibit, Original
from benban.model.fingerprint import OriginalFingerprint
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.outside.new_file import new_file
from benban.outside.platforms import ThisPlatform
from benban.seal.age import fresh_identity, recipient_of
from benban.testing.clock import FakeClock
from benban.testing.films import draw_film
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, Vault, back_up, check_vault, restore
from benban.wording import Language
from tests.unit.dossier.reading import text
from tests.verifier.kept import verified

from .conftest import ADULT
from .test_hand_over import TO, other, written

__all__ = ["other"]

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."


@pytest.fixture
def exhibit(store: CaseStore, clock: FakeClock) -> Exhibit:
    """Return a kept picture, for the case to be open to photos."""
    sighting = take_in(store, REPORT, clock).sighting
    file = GivenFile(stream=BytesIO(draw_feed_picture(3)), name="hinh.jpg")
    return add_files(store, sighting, [file], clock)[0]


@pytest.fixture
def noted(store: CaseStore, fence: Fence, clock: FakeClock, exhibit: Exhibit) -> Original:
    """Return a photo of which only digests are kept."""
    declare_originals(store, SENTENCE, SENTENCE)
    given = GivenFile(stream=BytesIO(draw_feed_picture(1)), name="1.jpg")
    spooled = spool_original(store, given)
    return keep_original(
        store, spooled, fence, clock, is_in_other_case=lambda _: False, digests_only=True
    )


def test_it_goes_along_when_the_case_is_taken_over(
    vault: Vault, store: CaseStore, other: Vault, noted: Original
) -> None:
    sealed, _ = written(vault, store, own_recipient(other))

    with take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER) as taken:
        assert taken.all(Original) == (noted,)
        assert taken.maybe(OriginalFingerprint, noted.id) is not None
        with pytest.raises(NotStoredError):
            taken.open_original(noted.id)


def test_it_goes_when_somebody_may_be_under_18(
    store: CaseStore, exhibit: Exhibit, noted: Original
) -> None:
    mark_minor(store, exhibit.id)

    assert store.all(Original) == ()
    assert store.maybe(OriginalFingerprint, noted.id) is None


def test_the_person_s_own_untouched_photo_is_known_though_it_is_not_kept(
    store: CaseStore, fence: Fence, noted: Original
) -> None:
    seen = fence.measure(BytesIO(draw_feed_picture(1)))

    assert bits_to_originals(store, seen) == 0


def test_a_video_is_not_held_against_it(store: CaseStore, fence: Fence, noted: Original) -> None:
    film = fence.fingerprint_video(BytesIO(draw_film(frames=13, noise=0)))

    assert find_photos_in(store, film) == (0, ())


def test_it_comes_back_from_a_backup_as_what_it_was(
    vault: Vault, store: CaseStore, noted: Original, tmp_path: Path
) -> None:
    back_up(vault, tmp_path / "sao-luu")
    restore(tmp_path / "sao-luu", tmp_path / "lai", platform=ThisPlatform())

    with Vault.open(
        tmp_path / "lai",
        passphrase="bốn từ dễ nhớ",
        clock=FakeClock(noted.declared_at),
        platform=ThisPlatform(),
    ) as again:
        with again.open_case(store.case.id) as opened:
            assert opened.all(Original) == (noted,)
            with pytest.raises(NotStoredError):
                opened.open_original(noted.id)
        failed = [one for one in check_vault(again, read=True).checks if one.result.value == "FAIL"]

    assert failed == []


def test_it_goes_along_when_the_case_is_entrusted(
    vault: Vault, store: CaseStore, other: Vault, noted: Original, tmp_path: Path
) -> None:
    path = tmp_path / "tai-lieu.dat"
    to = replace(TO, key=own_recipient(other))
    entrust(vault, store, to, write=lambda: new_file(path), read=lambda: path.open("rb"))

    with (
        path.open("rb") as sealed,
        take_over(other, sealed, own_identity(other), Capacity.LAWYER) as taken,
    ):
        assert taken.all(Original) == (noted,)


def test_an_authority_gets_a_sound_dossier_without_a_byte_of_it(
    vault: Vault, store: CaseStore, noted: Original, clock: FakeClock, tmp_path: Path
) -> None:
    identity = fresh_identity()
    disclosure = Disclosure(
        recipient="Toà", purpose="a", legal_basis="b", recipient_key=recipient_of(identity)
    )
    request = DossierRequest(
        edition=Edition.AUTHORITY, languages=(Language.VI,), disclosure=disclosure
    )
    path = tmp_path / "tai-lieu.zip"
    with path.open("w+b") as out:
        conclude(store, request, [], out_file=out, clock=clock, vault=vault)

    checked = verified(path, None, ())

    assert [one.name for one in checked.checks if one.result.value == "FAIL"] == []
    with zipfile.ZipFile(path) as bag:
        said = "".join(text(bag.read(one)) for one in bag.namelist() if one.endswith(".pdf"))
        (name,) = [one for one in bag.namelist() if one.endswith("originals.tar.age")]
        key = pyrage.x25519.Identity.from_str(identity)
        sealed = pyrage.decrypt(bag.read(name), [key])
    # It was matched with nothing: no file of the dossier names it (``matched_originals``).
    assert noted.original_name not in said
    assert noted.sha256.hex not in said
    with tarfile.open(fileobj=BytesIO(sealed)) as tar:
        kept = [tar.extractfile(one) for one in tar.getmembers() if one.isfile()]
        contents = [one.read() for one in kept if one is not None]
    assert draw_feed_picture(3) in contents
    assert draw_feed_picture(1) not in contents
