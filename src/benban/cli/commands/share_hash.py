"""``benban share-hash``: agree that a hash goes to an exchange, or take it back."""

import secrets
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from benban.casework.share_hash import PlannedSharing, Shared, agree_to_share, plan_sharing
from benban.casework.withdraw_hash import (
    SignedWithdrawal,
    hand_in,
    said_withdrawn,
    withdraw_hashes,
)
from benban.cli.files import new_file, open_given, write_new
from benban.cli.options import common_options
from benban.cli.out import Json, Out
from benban.cli.questions import ask_yes, tell
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import TargetUnwritableError, UsageError
from benban.exchange.card import MAX_CARD_BYTES, ExchangeCard, read_card
from benban.model.exhibit import Exhibit
from benban.model.hash_sharing import HashSharing
from benban.model.ids import ExhibitId
from benban.wiring_case import CaseStore, system_clock


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("share-hash", help=words("cli.share-hash.help"))
    @click.argument("case")
    @click.argument("exhibit", required=False)
    @click.option(
        "--exchange",
        "card_file",
        type=click.Path(path_type=Path),
        help=words("cli.share-hash.o.exchange"),
    )
    @click.option(
        "--out",
        "target",
        type=click.Path(path_type=Path),
        help=words("cli.share-hash.o.out"),
    )
    @click.option("--agree", type=click.Choice(["yes", "no"]), help=words("cli.share-hash.o.agree"))
    @click.option("--withdraw", is_flag=True, help=words("cli.share-hash.o.withdraw"))
    @click.option("--handed-in", is_flag=True, help=words("cli.share-hash.o.handed-in"))
    @common_options(words)
    def share_hash(case: str, exhibit: str | None, target: Path | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        if given["handed_in"] and not given["withdraw"]:
            with opened_case(words, options, case) as (_, store):
                _hand_in(out, store, exhibit)
            return
        if given["withdraw"] and target is not None and not given["handed_in"]:
            with opened_case(words, options, case) as (_, store):
                _withdraw(out, store, exhibit, target)
            return
        if exhibit is None or given["card_file"] is None or target is None or given["withdraw"]:
            raise UsageError(reason=words("cli.share-hash.needs"))
        # The card first: nobody should type a passphrase for a file that is none.
        card = _card(given["card_file"])
        with opened_case(words, options, case) as (_, store):
            _share(out, store, find_one(store, Exhibit, exhibit).id, card, (target, given["agree"]))

    return share_hash


def _share(
    out: Out,
    store: CaseStore,
    exhibit_id: ExhibitId,
    card: ExchangeCard,
    asked: tuple[Path, str | None],
) -> None:
    """Show what would leave, ask, and write the file that shows the yes."""
    words, (target, said) = out.words, asked
    planned = plan_sharing(store, exhibit_id, card, words.language)
    for line in _leaving(words, planned):
        (tell if said is None else out.line)(line)
    # Both files' names first: a yes stands in the log for ever, and must not end at a taken name.
    # Where the disk is full all the same, the next yes to this gives the same files.
    back = _way_back_beside(target)
    with new_file(target) as stream, new_file(back) as back_stream:
        shared = agree_to_share(
            store,
            exhibit_id,
            card,
            language=words.language,
            is_agreed=ask_yes(words, "cli.share-hash.ask", said),
            clock=system_clock(),
        )
        stream.write(shared.proof)
        back_stream.write(shared.way_back)
    if shared.is_again:
        out.say("cli.share-hash.again")
    out.say("cli.share-hash.written", file=target.name, exchange=card.name)
    out.say("cli.share-hash.way-back", file=back.name, address=card.withdraw_at)
    out.say("cli.share-hash.seen")
    out.say("cli.share-hash.back", case=store.case.id)
    document = _shared_json(shared, planned, target)
    out.document({**document, "way_back": str(back), "is_again": shared.is_again})


def _way_back_beside(target: Path) -> Path:
    # A name that tells nothing, like that of a withdrawal made later.
    return target.with_name(f"tai-lieu-{secrets.token_hex(4)}.json")


def _leaving(words: Words, planned: PlannedSharing) -> list[str]:
    answers = planned.answers
    said = (answers.adult_now, answers.adult_in_picture, answers.nobody_doubts)
    return [
        planned.text,
        words("cli.share-hash.leaves"),
        words("cli.share-hash.leaves.hash", pdq=planned.pdq.hex, quality=planned.pdq.quality),
        words(
            "cli.share-hash.leaves.answers",
            answers=", ".join(words(f"cli.answer.{one.value}") for one in said),
        ),
        words("cli.share-hash.leaves.exchange", name=planned.card.name, key=planned.card.key),
        words("cli.share-hash.leaves.log"),
        words("cli.share-hash.stays"),
        words("cli.share-hash.compare", key=planned.card.key),
    ]


def _withdraw(out: Out, store: CaseStore, exhibit: str | None, folder: Path) -> None:
    """Write one file for each hash that was shared; the same ones again, as often as wanted."""
    found = withdraw_hashes(store, None if exhibit is None else _named(store, exhibit))
    _make(folder)
    written = []
    for one in found:
        path = folder / f"tai-lieu-{secrets.token_hex(4)}.json"
        write_new(path, one.file)
        written.append((path, one))
        out.say(
            "cli.share-hash.withdrawal",
            file=path.name,
            exchange=one.sharing.exchange_name,
            address=one.sharing.withdraw_at,
        )
    out.say("cli.share-hash.seen")
    out.say("cli.share-hash.withdrawn")
    out.say("cli.share-hash.holder")
    out.say("cli.share-hash.say-so", case=store.case.id)
    out.document({"withdrawals": [_withdrawal_json(path, one) for path, one in written]})


def _hand_in(out: Out, store: CaseStore, exhibit: str | None) -> None:
    """Record what the person says: the exchange has the file. Nothing is asked of it."""
    named = None if exhibit is None else _named(store, exhibit)
    said = hand_in(store, said_withdrawn(store, named))
    for one in said:
        out.say("cli.share-hash.handed-in", exchange=one.exchange_name)
    out.document({"handed_in": [one.id for one in said]})


def _named(store: CaseStore, exhibit: str) -> ExhibitId:
    # An item that is gone is still known by what was shared of it.
    known = {one.exhibit_id for one in store.all(HashSharing)}
    found = [one for one in known if exhibit in {one, one.partition("-")[2]}]
    return found[0] if len(found) == 1 else find_one(store, Exhibit, exhibit).id


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise TargetUnwritableError(name=folder.name) from error


def _card(path: Path) -> ExchangeCard:
    with ExitStack() as streams:
        return read_card(open_given(streams, path).stream.read(MAX_CARD_BYTES + 1))


def _shared_json(shared: Shared, planned: PlannedSharing, target: Path) -> dict[str, Json]:
    return {
        "sharing": shared.sharing.id,
        "exhibit": shared.sharing.exhibit_id,
        "exchange": shared.sharing.exchange,
        "exchange_name": shared.sharing.exchange_name,
        "withdraw_at": shared.sharing.withdraw_at,
        "text": planned.text,
        "file": str(target),
    }


def _withdrawal_json(path: Path, one: SignedWithdrawal) -> dict[str, Json]:
    return {
        "sharing": one.sharing.id,
        "exhibit": one.sharing.exhibit_id,
        "exchange": one.sharing.exchange,
        "exchange_name": one.sharing.exchange_name,
        "withdraw_at": one.sharing.withdraw_at,
        "file": str(path),
    }
