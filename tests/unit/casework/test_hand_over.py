"""A case changes hands: whole, verified, under new keys that both sides signed."""

import hashlib
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pyrage
import pytest

from benban.casework.add_files import add_files
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.hand_over import (
    HandedOver,
    Recipient,
    hand_over,
    noting_unwritten,
    require_read_back,
    require_voice_code,
)
from benban.casework.originals import GivenFile
from benban.casework.stamp import stamp_case
from benban.casework.standing import give_permission, live_permissions
from benban.casework.take_in import SightingReport, take_in
from benban.casework.take_over import own_identity, own_recipient, take_over
from benban.dossier.view import Edition
from benban.errors import (
    AgeIdentityError,
    CaseAlreadyHereError,
    CaseMissingError,
    HandOverAnswersError,
    HandOverDamagedError,
    HandOverUnreadError,
    NothingToConcludeError,
    RecipientKeyError,
    VaultDamagedError,
    VoiceCodeError,
)
from benban.model.case import Capacity
from benban.model.custody import EventDraft, EventKind, Field, TimestampToken
from benban.model.exhibit import Exhibit
from benban.model.report import CheckResult
from benban.model.sighting import SightingKind
from benban.model.standing import HostLearns, StandingAct
from benban.outside.platforms import ThisPlatform
from benban.seal.age import fresh_identity, recipient_of, sealed_chunks, voice_code
from benban.seal.canonical import canonical_json, parse_canonical
from benban.seal.key_change import check_key_change
from benban.seal.merkle import tree_root
from benban.seal.note import open_checkpoint
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.testing.tsa import FakeTsa
from benban.vault import CaseStore, KdfCost, Vault, check_vault
from benban.vault.database import Database
from benban.vault.disk import Disk
from benban.vault.keys import KeyUse, subkey
from benban.wording import Language
from tests.unit.vault.test_forgetting import plain_bytes

from .conftest import ADULT
from .test_time import Authority

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT, seen_on="nhóm A")
DRAWN = draw_feed_picture(3)
Change = Callable[[dict[str, bytes]], None]
TO = Recipient(name="Luật sư A", purpose="đại diện", legal_basis="ủy quyền", key="")


@pytest.fixture
def other(tmp_path: Path, clock: FakeClock) -> Iterator[Vault]:
    made, _ = Vault.create(
        tmp_path / "kho-khac",
        passphrase="kho của luật sư",
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    with made:
        yield made


@pytest.fixture
def kept(store: CaseStore, clock: FakeClock) -> Exhibit:
    sighting = take_in(store, REPORT, clock).sighting
    file = GivenFile(stream=BytesIO(DRAWN), name="hinh.jpg")
    (exhibit,) = add_files(store, sighting, [file], clock)
    stamp_case(store, [Authority(FakeTsa(clock=clock))])
    return exhibit


def written(vault: Vault, store: CaseStore, key: str) -> tuple[bytes, HandedOver]:
    out = BytesIO()
    handed = hand_over(vault, store, replace(TO, key=key), out)
    return out.getvalue(), handed


def sealed_again(sealed: bytes, vault: Vault, change: Change) -> bytes:
    """The file as somebody who can open it would make it anew."""
    identity = pyrage.x25519.Identity.from_str(own_identity(vault))
    plain = pyrage.decrypt(sealed, [identity])
    parts: dict[str, bytes] = {}
    with tarfile.open(fileobj=BytesIO(plain)) as archive:
        for entry in archive:
            stream = archive.extractfile(entry)
            assert stream is not None
            parts[entry.name] = stream.read()
    change(parts)
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in parts.items():
            made = tarfile.TarInfo(name)
            made.size = len(data)
            archive.addfile(made, BytesIO(data))
    return b"".join(sealed_chunks([out.getvalue()], own_recipient(vault)))


def test_everything_arrives_and_the_log_goes_on(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    sealed, _ = written(vault, store, own_recipient(other))

    with take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER) as taken:
        with taken.open_exhibit(kept.id) as stream:
            assert stream.read() == DRAWN
        assert taken.all(Exhibit) == store.all(Exhibit)
        assert taken.all(TimestampToken) == store.all(TimestampToken)
        assert taken.leaves()[: len(store.leaves())] == store.leaves()
        kinds = [entry.kind for entry in taken.events()][len(store.leaves()) :]
        # That of the giver is not the taker's.
        assert (store.case.capacity, taken.case.capacity) == (Capacity.SELF, Capacity.LAWYER)

    assert kinds == [EventKind.KEY_CHANGED, EventKind.TAKEN_OVER, EventKind.CAPACITY_STATED]
    assert store.events()[-1].kind is EventKind.HANDED_OVER


def test_both_keys_signed_the_change_and_the_new_one_signs_from_then_on(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    del kept
    sealed, _ = written(vault, store, own_recipient(other))

    with take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER) as taken:
        changed = next(one for one in taken.events() if one.kind is EventKind.KEY_CHANGED)
        fields = {field.name: field.value for field in changed.fields}
        note, new_key = taken.checkpoint().note, taken.public_key

    assert check_key_change(fields, store.origin) == (store.public_key, new_key)
    assert new_key != store.public_key
    assert open_checkpoint(note, new_key).origin == store.origin
    assert int(fields["size"]) == changed.position == len(store.leaves())


def test_what_was_taken_over_is_whole_and_opens_again(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, clock: FakeClock
) -> None:
    sealed, _ = written(vault, store, own_recipient(other))
    take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER).close()

    failed = [one for one in check_vault(other, read=True).checks if one.result is CheckResult.FAIL]
    assert failed == []
    with other.open_case(store.case.id) as again:
        assert again.get(Exhibit, kept.id) == kept
        take_in(again, REPORT, clock)


