"""Ways in: what opens a vault, what does not, and in which words."""

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from benban.errors import (
    BenbanError,
    KdfParametersError,
    MemoryShortError,
    PassphraseRefusedError,
    RecoveryCodeMistypedError,
    VaultDamagedError,
    VaultFolderTakenError,
    VaultInUseError,
    VaultMissingError,
    VaultTooNewError,
    WrongPassphraseError,
)
from benban.outside.platforms import ThisPlatform
from benban.seal.canonical import canonical_json
from benban.vault import Vault
from benban.vault.plain_files import read_slot
from tests.unit.vault.keeping import (
    CHEAP,
    PASSPHRASE,
    a_case,
    copy_of,
    laid,
    new_vault,
    opened,
    ticking,
)


def by_code(folder: Path, code: str) -> Vault:
    return Vault.open(
        folder,
        recovery_code=code,
        clock=ticking(),
        platform=ThisPlatform(),
        sleep=lambda _seconds: None,
    )


def state_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def slot_of(folder: Path, kind: str) -> Path:
    return next(
        path
        for path in (folder / "slots").iterdir()
        if json.loads(path.read_bytes())["kind"] == kind
    )


def test_the_passphrase_opens_the_vault(folder: Path) -> None:
    laid(folder)

    with opened(folder) as vault:
        assert vault.cases() == ()


def test_the_recovery_code_opens_the_vault(folder: Path) -> None:
    code = laid(folder)

    with by_code(folder, code.lower()) as vault:
        assert vault.case_ids() == ()


def test_the_passphrase_opens_however_the_keyboard_composes(folder: Path) -> None:
    laid(folder)

    with opened(folder, unicodedata.normalize("NFD", PASSPHRASE)) as vault:
        assert vault.cases() == ()


def test_wrong_passphrase_and_wrong_code_are_refused_in_the_same_words(folder: Path) -> None:
    laid(folder)
    with pytest.raises(WrongPassphraseError) as by_passphrase:
        opened(folder, "something else")
    with pytest.raises(WrongPassphraseError) as by_recovery:
        by_code(folder, "0000-0000-0000-0000-0000-0000-0001")

    assert (str(by_passphrase.value), by_passphrase.value.params) == (
        str(by_recovery.value),
        by_recovery.value.params,
    )


def test_a_mistyped_code_is_named_before_anything_is_tried(folder: Path) -> None:
    code = laid(folder)
    before = state_of(folder)
    with pytest.raises(RecoveryCodeMistypedError):
        by_code(folder, code[:-1] + ("0" if code[-1] != "0" else "1"))

    assert state_of(folder) == before


def test_an_empty_passphrase_makes_no_vault(folder: Path) -> None:
    with pytest.raises(PassphraseRefusedError):
        Vault.create(folder, passphrase="", cost=CHEAP, clock=ticking(), platform=ThisPlatform())

    assert not folder.exists()


def test_a_new_passphrase_replaces_the_old_one(folder: Path) -> None:
    laid(folder)
    with opened(folder) as vault:
        vault.change_passphrase("another one", CHEAP)
    with pytest.raises(WrongPassphraseError):
        opened(folder)

    with opened(folder, "another one") as vault:
        assert vault.case_ids() == ()


def test_the_recovery_code_sets_a_new_passphrase(folder: Path) -> None:
    code = laid(folder)
    with by_code(folder, code) as vault:
        vault.change_passphrase("remembered", CHEAP)

    with opened(folder, "remembered") as vault:
        assert vault.case_ids() == ()


def test_a_new_recovery_code_replaces_the_old_one(folder: Path) -> None:
    old = laid(folder)
    with opened(folder) as vault:
        new = vault.new_recovery_code(CHEAP).text
    with pytest.raises(WrongPassphraseError):
        by_code(folder, old)

    with by_code(folder, new) as vault:
        assert vault.case_ids() == ()


def test_a_passphrase_change_writes_one_slot_and_the_index(folder: Path) -> None:
    laid(folder)
    before = state_of(folder)
    with opened(folder) as vault:
        vault.change_passphrase("another one", CHEAP)
    after = state_of(folder)
    changed = {name for name in after if before.get(name) != after[name]}

    assert changed == {"index.db", f"slots/{slot_of(folder, 'passphrase').name}"}


