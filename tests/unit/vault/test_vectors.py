"""The bytes of vault format v1, from vectors made with stock primitives (vectors/vault)."""

import hashlib
import json
from pathlib import Path

import pytest

from benban.errors import (
    BenbanError,
    ContentDamagedError,
    KdfParametersError,
    RecoveryCodeMistypedError,
    VaultDamagedError,
    VaultTooNewError,
)
from benban.outside.platforms import ThisPlatform
from benban.vault.disk import Disk
from benban.vault.kdf import KdfParameters, derive_key, passphrase_bytes
from benban.vault.keys import (
    KeyRefusedError,
    KeyUse,
    commitment,
    open_sealed_key,
    seal_key,
    subkey,
    unwrap_key,
    user_public_key,
)
from benban.vault.log import Head, read_head
from benban.vault.plain_files import (
    SealedKeyFile,
    is_header_mac,
    read_header,
    read_sealed_key,
    read_slot,
)
from benban.vault.recovery import code_of, recovery_secret
from benban.vault.stream import ChunkWriter, open_stored
from tests.unit.seal.reading import Case, cases

FILE = "vault/format-v1.json"
SECTIONS = (
    "passphrases",
    "subkeys",
    "commitments",
    "headers",
    "slots",
    "sealed_keys",
    "key_files",
    "recovery_codes",
    "recovery_codes_refused",
    "blobs",
    "blob_failures",
    "heads",
)


def every(section: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases(FILE, section), ids=lambda case: case.name)


def test_every_section_has_vectors() -> None:
    assert [section for section in SECTIONS if not cases(FILE, section)] == []


@every("passphrases")
def test_a_passphrase_gives_its_key(case: Case) -> None:
    secret = passphrase_bytes(case.text("passphrase"))
    parameters = KdfParameters(
        memory_kib=case.number("memory_kib"),
        passes=case.number("passes"),
        lanes=case.number("lanes"),
        salt=case.raw("salt"),
    )

    assert (secret, derive_key(secret, parameters)) == (case.raw("bytes"), case.raw("kek"))


@every("subkeys")
def test_a_key_gives_its_subkeys(case: Case) -> None:
    assert subkey(case.raw("key"), KeyUse(case.name)) == case.raw("subkey")


@every("commitments")
def test_a_key_gives_its_commitment(case: Case) -> None:
    assert commitment(case.raw("key")) == case.raw("commitment")


@every("headers")
def test_a_header_is_judged(case: Case, tmp_path: Path) -> None:
    (tmp_path / "vault.json").write_bytes(case.text("file").encode())
    try:
        header = read_header(tmp_path)
        is_right = is_header_mac(header, subkey(case.raw("vault_key"), KeyUse.HEADER))
        found = "accepted" if is_right else "mac"
    except VaultTooNewError:
        found = "newer"
    except VaultDamagedError:
        found = "damaged"

    assert found == case.text("expected")