def test_the_old_vault_s_key_opens_nothing_of_the_new_one(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, tmp_path: Path
) -> None:
    del kept
    sealed, _ = written(vault, store, own_recipient(other))
    take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER).close()

    ours = (tmp_path / "kho" / "cases" / store.case.id / "case.db").read_bytes()
    theirs = (tmp_path / "kho-khac" / "cases" / store.case.id / "case.db").read_bytes()
    assert ours[:16] != theirs[:16] or ours[16:4096] != theirs[16:4096]
    old_places = vault.case_places(vault.case_entry(store.case.id))
    copy = tmp_path / "copy.db"
    copy.write_bytes(theirs)
    with pytest.raises(VaultDamagedError):
        Database(copy, subkey(old_places.key, KeyUse.DATABASE), Disk(ThisPlatform()))


def test_it_is_not_taken_over_twice(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    del kept
    sealed, _ = written(vault, store, own_recipient(other))
    take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER).close()

    with pytest.raises(CaseAlreadyHereError):
        take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER)
    with pytest.raises(CaseAlreadyHereError):
        take_over(vault, BytesIO(sealed), own_identity(other), Capacity.LAWYER)


def test_who_it_was_not_sealed_for_learns_nothing(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    del kept
    sealed, _ = written(vault, store, own_recipient(other))

    with pytest.raises(AgeIdentityError):
        take_over(other, BytesIO(sealed), fresh_identity(), Capacity.LAWYER)
    assert other.case_ids() == ()


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "more"])
def test_a_damaged_file_leaves_nothing_behind(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, tmp_path: Path, damage: str
) -> None:
    del kept
    sealed, _ = written(vault, store, own_recipient(other))
    damaged = {
        "cut": sealed[:-100],
        "flipped": sealed[:-200] + bytes([sealed[-200] ^ 1]) + sealed[-199:],
        "empty": b"",
        "more": sealed + b"\0" * 40,
    }[damage]

    with pytest.raises((HandOverDamagedError, AgeIdentityError)):
        take_over(other, BytesIO(damaged), own_identity(other), Capacity.LAWYER)

    assert other.case_ids() == ()
    assert list((tmp_path / "kho-khac" / "cases").iterdir()) == []


def _drop_a_content(parts: dict[str, bytes]) -> None:
    del parts[next(name for name in parts if name.startswith("blobs/"))]