def test_waiting_grows_with_each_failure_and_ends_at_half_a_minute(folder: Path) -> None:
    laid(folder)
    slept: list[float] = []
    for _ in range(10):
        with pytest.raises(WrongPassphraseError):
            Vault.open(
                folder,
                passphrase="wrong",
                clock=ticking(),
                platform=ThisPlatform(),
                sleep=slept.append,
            )

    assert slept == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_failures_are_noted_after_the_next_success(folder: Path) -> None:
    laid(folder)
    for _ in range(3):
        with pytest.raises(WrongPassphraseError):
            opened(folder, "wrong")
    with opened(folder) as vault:
        first = vault.failed_unlocks()
    with opened(folder) as vault:
        second = vault.failed_unlocks()

    assert [failed for _, failed in first] == [3]
    assert second == first


@pytest.mark.parametrize("content", [b"", b"x", b"-3", b"99999999999", b"\xff\xfe"])
def test_a_spoilt_attempts_file_is_no_obstacle(folder: Path, content: bytes) -> None:
    laid(folder)
    (folder / "attempts").write_bytes(content)

    with opened(folder) as vault:
        assert vault.failed_unlocks() == ()


def test_a_second_opening_is_refused_while_the_first_lasts(folder: Path) -> None:
    laid(folder)
    with opened(folder), pytest.raises(VaultInUseError):
        opened(folder)


def test_a_closed_vault_can_be_opened_again(folder: Path) -> None:
    laid(folder)
    opened(folder).close()

    with opened(folder) as vault:
        assert vault.case_ids() == ()


def test_the_lock_of_a_killed_process_is_no_obstacle(folder: Path) -> None:
    laid(folder)
    program = (
        "import fcntl, os, sys\n"
        "d = os.open(sys.argv[1], os.O_RDWR)\n"
        "fcntl.flock(d, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(folder / "LOCK")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    with pytest.raises(VaultInUseError):
        opened(folder)
    child.kill()
    child.communicate()

    with opened(folder) as vault:
        assert vault.case_ids() == ()


def test_a_failed_opening_lets_the_lock_go(folder: Path) -> None:
    laid(folder)
    with pytest.raises(WrongPassphraseError):
        opened(folder, "wrong")

    with opened(folder) as vault:
        assert vault.case_ids() == ()


def test_no_folder_is_a_missing_vault(folder: Path) -> None:
    with pytest.raises(VaultMissingError):
        opened(folder)

    assert not folder.exists()


def test_a_folder_with_something_in_it_gets_no_vault(folder: Path) -> None:
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(VaultFolderTakenError):
        new_vault(folder)

    assert state_of(folder) == {"letter.txt": b"mine"}


def test_an_empty_folder_gets_a_vault(folder: Path) -> None:
    folder.mkdir()
    laid(folder)

    with opened(folder) as vault:
        assert vault.case_ids() == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"{}", b"[]", b"\x00" * 40, b'{"format":"other","min_reader":1,"version":1}'],
)
def test_a_spoilt_vault_json_is_named_and_nothing_is_written(folder: Path, content: bytes) -> None:
    laid(folder)
    (folder / "vault.json").write_bytes(content)
    before = state_of(folder)
    with pytest.raises(VaultDamagedError) as raised:
        opened(folder)

    assert (raised.value.params["part"], state_of(folder)) == ("vault.json", before)


def test_a_cut_vault_json_is_named(folder: Path) -> None:
    laid(folder)
    path = folder / "vault.json"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(VaultDamagedError) as raised:
        opened(folder)

    assert raised.value.params["part"] == "vault.json"


def test_a_missing_vault_json_is_a_missing_vault(folder: Path) -> None:
    laid(folder)
    (folder / "vault.json").unlink()
    with pytest.raises(VaultMissingError):
        opened(folder)


def test_a_newer_vault_is_refused_and_nothing_else_is_read_or_written(folder: Path) -> None:
    laid(folder)
    path = folder / "vault.json"
    path.write_bytes(canonical_json({**json.loads(path.read_bytes()), "min_reader": 3}))
    (folder / "LOCK").unlink()
    for slot in (folder / "slots").iterdir():
        slot.write_bytes(b"of a kind that only the newer program knows")
    before = state_of(folder)
    with pytest.raises(VaultTooNewError):
        opened(folder)

    assert state_of(folder) == before


