"""``benban dossier``: what a stranger can check, in one file."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click

from benban.casework.conclude import Concluded, DossierRequest, conclude
from benban.casework.stamp import Authority
from benban.cli.files import new_file
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.out import Out
from benban.cli.questions import ask_line, ask_number, ask_yes, tell
from benban.cli.sealing import said_lines
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.dossier.view import Audience, Disclosure, Edition, OwnAccount
from benban.errors import DisclosureMissingError, UsageError
from benban.model.case import Capacity
from benban.model.exhibit import Exhibit
from benban.model.ids import ExhibitId
from benban.outside.revocation import HttpRevocationSource
from benban.wiring_case import CaseStore, Vault, authorities, catalogue, opened_fence, system_clock
from benban.wording import Language

_DISCLOSURE = ("recipient", "purpose", "legal-basis", "recipient-key")


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("dossier", help=words("cli.dossier.help"))
    @click.argument("case")
    @common_options(words)
    def dossier(case: str, file: Path, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        request = _request(words, given)
        with (
            opened_case(words, options, case) as (vault, store),
            new_file(file) as out_file,
        ):
            enabled = authorities(vault)
            hosts = ", ".join(authority.host for authority in enabled)
            is_stamped = ask_yes(words, "cli.stamp.ask-send", given["send"], hosts=hosts)
            chosen = tuple(find_one(store, Exhibit, one).id for one in request.exhibits)
            asked = replace(request, exhibits=chosen, recipient=_recipient(words, store, request))
            concluded = _conclude(
                vault, store, asked, out_file, stamping=enabled if is_stamped else None
            )
        _report(out, concluded, file)

    dossier.params[1:1] = _options(words)
    return dossier


def _options(words: Words) -> list[click.Option]:
    return [
        click.Option(
            ["--out", "file"],
            required=True,
            type=click.Path(path_type=Path),
            help=words("cli.dossier.o.out"),
        ),
        click.Option(
            ["--for", "edition"],
            type=click.Choice([edition.value for edition in Edition]),
            default=Edition.READING.value,
            help=words("cli.dossier.o.for"),
        ),
        click.Option(["--exhibits"], default="", help=words("cli.dossier.o.exhibits")),
        click.Option(
            ["--lang"],
            type=click.Choice(["vi", "en", "both"]),
            default="both",
            help=words("cli.dossier.o.lang"),
        ),
        click.Option(
            ["--without-comparison"], is_flag=True, help=words("cli.dossier.o.no-comparison")
        ),
        click.Option(
            ["--audience"],
            type=click.Choice([audience.value for audience in Audience]),
            help=words("cli.dossier.o.audience"),
        ),
        click.Option(["--recipient"], help=words("cli.dossier.o.for-whom")),
        click.Option(["--with-drafts"], is_flag=True, help=words("cli.dossier.o.drafts")),
        click.Option(["--mask"], help=words("cli.dossier.o.mask")),
        click.Option(["--disclosure"], help=words("cli.dossier.o.disclosure")),
        click.Option(["--send"], type=click.Choice(["yes", "no"]), help=words("cli.stamp.o.send")),
    ]


def _conclude(
    vault: Vault,
    store: CaseStore,
    request: DossierRequest,
    out_file: BinaryIO,
    *,
    stamping: Sequence[Authority] | None,
) -> Concluded:
    """Write the dossier; None for *stamping*: nothing is sent, no list of certificates fetched."""
    with opened_fence() if request.with_drafts else nullcontext() as fence:
        return conclude(
            store,
            request,
            stamping or (),
            out_file=out_file,
            clock=system_clock(),
            vault=vault,
            lists=HttpRevocationSource() if stamping is not None else None,
            rules=catalogue().provisions if request.with_drafts else (),
            decoder=fence,
        )


def _request(words: Words, given: dict[str, Any]) -> DossierRequest:
    edition = Edition(given["edition"])
    if given["disclosure"] and edition is not Edition.AUTHORITY:
        raise UsageError(reason=words("cli.dossier.disclosure-needs-authority"))
    languages = tuple(Language) if given["lang"] == "both" else (Language(given["lang"]),)
    first = sorted(languages, key=lambda language: language is not words.language)
    lines = read_text(given["mask"]).splitlines() if given["mask"] else []
    names = tuple(line.strip() for line in lines if line.strip())
    return DossierRequest(
        edition=edition,
        languages=tuple(first),
        exhibits=tuple(ExhibitId(one) for one in given["exhibits"].replace(",", " ").split()),
        disclosure=_disclosure(words, given["disclosure"])
        if edition is Edition.AUTHORITY
        else None,
        with_comparison=not given["without_comparison"],
        own_account=OwnAccount(names=names, handles=names),
        audience=_audience(words, given["audience"], edition),
        with_drafts=given["with_drafts"],
        recipient=read_text(given["recipient"]).strip() if given["recipient"] else "",
    )


def _recipient(words: Words, store: CaseStore, request: DossierRequest) -> str:
    """Return who gets a reading edition, where somebody else acts and a consent must name them."""
    is_asked = request.disclosure is None and request.audience is not Audience.MYSELF
    if request.recipient or not is_asked or store.case.capacity is Capacity.SELF:
        return request.recipient
    return ask_line(words("cli.dossier.ask-recipient")) if is_interactive() else ""


def _audience(words: Words, said: str | None, edition: Edition) -> Audience:
    """Return for whom it is; where nobody can be asked, others are not named (promise 10)."""
    if edition is Edition.AUTHORITY:
        return Audience.AUTHORITY
    if said is not None:
        return Audience(said)
    if not is_interactive():
        return Audience.MYSELF
    audiences = list(Audience)
    tell(words("cli.dossier.ask-audience"))
    choices = [words(f"cli.dossier.audience.{one.value}") for one in audiences]
    return audiences[ask_number(words, choices)]


def _disclosure(words: Words, source: str | None) -> Disclosure:
    """Return who receives it and why: from four lines of a file, or as typed."""
    said = said_lines(words, source, _DISCLOSURE)
    if not said:
        raise DisclosureMissingError
    recipient, purpose, legal_basis, recipient_key = said
    return Disclosure(
        recipient=recipient,
        purpose=purpose,
        legal_basis=legal_basis,
        recipient_key=recipient_key,
    )


def _report(out: Out, concluded: Concluded, file: Path) -> None:
    out.say("cli.dossier.done", file=str(file))
    out.say("cli.dossier.key", key=concluded.checkpoint.key_id)
    out.say("cli.dossier.verify", file=str(file))
    out.document(
        {
            "dossier": str(file),
            "id": concluded.dossier_id,
            "key_id": concluded.checkpoint.key_id,
            "exhibits": concluded.exhibit_count,
            "tokens": [
                {"authority": one.authority, "state": one.state.value, "reason": one.reason}
                for one in concluded.tokens
            ],
        }
    )
