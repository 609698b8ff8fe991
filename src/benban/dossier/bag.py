"""
The dossier, written in the order that makes it provable (EVIDENCE 3).

Payload, the sealing event, checkpoint, tokens, proofs.

Source: docs/reference/bag-format.md.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

from benban.dossier.check import check_view
from benban.dossier.drafts import render_drafts
from benban.dossier.mask import Masker, make_masker
from benban.dossier.originals import most_sealed_bytes, sealed_originals
from benban.dossier.payload import payload_files, software
from benban.dossier.proofs import proofs_json
from benban.dossier.report import render_pdf
from benban.dossier.verify_text import verify_text
from benban.dossier.view import DossierView, Edition, Sealed, SealedOriginal
from benban.errors import NotForThisEditionError, SealMismatchError
from benban.model.custody import TokenState
from benban.seal.bag import BagWriter

# The name of the folder inside says nothing; the zip's own name is the caller's.
_FOLDER_PREFIX = "tai-lieu-"
_FOLDER_CHARACTERS = 4


def write_dossier(
    view: DossierView,
    out_file: BinaryIO,
    *,
    seal_payload: Callable[[str], Sealed],
    originals: Sequence[SealedOriginal] = (),
) -> None:
    """
    Write the dossier as a zip to *out_file*.

    Args:
        view: everything it may say.
        out_file: seekable, empty, binary; the caller closes it, and throws it away on any error.
        seal_payload: called once, with the SHA-256 (64 hex digits) of ``manifest-sha256.txt``,
            when the payload is complete; logs ``dossier sealed``, signs the head and asks for
            stamps.
        originals: sealed for the recipient; only and always with the authority edition.

    Raises:
        DisclosureMissingError: BB-702.
        RecipientKeyError: BB-703.
        SelectiveComparisonError: BB-701.
        NotForThisEditionError: BB-706, originals and edition do not belong together.
        ReportFailedError: BB-704.
        FontsMissingError: BB-705.
        SealMismatchError: BB-707, the log's answer does not belong to this payload.
    """
    check_view(view)
    if bool(originals) != (view.edition is Edition.AUTHORITY):
        raise NotForThisEditionError
    masker = make_masker(view.own_account)
    writer = BagWriter(out_file, _folder(view), view.made_at, info=_info(view))
    _write_payload(writer, view, masker, originals)
    manifest_sha256 = writer.finish_payload().sha256.hex
    sealed = seal_payload(manifest_sha256)
    proofs = proofs_json(view, sealed, manifest_sha256, masker)
    writer.add_tag("checkpoint.note", sealed.checkpoint.note)
    for name, response in _stamps(sealed).items():
        writer.add_tag(name, response)
    for name, content in _earlier(sealed).items():
        writer.add_tag(name, content)
    writer.add_tag("proofs.json", proofs)
    writer.close()


def _write_payload(
    writer: BagWriter, view: DossierView, masker: Masker, originals: Sequence[SealedOriginal]
) -> None:
    for language in view.languages:
        writer.add_payload(f"data/report.{language.value}.pdf", render_pdf(view, language))
        if view.drafts is not None:
            drafts = render_drafts(view, language)
            writer.add_payload(f"data/drafts.{language.value}.pdf", drafts)
    writer.add_payload("data/VERIFY.txt", verify_text(view))
    for file in payload_files(view, masker):
        writer.add_payload(file.path, file.data)
    if view.disclosure is not None:
        writer.add_payload(
            "data/originals.tar.age",
            sealed_originals(originals, view.disclosure.recipient_key, view.made_at),
            expected_bytes=most_sealed_bytes(originals),
        )


def _folder(view: DossierView) -> str:
    return _FOLDER_PREFIX + view.dossier_id[-_FOLDER_CHARACTERS:]


def _info(view: DossierView) -> tuple[tuple[str, str], ...]:
    return (
        ("Bag-Software-Agent", software()),
        ("External-Identifier", view.dossier_id),
        ("Benban-Dossier-Version", "1"),
        ("Benban-Edition", view.edition.value),
    )


def _earlier(sealed: Sealed) -> Mapping[str, bytes]:
    """Return file name -> content of the earlier heads and the stamps over them."""
    files = {}
    for one in sealed.earlier:
        if not 0 < one.size <= sealed.checkpoint.size:
            raise SealMismatchError("an earlier head is of another log")
        files[f"earlier-{one.size}.note"] = one.note
        files[f"earlier-{one.size}-{one.authority}.tsr"] = one.response
    return dict(sorted(files.items()))


def _stamps(sealed: Sealed) -> Mapping[str, bytes]:
    """Return file name -> response; only stamps over exactly this checkpoint belong here."""
    stamps = {}
    for token in sealed.tokens:
        if token.state is not TokenState.STAMPED:
            continue
        if token.checkpoint_size != sealed.checkpoint.size or not token.response:
            raise SealMismatchError("a stamp is of another checkpoint")
        stamps[f"tsa-{token.authority}.tsr"] = token.response
    for one in sealed.revocation:
        if f"tsa-{one.authority}.tsr" in stamps:
            stamps[f"tsa-{one.authority}.crl"] = one.crl
    for answer in sealed.answers:
        if f"tsa-{answer.authority}.tsr" in stamps:
            stamps[f"tsa-{answer.authority}.ocsp"] = answer.ocsp
    return dict(sorted(stamps.items()))