def test_a_newer_version_that_older_readers_may_read_opens(folder: Path) -> None:
    laid(folder)
    path = folder / "vault.json"
    content = {**json.loads(path.read_bytes()), "version": 2, "more": "x"}
    path.write_bytes(canonical_json(content))
    # Its MAC was made without the vault key, so it is refused only there.
    with pytest.raises(VaultDamagedError) as raised:
        opened(folder)

    assert raised.value.detail == "the mac does not fit"


def test_each_flipped_byte_of_a_slot_is_refused_as_damage(folder: Path) -> None:
    laid(folder)
    path = slot_of(folder, "passphrase")
    whole = path.read_bytes()
    found: set[str] = set()
    for place in range(len(whole)):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1
        path.write_bytes(spoilt)
        try:
            read_slot(path)
        except BenbanError as error:
            found.add(type(error).__name__)
        else:
            found.add(f"read at {place}")

    assert found == {"VaultDamagedError"}


def test_a_damaged_slot_is_not_called_a_wrong_passphrase(folder: Path) -> None:
    code = laid(folder)
    path = slot_of(folder, "passphrase")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(VaultDamagedError) as raised:
        opened(folder)

    assert raised.value.params["part"] == f"slots/{path.name}"
    with by_code(folder, code) as vault:
        assert vault.case_ids() == ()


def rewritten(path: Path, **kdf: int) -> None:
    """Change a slot's parameters as an attacker would, with a fitting sum."""
    import hashlib

    content = json.loads(path.read_bytes())
    content.pop("sum")
    content["kdf"].update(kdf)
    summed = {**content, "sum": hashlib.sha256(canonical_json(content)).hexdigest()}
    path.write_bytes(canonical_json(summed))


def test_a_slot_that_asks_for_64_gib_is_refused_before_memory_is_taken(folder: Path) -> None:
    laid(folder)
    rewritten(slot_of(folder, "passphrase"), memory_kib=64 << 20)
    with pytest.raises(KdfParametersError):
        opened(folder)


@pytest.mark.parametrize("kdf", [{"passes": 2}, {"memory_kib": 16}, {"lanes": 1, "passes": 3}])
def test_a_slot_with_other_parameters_does_not_open(folder: Path, kdf: dict[str, int]) -> None:
    laid(folder)
    rewritten(slot_of(folder, "passphrase"), **kdf)
    with pytest.raises(WrongPassphraseError):
        opened(folder)


