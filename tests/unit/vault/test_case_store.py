"""What is kept, read and logged."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from benban.errors import (
    CaseMissingError,
    ContentDamagedError,
    ExhibitMissingError,
    NotStoredError,
)
from benban.model.case import Case
from benban.model.custody import EventKind, Field, TimestampToken, TokenState
from benban.model.exhibit import Exhibit
from benban.model.finding import CommonOrigin, CopyMatch, Direction, Order, Tier
from benban.model.fingerprint import (
    OriginalFingerprint,
    Pdq,
    PictureFingerprint,
    QuestionedFingerprint,
)
from benban.model.ids import CaseId, ExhibitId, OriginalId, new_comparison_id, new_exhibit_id
from benban.model.sighting import Sighting
from benban.outside.platforms import ThisPlatform
from benban.seal.digests import digest_bytes, sha256_of, sha512_of
from benban.seal.leaf import check_openings, leaf_hash, parse_record
from benban.seal.merkle import tree_root
from benban.seal.note import key_id, open_checkpoint
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, Derived, Storable, Vault
from tests.unit.vault.keeping import (
    NOW,
    PASSPHRASE,
    a_case,
    a_sighting,
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

PICTURE = PictureFingerprint(
    pdq=Pdq(hex="0f" * 32, quality=90),
    dihedral=(Pdq(hex="0f" * 32, quality=90),),
    width_px=10,
    height_px=10,
    media_type="image/png",
    is_whole=True,
)


def a_finding(exhibit_id: ExhibitId) -> CommonOrigin:
    return CommonOrigin(
        id=new_comparison_id(),
        exhibit_id=exhibit_id,
        original_id=None,
        tier=Tier.C,
        originals_compared=1,
        at=NOW,
    )


def test_a_new_case_begins_with_its_first_event(vault: Vault) -> None:
    case = a_case()
    with vault.create_case(case) as store:
        first = store.events()

    assert [(event.kind, event.subject, event.position) for event in first] == [
        (EventKind.CASE_OPENED, case.id, 0)
    ]


def test_cases_are_listed_oldest_first_with_their_titles(vault: Vault) -> None:
    first, second = a_case("một"), a_case("hai")
    vault.create_case(first).close()
    with vault.create_case(second):
        listed = vault.cases()

    assert listed == (first, second)


def test_a_case_that_is_not_there_is_said_so(vault: Vault) -> None:
    with pytest.raises(CaseMissingError):
        vault.open_case(CaseId("case-0000000000000000"))


def test_a_case_id_is_used_once(vault: Vault) -> None:
    case = a_case()
    vault.create_case(case).close()
    with pytest.raises(ValueError, match="taken"):
        vault.create_case(case)


def test_what_is_saved_is_read_after_the_vault_was_closed(folder: Path) -> None:
    laid(folder)
    case = a_case()
    with opened(folder) as vault, vault.create_case(case) as store:
        sighting = reported(store)
        exhibit = adopted(store, sighting, b"a drawing of a cat")
    with opened(folder) as vault, vault.open_case(case.id) as store:
        found = (store.case, store.all(Sighting), store.all(Exhibit), kept_text(store, exhibit))

    assert found == (case, (sighting,), (exhibit,), b"a drawing of a cat")


def test_saving_again_replaces_the_value_and_keeps_its_place(store: CaseStore) -> None:
    first, second = a_sighting(), a_sighting()
    store.record(an_event(), save=[first, second])
    changed = replace(first, text="more")
    store.record(an_event(), save=[changed])

    assert store.all(Sighting) == (changed, second)


def test_removed_values_are_gone(store: CaseStore) -> None:
    sighting = a_sighting()
    store.record(an_event(), save=[sighting])
    store.record(an_event(), remove=[sighting])

    assert store.maybe(Sighting, sighting.id) is None


def test_a_missing_value_is_said_so_by_its_kind(store: CaseStore) -> None:
    with pytest.raises(ExhibitMissingError):
        store.get(Exhibit, "exh-0000000000000000")
    with pytest.raises(NotStoredError) as raised:
        store.get(Sighting, "sig-0000000000000000")

    assert raised.value.params == {"what": "sig-0000000000000000"}


def test_an_event_and_its_values_are_kept_together_or_not_at_all(store: CaseStore) -> None:
    sighting = a_sighting()
    twice = replace(an_event(), fields=(Field(name="a", value="1", is_sensitive=False),) * 2)
    with pytest.raises(Exception, match="twice"):
        store.record(twice, save=[sighting])

    assert (store.maybe(Sighting, sighting.id), len(store.leaves())) == (None, 1)


def test_digests_and_size_are_those_of_the_stored_bytes(store: CaseStore) -> None:
    sighting = reported(store)
    claimed = an_exhibit(sighting.id, data=b"something else entirely")
    kept = adopted(store, sighting, b"the real bytes", claimed)

    assert (kept.size_bytes, kept.sha256, kept.sha512) == (
        14,
        sha256_of(b"the real bytes"),
        sha512_of(b"the real bytes"),
    )


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_000])
def test_contents_of_every_size_come_back_byte_for_byte(store: CaseStore, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    exhibit = adopted(store, reported(store), data)

    assert kept_text(store, exhibit) == data
    assert exhibit.sha512 == sha512_of(data)


def test_many_small_writes_give_the_same_digests_as_one_large(store: CaseStore) -> None:
    data = bytes(range(256)) * 5000
    with store.spool("x").open_part() as part:
        for start in range(0, len(data), 999):
            part.write(data[start : start + 999])
        told = part.tell()
        small = part.finish()
    large = spooled(store, data)

    assert (small.sha256, small.sha512, told) == (large.sha256, large.sha512, len(data))


def test_a_zip_can_be_written_straight_into_a_part(store: CaseStore) -> None:
    import zipfile

    with store.spool("wacz").open_part() as part:
        with zipfile.ZipFile(part, "w") as archive:
            archive.writestr("a.txt", "một")
        spooled_part = part.finish()
    with spooled_part.open() as stream, zipfile.ZipFile(stream) as archive:
        found = archive.read("a.txt").decode()

    assert found == "một"


def test_an_unfinished_part_leaves_nothing(store: CaseStore, folder: Path) -> None:
    with store.spool("x").open_part() as part:
        part.write(b"x" * 200_000)

    assert list((folder / "tmp").iterdir()) == []


def test_adoption_writes_the_fields_that_a_dossier_promises(store: CaseStore) -> None:
    exhibit = adopted(store, reported(store), b"bytes")
    event = store.events()[-1]

    assert event.kind is EventKind.ADOPTED
    assert event.subject == exhibit.id
    fields = {field.name: (field.value, field.is_sensitive) for field in event.fields}
    # Which vault's user it was; made anew with each vault.
    operator, is_sensitive = fields.pop("operator")
    assert (len(operator), is_sensitive) == (len("abcd-") * 8 - 1, False)
    assert fields == {
        "exhibit_kind": ("media", False),
        "sha256": (exhibit.sha256.hex, True),
        "sha512": (exhibit.sha512.hex, True),
        "size_bytes": ("5", True),
        "media_type": ("image/png", True),
        "address": ("https://example.org/cat", True),
        "original_name": ("cat.png", True),
    }


def test_an_exhibit_is_adopted_once(store: CaseStore) -> None:
    sighting = reported(store)
    exhibit = adopted(store, sighting, b"one")
    with pytest.raises(ValueError, match="taken"):
        adopted(store, sighting, b"two", exhibit)

    assert kept_text(store, exhibit) == b"one"


def test_the_same_bytes_twice_are_two_contents_with_two_keys(
    store: CaseStore, folder: Path
) -> None:
    sighting = reported(store)
    adopted(store, sighting, b"same")
    adopted(store, sighting, b"same")
    files = [path.read_bytes() for path in folder.rglob("blobs/*/*")]

    assert len(files) == 2
    assert files[0][32:] != files[1][32:]


def test_the_leaves_are_what_the_records_hash_to(store: CaseStore) -> None:
    adopted(store, reported(store), b"bytes")
    found = []
    for position in range(len(store.leaves())):
        opening = store.opening(position)
        check_openings(parse_record(opening.record), tuple(opening.fields.values()))
        found.append(leaf_hash(opening.salt, opening.record))

    assert tuple(found) == store.leaves()


def test_the_checkpoint_signs_the_root_of_all_leaves(store: CaseStore) -> None:
    for _ in range(6):
        store.record(an_event())
    checkpoint = store.checkpoint()
    verified = open_checkpoint(checkpoint.note, store.public_key)

    assert (verified.size, digest_bytes(verified.root)) == (7, tree_root(store.leaves()))
    assert checkpoint.key_id == key_id(store.public_key)
    assert store.verifier_key.startswith(store.origin)


def test_two_cases_have_two_logs(vault: Vault) -> None:
    with vault.create_case(a_case()) as one, vault.create_case(a_case()) as two:
        assert (one.origin != two.origin, one.public_key != two.public_key) == (True, True)


def test_no_such_record_is_said_so(store: CaseStore) -> None:
    with pytest.raises(NotStoredError):
        store.opening(99)


def test_derived_content_is_kept_and_replaced(store: CaseStore, folder: Path) -> None:
    exhibit = adopted(store, reported(store), b"picture")
    store.put_derived(exhibit.id, "veiled", b"first")
    store.put_derived(exhibit.id, "veiled", b"second")
    store.put_derived(exhibit.id, "descriptors", b"third")

    assert (
        store.get_derived(exhibit.id, "veiled"),
        store.get_derived(exhibit.id, "descriptors"),
        len(list(folder.rglob("blobs/*/*"))),
    ) == (b"second", b"third", 3)


def test_derived_content_can_come_with_its_event(store: CaseStore) -> None:
    exhibit = adopted(store, reported(store), b"picture")
    finding = a_finding(exhibit.id)
    store.record(
        an_event(EventKind.COMPARED, finding.id),
        save=[finding],
        derived=[Derived(owner=finding.id, kind="veiled", data=b"png")],
    )

    assert store.get_derived(finding.id, "veiled") == b"png"


def test_derived_content_without_an_owner_is_refused(store: CaseStore, folder: Path) -> None:
    with pytest.raises(NotStoredError):
        store.put_derived(new_exhibit_id(), "veiled", b"png")

    assert [path for path in folder.rglob("blobs/*/*") if path.is_file()] == []


def test_derived_content_that_is_not_there_is_said_so(store: CaseStore) -> None:
    exhibit = adopted(store, reported(store), b"picture")
    with pytest.raises(NotStoredError):
        store.get_derived(exhibit.id, "veiled")


def test_nothing_is_saved_about_an_exhibit_that_is_gone(store: CaseStore) -> None:
    there = adopted(store, reported(store), b"picture").id
    gone = new_exhibit_id()
    about_gone: list[Storable] = [
        QuestionedFingerprint(exhibit_id=gone, picture=PICTURE),
        a_finding(gone),
        CopyMatch(exhibit_id=there, other_id=gone, distance_bits=1, dihedral=0),
        CopyMatch(exhibit_id=gone, other_id=there, distance_bits=1, dihedral=0),
        an_exhibit(a_sighting().id),
    ]
    refused = 0
    for item in about_gone:
        with pytest.raises(ExhibitMissingError):
            store.record(an_event(), save=[item])
        refused += 1

    assert (refused, store.all(QuestionedFingerprint), store.all(CopyMatch)) == (5, (), ())


def test_nothing_is_saved_about_an_original_or_comparison_that_is_gone(store: CaseStore) -> None:
    about_gone: list[Storable] = [
        OriginalFingerprint(original_id=OriginalId("org-0000000000000000"), picture=PICTURE),
        Direction(
            comparison_id=new_comparison_id(),
            order=Order.NOT_DETERMINED,
            support=(),
            notes=(),
        ),
        an_original(),
    ]
    for item in about_gone:
        with pytest.raises(NotStoredError):
            store.record(an_event(), save=[item])

    assert store.all(Direction) == ()


def test_a_comparison_and_its_direction_may_come_together(store: CaseStore) -> None:
    finding = a_finding(adopted(store, reported(store), b"picture").id)
    direction = Direction(
        comparison_id=finding.id, order=Order.NOT_DETERMINED, support=(), notes=()
    )
    store.record(an_event(), save=[finding, direction])

    assert store.get(Direction, finding.id) == direction


def test_an_exhibit_may_change_its_words_but_not_its_digest(store: CaseStore) -> None:
    exhibit = adopted(store, reported(store), b"picture")
    store.record(an_event(), save=[replace(exhibit, media_type="image/webp")])
    with pytest.raises(ValueError, match="adoption"):
        store.record(an_event(), save=[replace(exhibit, sha256=sha256_of(b"other"))])

    assert store.get(Exhibit, exhibit.id).media_type == "image/webp"


def test_exhibits_go_by_forgetting_only(store: CaseStore) -> None:
    exhibit = adopted(store, reported(store), b"picture")
    with pytest.raises(ValueError, match="forget"):
        store.record(an_event(), remove=[exhibit])

    assert store.all(Exhibit) == (exhibit,)


def test_an_original_is_kept_and_read(store: CaseStore) -> None:
    reported(store)
    original = store.adopt_original(spooled(store, b"statue"), an_original())
    with store.open_original(original.id) as stream:
        found = stream.read()

    assert (found, original.sha256, store.events()[-1].kind) == (
        b"statue",
        sha256_of(b"statue"),
        EventKind.ORIGINAL_ADDED,
    )


def test_a_vault_knows_which_case_holds_an_original(vault: Vault) -> None:
    first, second = a_case(), a_case()
    vault.create_case(first).close()
    with vault.create_case(second) as store:
        reported(store)
        original = store.adopt_original(spooled(store, b"statue"), an_original())
        found = vault.cases_with_original(original.sha256)

    assert (found, vault.cases_with_original(sha256_of(b"cat"))) == ((second.id,), ())


def test_tokens_and_checkpoints_are_kept_by_authority_and_size(store: CaseStore) -> None:
    checkpoint = store.checkpoint()
    token = TimestampToken(
        authority="demo-1",
        state=TokenState.STAMPED,
        checkpoint_size=checkpoint.size,
        response=b"\x30\x00",
        time_at=NOW,
    )
    store.record(an_event(EventKind.STAMPED), save=[checkpoint, token])

    assert store.get(type(checkpoint), "1") == checkpoint
    assert store.get(TimestampToken, "demo-1|1") == token


def test_a_case_may_be_opened_twice_and_closed_once_each(vault: Vault) -> None:
    case = a_case()
    vault.create_case(case).close()
    first, second = vault.open_case(case.id), vault.open_case(case.id)
    first.record(an_event())
    first.close()
    first.close()
    second.record(an_event())
    size = second.checkpoint().size
    second.close()

    assert size == 3


def test_the_case_itself_may_be_renamed(store: CaseStore) -> None:
    renamed = replace(store.case, title="Tên khác")
    store.record(an_event(), save=[renamed])

    assert (store.case, store.all(Case)) == (renamed, (renamed,))


def test_three_writers_at_once_all_get_through(vault: Vault) -> None:
    case = a_case()
    vault.create_case(case).close()
    failed: list[Exception] = []

    def write() -> None:
        try:
            with vault.open_case(case.id) as own:
                for _ in range(15):
                    own.record(an_event())
        except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
            failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with vault.open_case(case.id) as store:
        positions = [event.position for event in store.events()]
        root = digest_bytes(store.checkpoint().root)
        recomputed = tree_root(store.leaves())

    assert (failed, positions) == ([], list(range(46)))
    assert root == recomputed


def test_a_turned_clock_does_not_turn_the_order(folder: Path) -> None:
    laid(folder)
    clock = FakeClock(NOW)
    vault = Vault.open(folder, passphrase=PASSPHRASE, clock=clock, platform=ThisPlatform())
    with vault, vault.create_case(a_case()) as store:
        for years in (-1, 1, -56):
            clock.turn_back(-years * 365 * 86_400)
            clock.advance(1)
            store.record(an_event())
        events = store.events()
        records = [parse_record(store.opening(event.position).record) for event in events]

    times = [event.at for event in events]
    order = [record.monotonic_ns for record in records]
    assert times != sorted(times, key=lambda at: (at is None, at))
    assert (order, [event.position for event in events]) == (sorted(order), [0, 1, 2, 3])


def test_a_damaged_content_is_said_so_and_the_others_are_read(
    store: CaseStore, folder: Path
) -> None:
    sighting = reported(store)
    first = adopted(store, sighting, b"first")
    path = next(folder.rglob("blobs/*/*"))
    second = adopted(store, sighting, b"second")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(ContentDamagedError) as raised:
        kept_text(store, first)

    assert raised.value.params == {"failure": "chunk"}
    assert kept_text(store, second) == b"second"
