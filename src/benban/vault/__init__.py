"""The only place at rest: keys, databases, contents and the custody log of every case."""

from benban.vault.audit import Audit, AuditHead, View
from benban.vault.backup import back_up, restore
from benban.vault.case_store import CaseStore
from benban.vault.check import check_vault
from benban.vault.compartment import Compartment
from benban.vault.contents import contents_of
from benban.vault.disk import Step, StepKind
from benban.vault.documents import Storable, StoredCheckpoint
from benban.vault.hand_over import PackedCase, packed_case
from benban.vault.kdf import KdfCost, calibrated_cost
from benban.vault.log import Opening
from benban.vault.measures import VaultMeasures, keys_held, measures_of
from benban.vault.ports import FileLock, Platform, RollbackCounter
from benban.vault.recovery import RecoveryCode
from benban.vault.recovery import new_recovery_code as fresh_recovery_code
from benban.vault.shared import SharedVault
from benban.vault.spool import Spool, SpooledPart, SpoolPart
from benban.vault.take_over import GivenCase, GivenPart, look_into_case, take_over_case
from benban.vault.vault import BALLAST_BYTES, Vault
from benban.vault.watching import Watch, unwatched
from benban.vault.ways_in import (
    require_passphrase,
    require_usable_passphrase,
    use_recovery_code,
)
from benban.vault.writing import Derived

__all__ = [
    "BALLAST_BYTES",
    "Audit",
    "AuditHead",
    "CaseStore",
    "Compartment",
    "Derived",
    "FileLock",
    "GivenCase",
    "GivenPart",
    "KdfCost",
    "Opening",
    "PackedCase",
    "Platform",
    "RecoveryCode",
    "RollbackCounter",
    "SharedVault",
    "Spool",
    "SpoolPart",
    "SpooledPart",
    "Step",
    "StepKind",
    "Storable",
    "StoredCheckpoint",
    "Vault",
    "VaultMeasures",
    "View",
    "Watch",
    "back_up",
    "calibrated_cost",
    "check_vault",
    "contents_of",
    "fresh_recovery_code",
    "keys_held",
    "look_into_case",
    "measures_of",
    "packed_case",
    "require_passphrase",
    "require_usable_passphrase",
    "restore",
    "take_over_case",
    "unwatched",
    "use_recovery_code",
]
