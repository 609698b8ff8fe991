"""What a person may do in a shared vault besides their cases; the rules are kept here."""

import threading
from functools import partial

from benban.errors import RoleRefusedError
from benban.model.ids import CaseId
from benban.model.people import Person, PersonState, Role
from benban.vault import letting_in, sharing
from benban.vault.audit import Audit, View
from benban.vault.entering import Entered
from benban.vault.inside import Inside, OneIn
from benban.vault.kdf import KdfCost, calibrated_cost, passphrase_bytes
from benban.vault.plain_files import SlotKind
from benban.vault.recovery import RecoveryCode, new_recovery_code, recovery_secret
from benban.vault.settings import Scope, Settings, scope_of
from benban.vault.unlocking import fresh_id


class AmongPeople:
    """The part of a vault that knows of others; in a vault of one's own there are none."""

    _entered: Entered
    _is_closed: bool
    _lock: threading.RLock
    _inside: Inside | None
    _person: Person | None
    _audit: Audit | None

    @property
    def person(self) -> Person | None:
        """Who came in; None in a vault of one's own."""
        return self._person

    @property
    def audit(self) -> Audit | None:
        """Who saw what; None in a vault of one's own."""
        return self._audit

    def people(self) -> tuple[Person, ...]:
        """Return everybody of a shared vault, also whose access ended; nobody in one's own."""
        return () if self._entered.people is None else self._entered.people.all()

    # --- for administrators ---------------------------------------------------------------

    def invite(self, name: str, role: Role, cost: KdfCost | None = None) -> RecoveryCode:
        """
        Return the code by which somebody comes in for the first time; it works once.

        Args:
            name: to come in with; unique without regard to case.
            role: what they may do.
            cost: None takes what this computer bears.

        Raises:
            RoleRefusedError: BB-460.
            NameRefusedError: BB-463.
            NameTakenError: BB-464.
            DiskFullError: BB-410; nobody is invited.
        """
        self._as(Role.ADMINISTRATOR)
        borne = self._cost(cost)
        with self._lock:
            letting_in.require_can_invite(self._entered, name, role)
        # Seconds long: meanwhile everybody else goes on.
        keys = letting_in.new_keys(self._entered.vault_id, fresh_id(), borne)
        with self._lock:
            # Again: their access may have ended in between.
            if self._is_closed:
                raise RoleRefusedError
            by = self._as(Role.ADMINISTRATOR)
            invited = letting_in.invite(self._entered, by, name, role, keys)
            self._note("people/invited", about=invited.user_id)
        return keys.code

    def end_access(self, user_id: str) -> None:
        """
        Destroy somebody's ways in, keys and settings, and close what they have open.

        Raises:
            RoleRefusedError: BB-460.
            PersonMissingError: BB-465.
            OnlyHolderError: BB-467; nothing was changed.
            LastAdministratorError: BB-468; nothing was changed.
        """
        self._as(Role.ADMINISTRATOR)
        with self._lock:
            letting_in.end_access(
                self._entered, user_id, partial(self._note, "people/ended", about=user_id)
            )
            for vault in self._vaults_of(user_id):
                vault.close()

    def cases_alone(self) -> dict[str, int]:
        """
        Return of how many cases each person alone has the key; who has none so is not in it.

        Raises:
            RoleRefusedError: BB-460.
        """
        self._as(Role.ADMINISTRATOR)
        with self._lock:
            people = sharing.people_of(self._entered)
            counted = {
                one.user_id: sum(
                    set(sharing.sound_holders(self._entered, case_id)) <= {one.user_id}
                    for case_id in people.held_by(one.user_id)
                )
                for one in people.all()
            }
        return {user_id: count for user_id, count in counted.items() if count}

    # --- for whoever has a case -----------------------------------------------------------

    def holders(self, case_id: CaseId) -> tuple[Person, ...]:
        """
        Return who has a case.

        Raises:
            CaseMissingError: BB-103, whoever asks has not got it.
        """
        with self._lock:
            return sharing.holders(self._entered, case_id)

    def views(self, case_id: CaseId) -> tuple[View, ...]:
        """
        Return who saw which page of a case; empty in a vault of one's own, where nothing is noted.

        Raises:
            CaseMissingError: BB-103, whoever asks has not got it.
        """
        with self._lock:
            self._entered.held_case(case_id)
            return () if self._audit is None else self._audit.of_case(case_id)

    def share_case(self, case_id: CaseId, user_id: str) -> None:
        """
        Let a colleague work on a case too.

        Raises:
            CaseMissingError: BB-103.
            PersonMissingError: BB-465.
            NotCaseworkerError: BB-470, has no cases or has not come in yet.
            ColleagueKeyChangedError: BB-469, until :meth:`confirm_key`.
        """
        self._as(Role.CASEWORKER)
        with self._lock:
            noting = partial(self._note, "people/shared", case_id, about=user_id)
            sharing.share_case(self._entered, case_id, user_id, noting)

    def leave_case(self, case_id: CaseId, user_id: str) -> None:
        """
        Take a case from a colleague, or give one's own up; what they copied they have.

        Raises:
            CaseMissingError: BB-103.
            PersonMissingError: BB-465, has not got it.
            LastHolderError: BB-466; nothing was changed.
        """
        self._as(Role.CASEWORKER)
        with self._lock:
            noting = partial(self._note, "people/left", case_id, about=user_id)
            sharing.leave_case(self._entered, case_id, user_id, noting)
            for vault in self._vaults_of(user_id):
                vault.let_go(case_id)

    def key_numbers(self, user_id: str) -> str:
        """
        Return the numbers that two people read to each other: six groups of five digits.

        Raises:
            PersonMissingError: BB-465.
            NotCaseworkerError: BB-470, has not come in yet.
        """
        with self._lock:
            return sharing.numbers(self._entered, user_id)

    def is_key_confirmed(self, user_id: str) -> bool:
        """
        Return whether the key that a colleague has now was compared.

        Raises:
            PersonMissingError: BB-465.
            NotCaseworkerError: BB-470, has not come in yet.
        """
        with self._lock:
            return sharing.is_key_confirmed(self._entered, user_id)

    def confirm_key(self, user_id: str, numbers: str) -> None:
        """
        Note that the numbers were compared: cases may be shared with this key.

        Args:
            user_id: of the colleague.
            numbers: that were shown and compared.

        Raises:
            PersonMissingError: BB-465.
            NotCaseworkerError: BB-470, has not come in yet.
            ColleagueKeyChangedError: BB-469, the key gives other numbers now.
        """
        with self._lock:
            sharing.confirm_key(self._entered, user_id, numbers)
            self._note("people/key-confirmed", about=user_id)

    # --- ways in --------------------------------------------------------------------------

    def change_passphrase(self, new: str, cost: KdfCost | None = None) -> None:
        """
        Let a new passphrase open the vault instead of the old one; the recovery code stays.

        Args:
            new: anything but empty.
            cost: None takes what this computer bears.

        Raises:
            PassphraseRefusedError: BB-404; the old one still opens.
            DiskFullError: BB-410; the old one still opens.
        """
        self.replace_way_in(passphrase_bytes(new), SlotKind.PASSPHRASE, cost)

    def new_recovery_code(self, cost: KdfCost | None = None) -> RecoveryCode:
        """Return a new recovery code; the old one opens nothing any more."""
        code = new_recovery_code()
        self.replace_way_in(recovery_secret(code.text), SlotKind.RECOVERY, cost)
        return code

    def replace_way_in(self, secret: bytes, kind: SlotKind, cost: KdfCost | None = None) -> None:
        """
        Let *secret* open instead of what did; two browsers of one person wait for each other.

        Args:
            secret: bytes.
            kind: of the way in.
            cost: None takes what this computer bears.

        Raises:
            DiskFullError: BB-410; the one before still opens.
        """
        borne = self._cost(cost)
        with self._lock:
            self._entered.replace_slot(secret, kind, borne)

    def failed_unlocks(self) -> tuple[tuple[str, int], ...]:
        """Return when a success followed failures (UTC), and how many; oldest first."""
        return self._entered.index.failed_unlocks()

    # --- settings -------------------------------------------------------------------------

    def setting(self, name: str) -> bytes:
        """Return a setting; empty when it was never set."""
        return Settings(self._entered).get(name)

    def set_setting(self, name: str, value: bytes) -> None:
        """
        Keep a setting, encrypted like everything else.

        Raises:
            RoleRefusedError: BB-460, it is the organisation's.
        """
        self._require_own(name)
        Settings(self._entered).set(name, value)

    def drop_setting(self, name: str) -> None:
        """
        Destroy a setting; one that was never set is no error.

        Raises:
            RoleRefusedError: BB-460, it is the organisation's.
        """
        self._require_own(name)
        Settings(self._entered).drop(name)

    def require_cases(self) -> None:
        """
        Return if this person may have cases.

        Raises:
            RoleRefusedError: BB-460.
        """
        if self._person is not None:
            self._as(Role.CASEWORKER)

    def _cost(self, given: KdfCost | None) -> KdfCost:
        return calibrated_cost(self._entered.clock) if given is None else given

    def _require_own(self, name: str) -> None:
        if self._person is not None and scope_of(name) is Scope.ORGANISATION:
            self._as(Role.ADMINISTRATOR)

    def _as(self, role: Role) -> Person:
        """Return who came in, if this is their role and still is."""
        person = self._person
        if person is None:
            raise RoleRefusedError
        found = sharing.people_of(self._entered).by_id(person.user_id)
        if found is None or found.role is not role or found.state is not PersonState.ACTIVE:
            raise RoleRefusedError
        return found

    def _note(self, what: str, case_id: str = "", *, about: str = "") -> None:
        if self._audit is not None:
            self._audit.note(what, case_id, about=about)

    def _vaults_of(self, user_id: str) -> tuple[OneIn, ...]:
        everybody = () if self._inside is None else tuple(self._inside.vaults)
        return tuple(one for one in everybody if one.entered.unlocked.user_id == user_id)