@every("slots")
def test_a_slot_is_judged(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.text("file_name")
    path.write_bytes(case.text("file").encode())
    found = judged_slot(path, case)

    assert found == case.text("expected")


def judged_slot(path: Path, case: Case) -> str:
    try:
        slot = read_slot(path)
    except VaultDamagedError:
        return "damaged"
    except KdfParametersError:
        return "parameters"
    kek = derive_key(passphrase_bytes(case.text("passphrase")), slot.kdf)
    try:
        key = unwrap_key(kek, slot.nonce, slot.ciphertext, slot.bound(case.text("vault_id")))
    except KeyRefusedError:
        return "wrong"
    assert (key, slot.to_bytes()) == (case.raw("private_key"), path.read_bytes())
    return "opens"


@every("sealed_keys")
def test_a_sealed_key_is_judged(case: Case) -> None:
    try:
        key = open_sealed_key(
            case.raw("sealed"),
            case.raw("private_key"),
            vault_id=case.text("vault_id"),
            name=case.text("key_name"),
            user_id=case.text("user"),
        )
        found = "opens" if key == case.raw("key") else "another key"
    except KeyRefusedError:
        found = "refused"

    assert found == case.text("expected")


def test_a_key_sealed_here_opens_here_and_has_the_length_of_the_page() -> None:
    case = cases(FILE, "sealed_keys")[0]
    place = {
        "vault_id": case.text("vault_id"),
        "name": case.text("key_name"),
        "user_id": case.text("user"),
    }
    sealed = seal_key(case.raw("key"), case.raw("public_key"), **place)

    assert user_public_key(case.raw("private_key")) == case.raw("public_key")
    assert (len(sealed), open_sealed_key(sealed, case.raw("private_key"), **place)) == (
        80,
        case.raw("key"),
    )


@every("key_files")
def test_a_key_file_is_judged(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(case.text("file").encode())
    expected = SealedKeyFile(
        name=case.text("key_name"), user_id=case.text("user"), sealed=case.raw("sealed")
    )
    try:
        file = read_sealed_key(path)
        assert (file, file.to_bytes()) == (expected, path.read_bytes())
        found = "accepted"
    except VaultDamagedError:
        found = "damaged"

    assert found == case.text("expected")


@every("recovery_codes")
def test_a_recovery_code_is_the_one_of_the_page(case: Case) -> None:
    assert (code_of(case.raw("secret")).text, recovery_secret(case.text("code"))) == (
        case.text("code"),
        case.raw("secret"),
    )


@every("recovery_codes_refused")
def test_what_is_no_recovery_code_is_refused(case: Case) -> None:
    with pytest.raises(RecoveryCodeMistypedError):
        recovery_secret(case.text("code"))


def plain(size: int) -> bytes:
    """Return the content that the vectors' ``blob_rule`` describes."""
    return bytes((7 * at + at // 256) % 256 for at in range(size))


def stored(path: Path, case: Case) -> bytes:
    writer = ChunkWriter(Disk(ThisPlatform()).create(path), case.raw("key"), case.raw("header"))
    writer.write(plain(case.number("size_bytes")))
    writer.finish()
    return path.read_bytes()


@every("blobs")
def test_a_blob_is_written_as_the_page_says(case: Case, tmp_path: Path) -> None:
    found = stored(tmp_path / "blob", case)

    assert (len(found), hashlib.sha256(found).hexdigest(), found[:96]) == (
        case.number("stored_bytes"),
        case.text("stored_sha256"),
        case.raw("stored_begins"),
    )


@every("blobs")
def test_a_blob_is_read_back(case: Case, tmp_path: Path) -> None:
    stored(tmp_path / "blob", case)
    with open_stored(tmp_path / "blob", case.raw("key"), case.number("size_bytes")) as stream:
        found = hashlib.sha256(stream.read()).hexdigest()

    assert found == case.text("plain_sha256")


@every("blob_failures")
def test_a_spoilt_blob_fails_by_name(case: Case, tmp_path: Path) -> None:
    whole = next(one for one in cases(FILE, "blobs") if one.number("size_bytes") == 200_000)
    path = tmp_path / "blob"
    changed = spoilt(stored(path, whole), case.text("change"))
    path.unlink()
    if changed is not None:
        path.write_bytes(changed)
    with (
        pytest.raises(ContentDamagedError) as raised,
        open_stored(path, whole.raw("key"), 200_000) as stream,
    ):
        stream.read()

    assert raised.value.params == {"failure": case.text("expected")}


def spoilt(data: bytes, change: str) -> bytes | None:
    """Return *data* after one of the vectors' recipes; None removes the file."""
    verb, *numbers = change.split()
    chunk = 65_552
    if verb == "flip":
        at = int(numbers[0])
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    if verb == "cut":
        return data[: int(numbers[0])]
    if verb == "append":
        return data + bytes.fromhex(numbers[0])
    if verb == "remove":
        return None
    parts = [data[at : at + chunk] for at in range(32, len(data), chunk)]
    one, two = (int(number) for number in numbers)
    parts[one], parts[two] = (parts[two] if verb == "exchange" else parts[one]), parts[one]
    return data[:32] + b"".join(parts)


@every("heads")
def test_a_head_is_judged(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "head"
    path.write_bytes(case.raw("file"))
    key = subkey(case.raw("case_key"), KeyUse.LOG_HEAD)
    try:
        head = read_head(path, key=key, origin=case.text("origin"))
        assert head == Head(size=case.number("size"), root=case.raw("root"))
        found = "opens"
    except BenbanError:
        found = "damaged"

    assert found == case.text("expected")


def test_the_vectors_name_no_failure_that_the_program_does_not_know() -> None:
    from benban.vault.stream import Failure

    document = json.loads((Path(__file__).parents[3] / "vectors" / FILE).read_text("utf-8"))
    named = {case["expected"] for case in document["blob_failures"]}

    assert named <= {failure.value for failure in Failure}
