"""
The files that are read before any key is known: ``vault.json``, slots, sealed keys.

Source: docs/reference/vault-format-v1.md sections 3 to 5.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from benban.errors import (
    BenbanError,
    KdfParametersError,
    VaultDamagedError,
    VaultMissingError,
    VaultTooNewError,
)
from benban.seal.canonical import JsonValue, canonical_json, parse_canonical
from benban.vault.kdf import ARGON2_VERSION, KdfParameters

FORMAT = "benban-vault"
VERSION = 1
# What this program reads; a vault that several people share says 2, so that a program that would
# keep what is theirs under the vault's key stops before it.
READER = 2
HEADER_NAME = "vault.json"
# Far above what any of these files can be; a hostile one is not read whole.
_LONGEST_BYTES = 65_536
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


class SlotKind(Enum):
    """What opens a slot."""

    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a way in, no secret
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """``vault.json`` as it stands, not authenticated before :func:`is_header_mac`."""

    vault_id: str
    min_reader: int
    content: Mapping[str, JsonValue]

    @property
    def is_shared(self) -> bool:
        """Whether several people enter this vault, each by name."""
        return self.content.get("shared") is True


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One way in: the user's private key, wrapped."""

    slot_id: str
    kind: SlotKind
    user_id: str
    kdf: KdfParameters
    nonce: bytes
    ciphertext: bytes

    def bound(self, vault_id: str) -> bytes:
        """Return the JSON that the wrapping binds: everything but nonce and ciphertext."""
        return canonical_json({**self._plain(), "vault_id": vault_id})

    def to_bytes(self) -> bytes:
        """Return the file."""
        return summed(
            {**self._plain(), "nonce": self.nonce.hex(), "ciphertext": self.ciphertext.hex()}
        )

    def _plain(self) -> dict[str, JsonValue]:
        kdf: dict[str, JsonValue] = {
            "name": "argon2id",
            "version": ARGON2_VERSION,
            "memory_kib": self.kdf.memory_kib,
            "passes": self.kdf.passes,
            "lanes": self.kdf.lanes,
            "salt": self.kdf.salt.hex(),
        }
        return {
            "v": 1,
            "slot": self.slot_id,
            "kind": self.kind.value,
            "user": self.user_id,
            "kdf": kdf,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedKeyFile:
    """A vault or case key, sealed to one user."""

    name: str
    user_id: str
    sealed: bytes

    def to_bytes(self) -> bytes:
        """Return the file."""
        return summed({"v": 1, "key": self.name, "user": self.user_id, "sealed": self.sealed.hex()})


def header_bytes(vault_id: str, mac_key: bytes, *, is_shared: bool = False) -> bytes:
    """Return ``vault.json`` of a new vault."""
    content: dict[str, JsonValue] = {
        "format": FORMAT,
        "version": VERSION,
        "min_reader": 1,
        "vault_id": vault_id,
    }
    if is_shared:
        content |= {"version": READER, "min_reader": READER, "shared": True}
    return canonical_json({**content, "mac": _mac(content, mac_key)})


def read_header(folder: Path) -> Header:
    """
    Return ``vault.json``; nothing else is read and nothing is written.

    Raises:
        VaultMissingError: BB-401, there is none.
        VaultDamagedError: BB-406, empty, cut or not of this format.
        VaultTooNewError: BB-405.
    """
    path = folder / HEADER_NAME
    if not path.is_file():
        raise VaultMissingError
    content = parsed(read_small(path, HEADER_NAME), HEADER_NAME)
    min_reader, vault_id = content.get("min_reader"), content.get("vault_id")
    if content.get("format") != FORMAT or not isinstance(min_reader, int) or min_reader < 1:
        raise VaultDamagedError("not of this format", part=HEADER_NAME)
    # Before anything else is judged: only a newer program knows what else may differ.
    if min_reader > READER:
        raise VaultTooNewError(f"min_reader {min_reader}")
    if not isinstance(vault_id, str) or not re.fullmatch(r"[0-9a-f]{32}", vault_id):
        raise VaultDamagedError("no vault id", part=HEADER_NAME)
    return Header(vault_id=vault_id, min_reader=min_reader, content=content)


def is_header_mac(header: Header, mac_key: bytes) -> bool:
    """Return whether ``vault.json`` is the one that the vault key wrote."""
    content = {name: value for name, value in header.content.items() if name != "mac"}
    found = header.content.get("mac")
    return isinstance(found, str) and hmac.compare_digest(found, _mac(content, mac_key))


def read_slot(path: Path) -> Slot:
    """
    Return a slot, its parameters within the caps.

    Raises:
        VaultDamagedError: BB-406, changed by accident.
        KdfParametersError: BB-408, asks for more than any vault may.
    """
    part = f"slots/{path.name}"
    content = checked(read_small(path, part), part)
    try:
        kdf = content["kdf"]
        if not isinstance(kdf, Mapping) or set(kdf) != {
            "name",
            "version",
            "memory_kib",
            "passes",
            "lanes",
            "salt",
        }:
            raise VaultDamagedError("kdf", part=part)
        if kdf["name"] != "argon2id" or kdf["version"] != ARGON2_VERSION:
            raise KdfParametersError("another function")
        slot = Slot(
            slot_id=text_in(content["slot"]),
            kind=SlotKind(text_in(content["kind"])),
            user_id=text_in(content["user"]),
            kdf=KdfParameters(
                memory_kib=_number(kdf["memory_kib"]),
                passes=_number(kdf["passes"]),
                lanes=_number(kdf["lanes"]),
                salt=_hex(kdf["salt"]),
            ),
            nonce=_hex(content["nonce"]),
            ciphertext=_hex(content["ciphertext"]),
        )
    except (KeyError, ValueError) as error:
        raise VaultDamagedError("not of this layout", part=part) from error
    if slot.slot_id != path.stem:
        raise VaultDamagedError("under another name", part=part)
    return slot


def read_sealed_key(path: Path) -> SealedKeyFile:
    """
    Return a sealed key.

    Raises:
        VaultDamagedError: BB-406, missing or changed by accident.
    """
    part = f"keys/{path.name}"
    content = checked(read_small(path, part), part)
    try:
        return SealedKeyFile(
            name=text_in(content["key"]),
            user_id=text_in(content["user"]),
            sealed=_hex(content["sealed"]),
        )
    except (KeyError, ValueError) as error:
        raise VaultDamagedError("not of this layout", part=part) from error


def read_small(path: Path, part: str) -> bytes:
    """Return a file that is read before any key is known, or its beginning."""
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST_BYTES)
    except OSError as error:
        raise VaultDamagedError("cannot be read", part=part) from error