def _drop_a_content_and_its_entry(parts: dict[str, bytes]) -> None:
    name = next(name for name in parts if name.startswith("blobs/"))
    del parts[name]
    manifest = parse_canonical(parts["hand-over.json"])
    assert isinstance(manifest, dict)
    del manifest["files"][name]
    parts["hand-over.json"] = canonical_json(manifest)


def _climb_out(parts: dict[str, bytes]) -> None:
    parts["../../ra-ngoai"] = b"x"


def _another_origin(parts: dict[str, bytes]) -> None:
    manifest = parse_canonical(parts["hand-over.json"])
    assert isinstance(manifest, dict)
    manifest["origin"] = f"benban/log/{'0' * 32}"
    parts["hand-over.json"] = canonical_json(manifest)


def _half_a_key_of_the_allegations(parts: dict[str, bytes]) -> None:
    manifest = parse_canonical(parts["hand-over.json"])
    assert isinstance(manifest, dict)
    manifest["allegation_key"] = "00" * 16
    parts["hand-over.json"] = canonical_json(manifest)


def _no_manifest(parts: dict[str, bytes]) -> None:
    del parts["hand-over.json"]


@pytest.mark.parametrize(
    "change",
    [
        _drop_a_content,
        _drop_a_content_and_its_entry,
        _climb_out,
        _another_origin,
        _half_a_key_of_the_allegations,
        _no_manifest,
    ],
)
def test_who_can_open_the_file_cannot_pass_on_less_than_the_whole(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, change: Change
) -> None:
    del kept
    sealed, _ = written(vault, store, own_recipient(other))

    with pytest.raises(HandOverDamagedError):
        take_over(
            other,
            BytesIO(sealed_again(sealed, other, change)),
            own_identity(other),
            Capacity.LAWYER,
        )
    assert other.case_ids() == ()