def test_slots_of_two_vaults_do_not_open_one_another(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    other = tmp_path / "other"
    new_vault(other)[0].close()
    mine, theirs = slot_of(folder, "passphrase"), slot_of(other, "passphrase")
    mine.unlink()
    (folder / "slots" / theirs.name).write_bytes(theirs.read_bytes())
    with pytest.raises(WrongPassphraseError):
        opened(folder)


def test_a_slot_under_another_name_is_refused(folder: Path) -> None:
    laid(folder)
    path = slot_of(folder, "passphrase")
    path.rename(path.with_name("0000000000000000.json"))
    with pytest.raises(VaultDamagedError):
        opened(folder)


def test_a_swapped_vault_key_is_named(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    other = tmp_path / "other"
    new_vault(other)[0].close()
    mine = next((folder / "keys").glob("vault.*"))
    mine.write_bytes(next((other / "keys").glob("vault.*")).read_bytes())
    with pytest.raises(VaultDamagedError) as raised:
        opened(folder)

    assert raised.value.params["part"] == f"keys/{mine.name}"


@pytest.mark.parametrize("content", [None, b"", b"not a database" * 1000])
def test_a_spoilt_index_is_named_and_not_made_anew(folder: Path, content: bytes | None) -> None:
    laid(folder)
    path = folder / "index.db"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(VaultDamagedError) as raised:
        opened(folder)

    assert raised.value.params["part"] == "index.db"
    assert (path.read_bytes() if path.exists() else None) == content


def test_two_key_files_exchanged_between_cases_are_found(folder: Path) -> None:
    vault, _ = new_vault(folder)
    with vault:
        first, second = a_case("một"), a_case("hai")
        vault.create_case(first).close()
        vault.create_case(second).close()
        one = next((folder / "keys").glob(f"{first.id}.*"))
        two = next((folder / "keys").glob(f"{second.id}.*"))
        kept = one.read_bytes()
        one.write_bytes(two.read_bytes())
        two.write_bytes(kept)
        with pytest.raises(VaultDamagedError) as raised:
            vault.open_case(first.id)

    assert raised.value.params["part"] == f"keys/{one.name}"


def test_two_case_folders_exchanged_are_found(folder: Path) -> None:
    vault, _ = new_vault(folder)
    with vault:
        first, second = a_case("một"), a_case("hai")
        vault.create_case(first).close()
        vault.create_case(second).close()
        cases = folder / "cases"
        (cases / first.id).rename(cases / "aside")
        (cases / second.id).rename(cases / first.id)
        (cases / "aside").rename(cases / second.id)
        with pytest.raises(VaultDamagedError) as raised:
            vault.open_case(first.id)

    assert raised.value.params["part"] == f"cases/{first.id}/case.db"


def test_too_little_memory_for_the_key_is_said_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(folder)

    def refuses(**_kwargs: object) -> bytes:
        raise MemoryError

    # The library's own door: there is no port below Argon2.
    monkeypatch.setattr("benban.vault.kdf.hash_secret_raw", refuses)
    with pytest.raises(MemoryShortError):
        opened(folder)


def test_files_are_for_this_user_only(folder: Path) -> None:
    vault, _ = new_vault(folder)
    with vault:
        vault.create_case(a_case()).close()
        modes = {
            path.relative_to(folder).as_posix(): path.stat().st_mode & 0o077
            for path in [folder, *folder.rglob("*")]
        }

    assert [name for name, mode in modes.items() if mode] == []


def test_tmp_is_empty_after_opening(folder: Path) -> None:
    laid(folder)
    (folder / "tmp" / "lent-old").mkdir()
    (folder / "tmp" / "lent-old" / "Cookies").write_text("left by a killed browser")
    (folder / "tmp" / "part-old").write_bytes(b"x")

    with opened(folder):
        assert list((folder / "tmp").iterdir()) == []


def test_sweeping_tmp_never_follows_a_link(folder: Path, tmp_path: Path) -> None:
    laid(folder)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "letter.txt").write_text("mine")
    (folder / "tmp" / "link").symlink_to(outside)
    opened(folder).close()

    assert (outside / "letter.txt").read_text() == "mine"


def test_a_lent_folder_is_private_and_goes_with_the_block(vault: Vault, folder: Path) -> None:
    with vault.temporary_folder("browser profile") as lent:
        (lent / "Default").mkdir()
        seen = (lent.parent, lent.stat().st_mode & 0o777, "browser" in lent.name)

    assert seen == (folder / "tmp", 0o700, False)
    assert not lent.exists()


def test_the_ballast_is_laid_again_when_there_is_room(folder: Path) -> None:
    vault, _ = new_vault(folder, ballast_bytes=4096)
    with vault:
        given_up = (vault.give_up_ballast(), vault.give_up_ballast())
        absent = not (folder / "ballast.bin").exists()
    opened(folder).close()

    assert (given_up, absent) == ((True, False), True)
    assert (folder / "ballast.bin").stat().st_size == 4096


class WithoutCores(ThisPlatform):
    """Counts how often core dumps were forbidden; the limit of a test's machine may be zero."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def forbid_core_dumps(self) -> None:
        self.times += 1
        super().forbid_core_dumps()


def test_no_core_is_written_of_a_process_with_an_open_vault(folder: Path) -> None:
    laid(folder)
    platform = WithoutCores()
    Vault.open(folder, passphrase=PASSPHRASE, clock=ticking(), platform=platform).close()

    assert platform.times == 1


def test_a_key_of_somebody_elses_making_is_refused_although_it_is_sealed_for_this_user(
    folder: Path,
) -> None:
    laid(folder)
    with opened(folder) as vault:
        case = a_case()
        vault.create_case(case).close()
        vault.entered.write_case_key(case.id, bytes(32))
        with pytest.raises(VaultDamagedError) as raised:
            vault.open_case(case.id)

    assert raised.value.detail == "another key"


def test_a_passphrase_changed_without_a_cost_is_never_cheap(folder: Path) -> None:
    laid(folder)
    with opened(folder) as vault:
        vault.change_passphrase("another")
    kdf = json.loads(slot_of(folder, "passphrase").read_bytes())["kdf"]

    assert kdf["memory_kib"] >= 65_536


def test_a_copy_opens_like_the_vault_itself(folder: Path, tmp_path: Path) -> None:
    laid(folder)

    with opened(copy_of(folder, tmp_path / "copy")) as vault:
        assert vault.case_ids() == ()
