"""``benban exchange pull``: a bank taken over from an exchange, for ``benban scan``."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benban.cli.options import output_options, read_secret
from benban.cli.out import Out
from benban.cli.session import take_out
from benban.cli.words import Words
from benban.errors import FileUnreadableError, UsageError
from benban.errors.exchange import KeyRefusedError, PulledFolderError
from benban.exchange.card import MAX_CARD_BYTES, ExchangeCard, read_card
from benban.exchange.keys import key_id_in
from benban.outside.subscription import Subscription
from benban.seal.note import key_id

if TYPE_CHECKING:
    from benban.outside.exchange_pull import Pulled
    from benban.outside.pulled_bank import Pin

_PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")
_MEMBER = re.compile(r"[!-~]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What a person says of an exchange; all of it at the first pull."""

    card: ExchangeCard | None
    member: str | None
    public_key: bytes | None


def add_to(group: click.Group, words: Words) -> None:
    """Add pull."""
    group.add_command(_pull(words))


def _pull(words: Words) -> click.Command:
    path = click.Path(path_type=Path)

    @click.command("pull", help=words("cli.x.pull.help"))
    @click.argument("url")
    @click.option("--key-file", type=path, required=True, help=words("cli.x.o.key-file"))
    @click.option("--out", "folder", type=path, required=True, help=words("cli.x.o.pull-out"))
    @click.option("--card", type=path, help=words("cli.x.o.pull-card"))
    @click.option("--member", help=words("cli.x.o.pull-member"))
    @click.option("--public-key", help=words("cli.x.o.pull-key"))
    @output_options(words)
    def command(url: str, key_file: Path, folder: Path, **given: Any) -> None:
        # Late: the first process of a served exchange loads no bank.
        from benban.outside.exchange_pull import pull
        from benban.outside.pulled_bank import PulledFolder

        out = take_out(words, given)
        said, key = _said(words, given), _key(words, key_file)
        held = PulledFolder(folder)
        try:
            pin = _pin(words, held.pin(), said)
            subscription = Subscription(
                base_url=url, key=key, member=pin.member, public_key=pin.public_key
            )
            _print(out, pin, pull(held, pin, subscription))
        finally:
            held.close()

    return command


def _key(words: Words, file: Path) -> str:
    key = read_secret(words, file=file, descriptor=None, prompt_id="cli.x.ask-secret").strip()
    try:
        key_id_in(key)
    except KeyRefusedError as error:
        raise UsageError(reason=words("cli.x.pull.no-key")) from error
    return key


def _said(words: Words, given: dict[str, Any]) -> _Said:
    member, public_key = given["member"], given["public_key"]
    is_wrong = member is not None and not _MEMBER.fullmatch(member)
    is_wrong |= public_key is not None and not _PUBLIC_KEY.fullmatch(public_key)
    if is_wrong:
        raise UsageError(reason=words("cli.x.pull.wrong"))
    card = None if given["card"] is None else _card(given["card"])
    return _Said(
        card=card,
        member=member,
        public_key=None if public_key is None else bytes.fromhex(public_key),
    )


def _card(file: Path) -> ExchangeCard:
    try:
        with file.open("rb") as stream:
            return read_card(stream.read(MAX_CARD_BYTES + 1))
    except OSError as error:
        raise FileUnreadableError(name=file.name) from error


def _pin(words: Words, pinned: "Pin | None", said: _Said) -> "Pin":
    """Return whose bank it is: what was said at the first pull, and never what an answer says."""
    from benban.outside.pulled_bank import Pin  # see the command

    if pinned is None:
        if said.card is None or said.member is None or said.public_key is None:
            raise UsageError(reason=words("cli.x.pull.first"))
        if key_id(said.public_key) != said.card.key:
            raise UsageError(reason=words("cli.x.pull.card-other"))
        return Pin(card=said.card, member=said.member, public_key=said.public_key)
    is_same = said.card is None or said.card.key == pinned.card.key
    is_same &= said.member in {None, pinned.member}
    is_same &= said.public_key in {None, pinned.public_key}
    if not is_same:
        raise PulledFolderError(why="exchange")
    return pinned


def _print(out: Out, pin: "Pin", done: "Pulled") -> None:
    if done.is_anew:
        out.say("cli.x.pull.anew")
    until = f"{done.fresh_until:%Y-%m-%d %H:%M} UTC"
    out.say("cli.x.pull.done", name=pin.card.name, count=done.hashes)
    out.say("cli.x.pull.changed", came=done.came, went=done.went)
    out.say("cli.x.pull.until", until=until)
    out.document(
        {
            "exchange": pin.card.key,
            "hashes": done.hashes,
            "negative": done.negative,
            "came": done.came,
            "went": done.went,
            "change": done.through,
            "fresh_until": done.fresh_until.isoformat(),
            "began_anew": done.is_anew,
        }
    )
