"""
The allegations of a case: ciphertext in its database, the key apart from it in ``index.db``.

Source: docs/reference/vault-format-v1.md section 9; docs/explanation/papers.md.
"""

from benban.errors import AllegationsUnreadableError
from benban.model.allegation import Allegation, SealedAllegation
from benban.model.clock import Clock
from benban.model.ids import CaseId, new_allegation_id
from benban.vault.keys import KeyRefusedError, compartment_of, fresh_key, open_text, seal_text
from benban.vault.vault import Vault


class Compartment:
    """The one place that knows the key of a case's allegations."""

    def __init__(self, vault: Vault, case_id: CaseId) -> None:
        self._vault = vault
        self._case_id = case_id

    def seal(self, text: str, clock: Clock) -> SealedAllegation:
        """Return *text* sealed; the first one makes the key."""
        name = compartment_of(self._case_id)
        if not self._vault.setting(name):
            self._vault.set_setting(name, fresh_key())
        item_id = new_allegation_id()
        nonce, ciphertext = seal_text(
            self._vault.setting(name), text, case_id=self._case_id, item_id=item_id
        )
        return SealedAllegation(id=item_id, kept_at=clock.now(), nonce=nonce, ciphertext=ciphertext)

    def open(self, sealed: SealedAllegation) -> Allegation:
        """
        Return the text.

        Raises:
            AllegationsUnreadableError: BB-653, no key, or not what was kept.
        """
        key = self._vault.setting(compartment_of(self._case_id))
        try:
            text = open_text(
                key, sealed.nonce, sealed.ciphertext, case_id=self._case_id, item_id=sealed.id
            )
        except KeyRefusedError as error:
            raise AllegationsUnreadableError(case=self._case_id) from error
        return Allegation(id=sealed.id, kept_at=sealed.kept_at, text=text)

    def destroy(self) -> None:
        """Destroy the key; what was sealed under it is noise from then on."""
        self._vault.drop_setting(compartment_of(self._case_id))
