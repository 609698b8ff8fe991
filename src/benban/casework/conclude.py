"""Make the dossier: view, payload, sealing event, checkpoint, tokens (EVIDENCE 3)."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO

from benban.casework.consent import require_consent
from benban.casework.events import event, open_field, sealed_field
from benban.casework.handing import rely_on_list, require_listed
from benban.casework.show import picture
from benban.casework.stamp import (
    Authority,
    RevocationSource,
    keep_revocation,
    log_attempts,
    stamp_with_each,
)
from benban.casework.view import ViewRequest, build_view, disclosed_records
from benban.dossier.bag import write_dossier
from benban.dossier.view import (
    Audience,
    Disclosure,
    DossierView,
    Drafts,
    EarlierStamp,
    Edition,
    OwnAccount,
    Sealed,
    SealedOriginal,
    VeiledView,
)
from benban.errors import BenbanError, NothingToConcludeError, PictureError
from benban.fingerprint.ports import Decoder
from benban.model.case import may_leave_the_vault
from benban.model.clock import Clock
from benban.model.consent import ConsentPurpose
from benban.model.custody import (
    Checkpoint,
    EventDraft,
    EventKind,
    TimestampToken,
    TokenState,
)
from benban.model.exhibit import Exhibit
from benban.model.ids import ExhibitId
from benban.model.remedy import Provision
from benban.model.sighting import Sighting
from benban.vault import CaseStore, StoredCheckpoint, Vault
from benban.wording import Language

# Ids in catalogue/laws; a rule that is withheld there is not printed.
_CERTIFICATE_RULE = "us-fre-902"
_RECORD_RULE = "vn-nd151-26"
# The verifier takes sixteen stamps in all; those of the dossier itself come first.
_MOST_EARLIER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRequest:
    """
    What the person chose on the dossier page.

    Attributes:
        exhibits: chosen ones; empty means all that are still kept.
        disclosure: asked for and required for the authority edition.
        with_comparison: all runs on the chosen pictures, or none (EVIDENCE 5).
        audience: of a reading edition; accounts and names of others stand in it for a lawyer or an
            authority only (promise 10). Where nothing was said, they do not.
        with_drafts: drafts for a lawyer beside the report.
        recipient: who gets a reading edition that is not for oneself, as the consent names them;
            needed where somebody else acts for the person.
    """

    edition: Edition
    languages: tuple[Language, ...]
    exhibits: tuple[ExhibitId, ...] = field(default=())
    disclosure: Disclosure | None = None
    with_comparison: bool = True
    own_account: OwnAccount = field(default_factory=OwnAccount)
    audience: Audience = Audience.MYSELF
    with_drafts: bool = False
    recipient: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """What was sealed: the checkpoint in the bag and what became of each stamp."""

    dossier_id: str
    checkpoint: Checkpoint
    tokens: tuple[TimestampToken, ...]
    exhibit_count: int


def require_may_conclude(
    store: CaseStore, request: DossierRequest, *, vault: Vault | None = None
) -> None:
    """
    Return if this dossier may be made; asked again when it is.

    Args:
        store: of the case.
        request: what the person chose.
        vault: of the case, whose list of keys is asked; an authority edition needs it.

    Raises:
        NothingToConcludeError: BB-106, no published or threatened sighting (HARM 13).
        ConsentMissingError: BB-651, somebody else acts and the person did not agree to this.
        CapacityExpiredError: BB-676.
        RecipientNotListedError: BB-035, unveiled pictures for a key that is not on the list of an
            organisation (HARM 18); BB-036 and BB-037, the list is not one to rely on.
        ValueError: an authority edition without *vault*; a mistake of the calling code.
    """
    if not may_leave_the_vault(store.all(Sighting)):
        raise NothingToConcludeError
    if request.disclosure is not None:
        if vault is None:
            raise ValueError("an authority edition is made with the vault's list at hand")
        require_listed(vault, request.disclosure.recipient_key)
        require_consent(store, ConsentPurpose.DOSSIER, request.disclosure.recipient)
    elif request.audience is not Audience.MYSELF:
        require_consent(store, ConsentPurpose.DOSSIER, request.recipient)


def conclude(
    store: CaseStore,
    request: DossierRequest,
    authorities: Sequence[Authority],
    *,
    out_file: BinaryIO,
    clock: Clock,
    vault: Vault | None = None,
    lists: RevocationSource | None = None,
    rules: Sequence[Provision] = (),
    decoder: Decoder | None = None,
) -> Concluded:
    """
    Write a dossier to *out_file* and return what was sealed.

    A dossier that breaks off after it was sealed in the log is said there to have failed.

    Args:
        store: of the case.
        request: what the person chose.
        authorities: who is asked for stamps.
        out_file: seekable, binary, empty.
        clock: of the program.
        vault: of the case; needed for an authority edition.
        lists: fetches what is said of withdrawn certificates; None does not.
        rules: of the catalogue, for the drafts.
        decoder: veils pictures for the drafts; None leaves them out.

    Raises:
        BenbanError: as :func:`require_may_conclude`; nothing was logged.
    """
    require_may_conclude(store, request, vault=vault)
    if request.disclosure is not None and vault is not None:
        rely_on_list(vault)
    view = _chosen(store, request, clock)
    if request.with_drafts:
        view = replace(view, drafts=_drafts(store, view, rules, decoder, clock))
    sealing = _Sealing(store, view, authorities, lists)
    try:
        write_dossier(view, out_file, originals=_originals(store, view), seal_payload=sealing.seal)
    except (BenbanError, OSError) as error:
        reason = error.code if isinstance(error, BenbanError) else "not written"
        store.record(_failed(view.dossier_id, reason))
        raise
    return Concluded(
        dossier_id=view.dossier_id,
        checkpoint=sealing.sealed.checkpoint,
        tokens=sealing.sealed.tokens,
        exhibit_count=len(view.exhibits),
    )


def _chosen(store: CaseStore, request: DossierRequest, clock: Clock) -> DossierView:
    """Return what was chosen, as it stands in the case now, under a new dossier's id."""
    return build_view(
        store,
        ViewRequest(
            dossier_id=f"dossier-{secrets.token_hex(8)}",
            edition=request.edition,
            languages=request.languages,
            exhibits=request.exhibits,
            disclosure=request.disclosure,
            with_comparison=request.with_comparison,
            own_account=request.own_account,
            audience=request.audience,
        ),
        clock,
    )


