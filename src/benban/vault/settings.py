"""
The settings of a vault, and under which key each stands when several people share it.

Source: docs/reference/vault-format-v1.md section 13.
"""

import re
from enum import Enum

from benban.errors import CaseMissingError, VaultDamagedError
from benban.model.ids import CaseId
from benban.vault.entering import Entered
from benban.vault.keys import KeyRefusedError, open_setting, seal_setting, setting_tag

_ORGANISATION = frozenset({"stamp-authorities", "catalogue", "catalogue-signers"})
_ORGANISATION_PREFIX = "organisation."
# About a case, and still one person's alone.
_PERSON_PREFIXES = (
    "desk.",
    "notes.private.",
    "people.",
    "rest.",
    "spoken.",
    "watch.read-at.",
)
_CASE_ID = re.compile(r"case-[0-9a-f]{16}")


class Scope(Enum):
    """Whose a setting is."""

    ORGANISATION = "organisation"
    CASE = "case"
    PERSON = "person"


def scope_of(name: str) -> Scope:
    """Return whose a setting of a shared vault is; what nobody decided is the person's."""
    if name in _ORGANISATION or name.startswith(_ORGANISATION_PREFIX):
        return Scope.ORGANISATION
    if _CASE_ID.search(name) and not name.startswith(_PERSON_PREFIXES):
        return Scope.CASE
    return Scope.PERSON


def case_in(name: str) -> CaseId:
    """Return the case that a name is about; empty when there is none."""
    found = _CASE_ID.search(name)
    return CaseId(found[0] if found else "")


class Settings:
    """One person's settings; in a vault of one's own all stand under the vault's key."""

    def __init__(self, entered: Entered) -> None:
        self._entered = entered
        self._index = entered.index

    def get(self, name: str) -> bytes:
        """
        Return a setting; empty when it was never set, or is of a case that this person has not.

        Raises:
            VaultDamagedError: BB-406.
        """
        if not self._is_sealed(name):
            return self._index.setting(name)
        try:
            key = self._key(name)
        except CaseMissingError:
            return b""
        kept_as = self._kept_as(name, key)
        sealed = self._index.setting(kept_as)
        if not sealed:
            return b""
        vault_id = self._entered.vault_id
        try:
            return open_setting(key, sealed, vault_id=vault_id, kept_as=kept_as, name=name)
        except KeyRefusedError as error:
            raise VaultDamagedError("a setting does not open", part="index.db") from error

    def set(self, name: str, value: bytes, case_key: bytes | None = None) -> None:
        """
        Keep a setting.

        Args:
            name: of it.
            value: all of it.
            case_key: of a case that is still being made.

        Raises:
            CaseMissingError: BB-103, it is of a case that this person has not.
        """
        if not self._is_sealed(name):
            self._index.set_setting(name, value)
            return
        key = case_key or self._key(name)
        kept_as = self._kept_as(name, key)
        vault_id = self._entered.vault_id
        sealed = seal_setting(key, value, vault_id=vault_id, kept_as=kept_as, name=name)
        self._index.set_setting(kept_as, sealed)

    def drop(self, name: str) -> None:
        """Destroy a setting; one that was never set is no error."""
        if not self._is_sealed(name):
            self._index.drop_setting(name)
            return
        try:
            key = self._key(name)
        except CaseMissingError:
            return
        self._index.drop_setting(self._kept_as(name, key))

    def _is_sealed(self, name: str) -> bool:
        return self._entered.people is not None and scope_of(name) is not Scope.ORGANISATION

    def _key(self, name: str) -> bytes:
        if scope_of(name) is Scope.CASE:
            return self._entered.case_key(self._entered.held_case(case_in(name)))
        return self._entered.unlocked.private_key

    def _kept_as(self, name: str, key: bytes) -> str:
        # The case stays readable, so that whoever destroys it destroys what others wrote about it.
        tag, case_id = setting_tag(key, name), case_in(name)
        if scope_of(name) is Scope.CASE:
            return f"case/{case_id}/{tag}"
        return f"person/{self._entered.unlocked.user_id}/{case_id}/{tag}"
