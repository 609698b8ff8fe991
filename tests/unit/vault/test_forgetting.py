"""Forgotten: unreadable and untestable from this vault, with all that derives from it."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from benban.errors import ExhibitMissingError, NotStoredError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind, Original
from benban.model.finding import CommonOrigin, CopyMatch, Direction, Order, Tier
from benban.model.fingerprint import (
    OriginalFingerprint,
    Pdq,
    PictureFingerprint,
    QuestionedFingerprint,
)
from benban.model.ids import CaptureId, new_comparison_id, new_exhibit_id
from benban.model.sighting import Sighting
from benban.seal.digests import digest_bytes
from benban.seal.merkle import tree_root
from benban.vault import CaseStore, Derived
from tests.unit.vault.keeping import (
    NOW,
    a_case,
    adopted,
    an_event,
    an_exhibit,
    an_original,
    kept_text,
    laid,
    opened,
    reported,
    spooled,
)

VISIT = CaptureId("cap-0123456789abcdef")
FORGET = an_event(EventKind.FORGOTTEN)
MINOR = an_event(EventKind.MINOR_MARKED, "exh")


def a_picture(digit: str) -> PictureFingerprint:
    return PictureFingerprint(
        pdq=Pdq(hex=digit * 64, quality=90),
        dihedral=(Pdq(hex=digit * 64, quality=90), Pdq(hex=digit * 63 + "0", quality=90)),
        width_px=10,
        height_px=10,
        media_type="image/png",
        is_whole=True,
    )


def contents(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("blobs/*/*") if path.is_file()]


def adopted_as(
    store: CaseStore,
    sighting: Sighting,
    data: bytes,
    kind: ExhibitKind,
    *,
    contains_media: bool = False,
    derived_from: tuple[Exhibit, ...] = (),
    capture_id: CaptureId | None = VISIT,
) -> Exhibit:
    exhibit = an_exhibit(
        sighting.id,
        kind=kind,
        capture_id=capture_id,
        contains_media=contains_media,
        derived_from=tuple(one.id for one in derived_from),
    )
    return adopted(store, sighting, data, exhibit)


def test_a_forgotten_exhibit_is_gone_and_its_leaf_stays(store: CaseStore, folder: Path) -> None:
    exhibit = adopted(store, reported(store), b"a drawing")
    leaves = store.leaves()
    gone = store.forget([exhibit.id], FORGET)
    events = store.events()

    assert (gone, store.all(Exhibit), contents(folder)) == ((exhibit.id,), (), [])
    assert store.leaves()[: len(leaves)] == leaves
    assert [event.is_forgotten for event in events] == [False, False, True, False]
    assert (events[2].kind, events[2].subject, events[2].fields) == (None, "", ())


def test_after_forgetting_the_checkpoint_still_covers_all_leaves(store: CaseStore) -> None:
    exhibit = adopted(store, reported(store), b"a drawing")
    store.forget([exhibit.id], FORGET)

    assert digest_bytes(store.checkpoint().root) == tree_root(store.leaves())


def test_a_forgotten_exhibit_cannot_be_opened(store: CaseStore) -> None:
    exhibit = adopted(store, reported(store), b"a drawing")
    position = store.events()[-1].position
    store.forget([exhibit.id], FORGET)
    with pytest.raises(ExhibitMissingError):
        store.open_exhibit(exhibit.id)
    with pytest.raises(NotStoredError):
        store.opening(position)


def test_an_unknown_exhibit_stops_the_whole_act(store: CaseStore) -> None:
    exhibit = adopted(store, reported(store), b"a drawing")
    with pytest.raises(ExhibitMissingError):
        store.forget([exhibit.id, new_exhibit_id()], FORGET)

    assert kept_text(store, exhibit) == b"a drawing"


def test_key_salt_record_and_digests_are_in_no_byte_of_the_database(folder: Path) -> None:
    # What the case key opens is the plain database: look there, not at the ciphertext.
    laid(folder)
    case = a_case()
    with opened(folder) as vault, vault.create_case(case) as store:
        exhibit = adopted(store, reported(store), b"a drawing")
        fingerprint = QuestionedFingerprint(exhibit_id=exhibit.id, picture=a_picture("a"))
        store.record(
            an_event(EventKind.FINGERPRINTED, exhibit.id, pdq=fingerprint.picture.pdq.hex),
            save=[fingerprint],
        )
        opening = store.opening(2)
        database = store._opened.database  # noqa: SLF001 - the raw pages are what is tested
        key = database.rows("SELECT key FROM blobs")[0][0]
        assert isinstance(key, bytes)
        before = plain_bytes(store)
        store.forget([exhibit.id], FORGET)
        after = plain_bytes(store)
    secrets = [
        key,
        opening.salt,
        opening.record,
        *(one.salt for one in opening.fields.values()),
        exhibit.sha256.hex.encode(),
        exhibit.sha512.hex.encode(),
        b"a" * 64,
        b"cat.png",
    ]

    assert [secret in before for secret in secrets] == [True] * len(secrets)
    assert [secret in after for secret in secrets] == [False] * len(secrets)


def plain_bytes(store: CaseStore) -> bytes:
    """Return every page of the database, decrypted, free pages too."""
    database = store._opened.database  # noqa: SLF001 - the raw pages are what is tested
    database.truncate_wal()
    return b"".join(page for page in pages_of(store))


def pages_of(store: CaseStore) -> list[bytes]:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES256
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    from benban.vault.keys import KeyUse, subkey

    places = store._opened.places  # noqa: SLF001 - the raw pages are what is tested
    stored = places.folder.database.read_bytes()
    key = subkey(places.key, KeyUse.DATABASE)
    found = []
    for at in range(0, len(stored), 4096):
        page = stored[at : at + 4096]
        # SQLCipher 4: 16 bytes salt before the first page, 80 bytes reserved: iv and HMAC.
        start, iv = (16 if at == 0 else 0), page[4016:4032]
        decryptor = Cipher(AES256(key), CBC(iv)).decryptor()
        found.append(decryptor.update(page[start:4016]) + decryptor.finalize())
    return found


def test_the_write_ahead_log_is_cut_when_something_was_forgotten(
    store: CaseStore, folder: Path
) -> None:
    exhibit = adopted(store, reported(store), b"a drawing")
    before = next(folder.rglob("case.db-wal")).stat().st_size
    store.forget([exhibit.id], FORGET)
    after = next(folder.rglob("case.db-wal")).stat().st_size

    # What follows the cut is the emptied list of files to remove: two pages of 4096 bytes.
    assert (before > 10 * 4096, after) == (True, 32 + 2 * (24 + 4096))


def test_everything_made_from_an_exhibit_goes_with_it(store: CaseStore, folder: Path) -> None:
    sighting = reported(store)
    fake, other = adopted(store, sighting, b"fake"), adopted(store, sighting, b"other")
    finding = CommonOrigin(
        id=new_comparison_id(),
        exhibit_id=fake.id,
        original_id=None,
        tier=Tier.A,
        originals_compared=1,
        at=NOW,
    )
    store.record(
        an_event(EventKind.COMPARED, finding.id),
        save=[
            QuestionedFingerprint(exhibit_id=fake.id, picture=a_picture("a")),
            QuestionedFingerprint(exhibit_id=other.id, picture=a_picture("b")),
            CopyMatch(exhibit_id=fake.id, other_id=other.id, distance_bits=2, dihedral=0),
            finding,
            Direction(comparison_id=finding.id, order=Order.NOT_DETERMINED, support=(), notes=()),
        ],
        derived=[
            Derived(owner=finding.id, kind="veiled", data=b"pair"),
            Derived(owner=fake.id, kind="veiled", data=b"alone"),
            Derived(owner=other.id, kind="veiled", data=b"stays"),
        ],
    )
    store.forget([fake.id], FORGET)

    assert [one.exhibit_id for one in store.all(QuestionedFingerprint)] == [other.id]
    assert (store.all(CopyMatch), store.all(CommonOrigin), store.all(Direction)) == ((), (), ())
    assert store.get_derived(other.id, "veiled") == b"stays"
    assert len(contents(folder)) == 2


def test_containers_of_the_same_visit_go_and_its_text_stays(store: CaseStore) -> None:
    sighting = reported(store)
    text = adopted_as(store, sighting, b"text", ExhibitKind.DOM_TEXT)
    media = adopted_as(store, sighting, b"media", ExhibitKind.MEDIA)
    containers = [
        adopted_as(store, sighting, kind.value.encode(), kind, contains_media=True)
        for kind in (
            ExhibitKind.WACZ,
            ExhibitKind.SCREENSHOT,
            ExhibitKind.MHTML,
            ExhibitKind.PAGE_PDF,
        )
    ]
    other_visit = adopted_as(
        store,
        sighting,
        b"other",
        ExhibitKind.WACZ,
        contains_media=True,
        capture_id=CaptureId("cap-fedcba9876543210"),
    )
    gone = store.forget([media.id], FORGET)

    assert gone == (media.id, *(one.id for one in containers))
    assert store.all(Exhibit) == (text, other_visit)


def test_a_container_named_by_its_item_goes_also_from_another_visit(store: CaseStore) -> None:
    sighting = reported(store)
    wacz = adopted_as(store, sighting, b"wacz", ExhibitKind.WACZ, contains_media=True)
    item = adopted_as(
        store, sighting, b"item", ExhibitKind.MEDIA, derived_from=(wacz,), capture_id=None
    )
    crop = adopted_as(
        store, sighting, b"crop", ExhibitKind.MEDIA, derived_from=(item,), capture_id=None
    )
    neighbour = adopted_as(
        store, sighting, b"neighbour", ExhibitKind.MEDIA, derived_from=(wacz,), capture_id=None
    )
    gone = store.forget([item.id], FORGET)

    assert gone == (wacz.id, item.id, crop.id)
    assert store.all(Exhibit) == (neighbour,)


def test_forgetting_a_container_leaves_its_items(store: CaseStore) -> None:
    sighting = reported(store)
    media = adopted_as(store, sighting, b"media", ExhibitKind.MEDIA)
    shot = adopted_as(store, sighting, b"shot", ExhibitKind.SCREENSHOT, contains_media=True)
    gone = store.forget([shot.id], FORGET)

    assert (gone, store.all(Exhibit)) == ((shot.id,), (media,))


def test_the_same_bytes_kept_a_second_time_go_too(store: CaseStore) -> None:
    first = adopted(store, reported(store), b"same")
    second = adopted(store, reported(store), b"same")

    assert store.forget([first.id], FORGET) == (first.id, second.id)


def test_an_original_with_the_same_bytes_stays_when_a_mistake_is_taken_back(
    store: CaseStore,
) -> None:
    exhibit = adopted(store, reported(store), b"statue")
    original = store.adopt_original(spooled(store, b"statue"), an_original())
    store.forget([exhibit.id], FORGET)

    assert store.all(Original) == (original,)


def test_a_mark_takes_every_picture_of_the_sighting_and_the_same_original(
    store: CaseStore, folder: Path
) -> None:
    sighting, other = reported(store), reported(store)
    first = adopted(store, sighting, b"one")
    second = adopted(store, sighting, b"two")
    text = adopted_as(store, sighting, b"text", ExhibitKind.DOM_TEXT)
    stays = adopted(store, other, b"three")
    original = store.adopt_original(spooled(store, b"one"), an_original())
    store.record(
        an_event(),
        save=[OriginalFingerprint(original_id=original.id, picture=a_picture("c"))],
    )
    gone = store.forget([first.id], MINOR)

    assert (gone, store.all(Exhibit)) == ((first.id, second.id), (text, stays))
    assert (store.all(Original), store.all(OriginalFingerprint)) == ((), ())
    assert len(contents(folder)) == 2


def test_who_looked_and_what_was_decided_stays_in_the_log(store: CaseStore) -> None:
    exhibit = adopted(store, reported(store), b"a drawing")
    store.record(an_event(EventKind.SHOWN_UNVEILED, exhibit.id, reason="to compare"))
    store.forget([exhibit.id], replace(FORGET, subject=exhibit.id))
    events = store.events()

    assert [event.kind for event in events] == [
        EventKind.CASE_OPENED,
        EventKind.REPORTED,
        None,
        EventKind.SHOWN_UNVEILED,
        EventKind.FORGOTTEN,
    ]
    assert events[3].fields[0].value == "to compare"


def test_a_digest_that_another_event_opened_is_closed_there(store: CaseStore) -> None:
    exhibit = adopted(store, reported(store), b"a drawing")
    store.record(an_event(EventKind.CAPTURED, "cap", sha256=exhibit.sha256.hex, title="page"))
    store.forget([exhibit.id], FORGET)
    fields = {field.name: field.value for field in store.events()[3].fields}

    del fields["operator"]
    assert fields == {"sha256": "", "title": "page"}
    assert set(store.opening(3).fields) == {"title"}


def test_an_original_is_forgotten_with_its_comparisons(store: CaseStore, folder: Path) -> None:
    exhibit = adopted(store, reported(store), b"fake")
    original = store.adopt_original(spooled(store, b"statue"), an_original())
    finding = CommonOrigin(
        id=new_comparison_id(),
        exhibit_id=exhibit.id,
        original_id=original.id,
        tier=Tier.A,
        originals_compared=1,
        at=NOW,
    )
    store.record(
        an_event(),
        save=[finding],
        derived=[Derived(owner=finding.id, kind="veiled", data=b"pair")],
    )
    gone = store.forget_originals([original.id], FORGET)

    assert (gone, store.all(Original), store.all(CommonOrigin)) == ((original.id,), (), ())
    assert (kept_text(store, exhibit), len(contents(folder))) == (b"fake", 1)


def test_forgetting_goes_through_on_a_full_disk_by_giving_up_the_ballast(folder: Path) -> None:
    from benban.vault import Step, StepKind
    from tests.unit.vault.keeping import new_vault

    full = False

    def listener(step: Step) -> None:
        if full and step.kind is StepKind.COMMIT and (folder / "ballast.bin").exists():
            raise OSError(28, "no space left")

    vault, _ = new_vault(folder, ballast_bytes=4096, on_step=listener)
    with vault, vault.create_case(a_case()) as store:
        exhibit = adopted(store, reported(store), b"a drawing")
        full = True
        gone = store.forget([exhibit.id], FORGET)

    assert (gone, (folder / "ballast.bin").exists(), contents(folder)) == (
        (exhibit.id,),
        False,
        [],
    )


def test_a_forgotten_digest_cannot_be_tested_against_file_names(
    store: CaseStore, folder: Path
) -> None:
    adopted(store, reported(store), b"a drawing")
    name = contents(folder)[0].name
    digest = hashlib.sha256(b"a drawing").hexdigest()

    assert (len(name), name in digest) == (32, False)