def _drafts(
    store: CaseStore,
    view: DossierView,
    rules: Sequence[Provision],
    decoder: Decoder | None,
    clock: Clock,
) -> Drafts:
    known = {rule.id: rule for rule in rules}
    return Drafts(
        certificate_rule=known.get(_CERTIFICATE_RULE),
        record_rule=known.get(_RECORD_RULE),
        veiled=tuple(_veiled(store, view, decoder, clock)) if decoder is not None else (),
    )


def _veiled(
    store: CaseStore, view: DossierView, decoder: Decoder, clock: Clock
) -> Iterator[VeiledView]:
    for entry in view.exhibits:
        if entry.exhibit.kind.is_questioned_media:
            try:
                shown = picture(store, entry.exhibit.id, None, decoder=decoder, clock=clock)
            except PictureError:
                # A video or a damaged file: the annex names its address and digest all the same.
                continue
            yield VeiledView(exhibit_id=entry.exhibit.id, png=shown.png)


def earlier_stamps(store: CaseStore, view: DossierView) -> tuple[EarlierStamp, ...]:
    """
    Return the stamped heads that the report's times rest on: the first, each visit's, an order's.

    A head that was not kept with its stamp (before both were) stays out.
    """
    times = {state.stamped_at for one in view.retractions for state in one.states}
    times |= _order_stamps(view)
    stamped = [
        token
        for token in store.all(TimestampToken)
        if token.state is TokenState.STAMPED and token.time_at is not None
    ]
    times.add(min((one.time_at for one in stamped if one.time_at is not None), default=None))
    # Every authority's stamp over such a head: two are worth more than one.
    sizes = {one.checkpoint_size for one in stamped if one.time_at in times}
    chosen = [one for one in stamped if one.checkpoint_size in sizes]
    found = []
    for token in sorted(chosen, key=lambda one: one.checkpoint_size)[:_MOST_EARLIER]:
        head = store.maybe(StoredCheckpoint, str(token.checkpoint_size))
        if head is not None:
            found.append(
                EarlierStamp(
                    size=token.checkpoint_size,
                    authority=token.authority,
                    note=head.note,
                    response=token.response,
                )
            )
    return tuple(found)