def test_nothing_of_the_case_stands_in_the_file_in_the_clear(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    sealed, _ = written(vault, store, own_recipient(other))

    words = ("Luật sư A".encode(), b"hinh.jpg", kept.sha256.hex.encode(), store.origin.encode())
    assert [word in sealed for word in words] == [False] * len(words)


def test_without_a_published_or_threatened_sighting_nothing_is_handed_over(
    vault: Vault, store: CaseStore, other: Vault, clock: FakeClock
) -> None:
    take_in(store, replace(REPORT, kind=SightingKind.TALK_ABOUT_IT), clock)

    with pytest.raises(NothingToConcludeError):
        written(vault, store, own_recipient(other))


def test_it_is_said_who_gets_it_and_why(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    del kept
    with pytest.raises(HandOverAnswersError):
        hand_over(vault, store, replace(TO, key=own_recipient(other), purpose=" "), BytesIO())
    with pytest.raises(RecipientKeyError):
        written(vault, store, "age1không")


def test_what_does_not_read_back_is_said(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    del kept
    sealed, handed = written(vault, store, own_recipient(other))

    require_read_back(BytesIO(sealed), handed)
    with pytest.raises(HandOverUnreadError):
        require_read_back(BytesIO(sealed[:-1]), handed)


def test_another_key_s_numbers_are_refused_however_they_are_typed(other: Vault) -> None:
    key = own_recipient(other)
    code = voice_code(key)

    require_voice_code(key, code.replace(" ", "-") + " .")
    assert [len(group) for group in code.split(" ")] == [5] * 6
    for wrong in (voice_code(recipient_of(fresh_identity())), code[:-1], ""):
        with pytest.raises(VoiceCodeError):
            require_voice_code(key, wrong)


def test_a_shredded_case_opens_nothing_and_stands_in_no_byte(
    vault: Vault, store: CaseStore, kept: Exhibit, tmp_path: Path
) -> None:
    """B5 number 20."""
    known = [b"hinh.jpg", kept.sha256.hex.encode(), store.case.id.encode()]
    assert [one in plain_bytes(store) for one in known] == [True] * 3

    case_id = store.case.id

    vault.shred_case(case_id)

    with pytest.raises(CaseMissingError):
        vault.open_case(case_id)
    everything = b"".join(
        path.name.encode() + path.read_bytes()
        for path in sorted((tmp_path / "kho").rglob("*"))
        if path.is_file()
    )
    assert [one in everything for one in known] == [False] * 3
    assert list((tmp_path / "kho" / "cases").iterdir()) == []
    failed = [one for one in check_vault(vault).checks if one.result is CheckResult.FAIL]
    assert failed == []


def test_the_root_in_the_change_of_key_is_that_of_the_log_before_it(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    del kept
    sealed, _ = written(vault, store, own_recipient(other))
    from base64 import b64decode

    with take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER) as taken:
        changed = next(one for one in taken.events() if one.kind is EventKind.KEY_CHANGED)
        fields = {field.name: field.value for field in changed.fields}
        leaves = taken.leaves()[: changed.position]

    assert b64decode(fields["root"]) == tree_root(leaves)


def test_nothing_goes_out_by_itself_from_a_vault_whose_person_never_allowed_it(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, clock: FakeClock
) -> None:
    del kept
    given = give_permission(
        store,
        StandingAct.STAMP,
        [HostLearns(host="tsa.example", learns="hash-and-origin")],
        every_h=1,
        until=clock.now() + timedelta(days=30),
        clock=clock,
    )
    sealed, _ = written(vault, store, own_recipient(other))

    with take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER) as taken:
        live = live_permissions(taken, clock.now())
        last = next(one for one in taken.events() if one.kind is EventKind.STANDING_REVOKED)

    assert live == ()
    assert (last.kind, last.subject) == (EventKind.STANDING_REVOKED, given.id)
    assert live_permissions(store, clock.now()) == (given,)


def _content(vault_folder: Path) -> Path:
    return next(path for path in (vault_folder / "cases").rglob("blobs/*/*") if path.is_file())


def test_a_case_that_nobody_could_take_over_is_not_sealed(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, tmp_path: Path
) -> None:
    content = _content(tmp_path / "kho")
    whole = content.read_bytes()
    content.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))

    with pytest.raises(VaultDamagedError) as refused:
        written(vault, store, own_recipient(other))

    assert kept.id in str(refused.value.params["part"])


def test_what_a_file_manager_left_does_not_stand_in_the_way(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, tmp_path: Path
) -> None:
    folder = _content(tmp_path / "kho").parent
    (folder / "Thumbs.db").write_bytes(b"of a file manager")
    (folder / (folder.name + "0" * 30)).write_bytes(b"nothing names it")

    sealed, _ = written(vault, store, own_recipient(other))

    with take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER) as taken:
        assert [one.id for one in taken.all(Exhibit)] == [kept.id]