def parsed(untrusted_bytes: bytes, part: str) -> Mapping[str, JsonValue]:
    """Return the object that canonical JSON stands for."""
    try:
        content = parse_canonical(untrusted_bytes)
    except BenbanError as error:
        raise VaultDamagedError("not canonical JSON", part=part) from error
    if not isinstance(content, Mapping):
        raise VaultDamagedError("not an object", part=part)
    return content


def checked(untrusted_bytes: bytes, part: str) -> Mapping[str, JsonValue]:
    """Return the object of a small file whose sum fits."""
    content = parsed(untrusted_bytes, part)
    rest = {name: value for name, value in content.items() if name != "sum"}
    if content.get("sum") != _sum(rest) or content.get("v") != 1:
        raise VaultDamagedError("the sum does not fit", part=part)
    return content


def summed(content: Mapping[str, JsonValue]) -> bytes:
    """Return a small file with its sum."""
    return canonical_json({**content, "sum": _sum(content)})


def _sum(content: Mapping[str, JsonValue]) -> str:
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _mac(content: Mapping[str, JsonValue], mac_key: bytes) -> str:
    return hmac.new(mac_key, canonical_json(content), hashlib.sha256).hexdigest()


def _number(value: JsonValue) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not a number")  # noqa: TRY004 - content of a file, not a caller's type
    return value


def text_in(value: JsonValue) -> str:
    """Return a value of a file that must be text."""
    if not isinstance(value, str):
        raise ValueError("not text")  # noqa: TRY004 - content of a file, not a caller's type
    return value


def _hex(value: JsonValue) -> bytes:
    text = text_in(value)
    if not _HEX.fullmatch(text):
        raise ValueError("not hex")
    return bytes.fromhex(text)