def _order_stamps(view: DossierView) -> set[datetime | None]:
    runs = view.comparison.entries if view.comparison else ()
    said = [one.direction.times for one in runs if one.direction is not None]
    return {stamp.at for one in said if one is not None for stamp in one.stamps}


class _Sealing:
    """Answers the bag writer's one question, between payload and tag files."""

    def __init__(
        self,
        store: CaseStore,
        view: DossierView,
        authorities: Sequence[Authority],
        lists: RevocationSource | None,
    ) -> None:
        self._store = store
        self._view = view
        self._authorities = authorities
        self._lists = lists
        self.sealed: Sealed

    def seal(self, manifest_sha256: str) -> Sealed:
        """Log whom we ask and the manifest's digest, sign the head, ask for stamps."""
        log_attempts(self._store, self._authorities)
        entry = self._store.record(_sealed_event(self._view, manifest_sha256))
        checkpoint = self._store.checkpoint()
        earlier = earlier_stamps(self._store, self._view)
        tokens = stamp_with_each(self._store, checkpoint, self._authorities)
        kept = [
            keep_revocation(self._store, token, authority, self._lists)
            for token, authority in zip(tokens, self._authorities, strict=True)
        ]
        self.sealed = Sealed(
            checkpoint=checkpoint,
            verifier_key=self._store.verifier_key,
            tokens=tokens,
            leaves=self._store.leaves()[: checkpoint.size],
            records=disclosed_records(self._store, self._view, entry.position),
            sealed_position=entry.position,
            revocation=tuple(one for each in kept for one in each.lists if one.is_signer),
            answers=tuple(one for each in kept for one in each.answers if one.is_signer),
            earlier=earlier,
        )
        return self.sealed


def _sealed_event(view: DossierView, manifest_sha256: str) -> EventDraft:
    fields = [
        open_field("manifest_sha256", manifest_sha256),
        open_field("edition", view.edition.value),
        open_field("dossier", view.dossier_id),
        open_field("exhibits", len(view.exhibits)),
        # Never opened in a dossier; it says later which item went to whom.
        sealed_field("included", " ".join(entry.exhibit.id for entry in view.exhibits)),
    ]
    if view.disclosure is not None:
        fields += [
            sealed_field("recipient", view.disclosure.recipient),
            sealed_field("purpose", view.disclosure.purpose),
            sealed_field("legal_basis", view.disclosure.legal_basis),
        ]
    return event(EventKind.DOSSIER_SEALED, view.dossier_id, *fields)


def _failed(dossier_id: str, reason: str) -> EventDraft:
    return event(
        EventKind.ATTEMPT_FAILED,
        dossier_id,
        open_field("act", "dossier"),
        open_field("reason", reason),
    )


def _originals(store: CaseStore, view: DossierView) -> tuple[SealedOriginal, ...]:
    if view.edition is not Edition.AUTHORITY:
        return ()
    return tuple(_sealed_original(store, entry.exhibit) for entry in view.exhibits)


def _sealed_original(store: CaseStore, exhibit: Exhibit) -> SealedOriginal:
    return SealedOriginal(
        name=exhibit.id,
        size_bytes=exhibit.size_bytes,
        open=lambda: store.open_exhibit(exhibit.id),
    )