def test_a_loss_that_the_log_tells_of_does_not_keep_a_case_from_changing_hands(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    lost = Field(name="part", value="log/head missing", is_sensitive=False)
    store.record(EventDraft(kind=EventKind.DAMAGE_FOUND, subject="", fields=(lost,)))
    sealed, _ = written(vault, store, own_recipient(other))

    with take_over(other, BytesIO(sealed), own_identity(other), Capacity.LAWYER) as taken:
        assert [one.id for one in taken.all(Exhibit)] == [kept.id]


def test_the_dossier_of_a_case_that_was_entrusted_tells_how_it_came_here(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, clock: FakeClock
) -> None:
    del kept
    out, bag = BytesIO(), BytesIO()
    hand_over(vault, store, replace(TO, key=own_recipient(other)), out, is_entrusted=True)
    request = DossierRequest(edition=Edition.READING, languages=(Language.EN,))

    with take_over(other, BytesIO(out.getvalue()), own_identity(other), Capacity.LAWYER) as taken:
        conclude(taken, request, [], out_file=bag, clock=clock)

    with zipfile.ZipFile(bag) as files:
        (name,) = [one for one in files.namelist() if one.endswith("data/custody.json")]
        kinds = [event["kind"] for event in json.loads(files.read(name))["events"]]
    assert kinds[-3:] == ["entrusted", "key changed", "taken over"]


def _with_sql(folder: Path, parts: dict[str, bytes], *statements: str) -> None:
    """Change the database as its owner can, and list it anew."""
    manifest = parse_canonical(parts["hand-over.json"])
    assert isinstance(manifest, dict)
    files = manifest["files"]
    assert isinstance(files, dict)
    path = folder / "case.db"
    path.write_bytes(parts["case.db"])
    key = subkey(bytes.fromhex(str(manifest["case_key"])), KeyUse.DATABASE)
    database = Database(path, key, Disk(ThisPlatform()))
    with database.transaction():
        for statement in statements:
            database.execute(statement)
    database.truncate_wal()
    database.close()
    parts["case.db"] = path.read_bytes()
    sha256 = hashlib.sha256(parts["case.db"]).hexdigest()
    files["case.db"] = {"size_bytes": len(parts["case.db"]), "sha256": sha256}
    parts["hand-over.json"] = canonical_json(manifest)


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM items; END",),
        # Whoever reads it runs what stands in it.
        (
            "ALTER TABLE openings RENAME TO kept",
            "CREATE VIEW openings AS SELECT * FROM kept WHERE abs(-9223372036854775807 - 1) > 0",
        ),
    ],
)
def test_no_view_or_trigger_of_somebody_else_s_making_runs_here(
    vault: Vault,
    store: CaseStore,
    other: Vault,
    kept: Exhibit,
    tmp_path: Path,
    statements: tuple[str, ...],
) -> None:
    del kept
    sealed, _ = written(vault, store, own_recipient(other))
    changed = sealed_again(sealed, other, lambda parts: _with_sql(tmp_path, parts, *statements))

    with pytest.raises(HandOverDamagedError) as refused:
        take_over(other, BytesIO(changed), own_identity(other), Capacity.LAWYER)

    assert (refused.value.detail, other.case_ids()) == ("another schema", ())


class _Counting(BytesIO):
    """A sealed file that counts what was read of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


def test_what_a_tar_says_beside_a_file_is_not_taken_into_memory_without_limit(other: Vault) -> None:
    size = 60 << 20
    note = tarfile.TarInfo("note")
    note.type, note.size = tarfile.XHDTYPE, size
    pieces = [note.tobuf(format=tarfile.USTAR_FORMAT), *[bytes(1 << 20)] * (size >> 20)]
    sealed = _Counting(b"".join(sealed_chunks(iter(pieces), own_recipient(other))))

    with pytest.raises(HandOverDamagedError):
        take_over(other, sealed, own_identity(other), Capacity.LAWYER)

    assert sealed.taken < size / 2


def test_a_file_that_never_got_its_name_is_no_hand_over_in_the_log(
    vault: Vault, store: CaseStore, kept: Exhibit
) -> None:
    del kept

    def pulled_out() -> None:
        with noting_unwritten(store):
            written(vault, store, recipient_of(fresh_identity()))
            raise OSError("the stick is gone")

    with pytest.raises(OSError, match="gone"):
        pulled_out()

    given, failed = store.events()[-2:]
    assert (given.kind, failed.kind) == (EventKind.HANDED_OVER, EventKind.ATTEMPT_FAILED)


def test_what_fails_before_anything_was_sealed_is_noted_once_or_not_at_all(
    vault: Vault, store: CaseStore, kept: Exhibit
) -> None:
    del kept
    before = store.entry_count
    with pytest.raises(RecipientKeyError), noting_unwritten(store):
        written(vault, store, "age1khong")
    assert store.entry_count == before

    class Full(BytesIO):
        def write(self, _data: object, /) -> int:
            raise OSError("full")

    to = replace(TO, key=recipient_of(fresh_identity()))
    with pytest.raises(OSError, match="full"), noting_unwritten(store):
        hand_over(vault, store, to, Full())
    kinds = [one.kind for one in store.events_from(before, 10)]
    assert kinds == [EventKind.HANDED_OVER, EventKind.ATTEMPT_FAILED]
