"""``benban authority``: who is asked for time stamps, and which roots they may lead to."""

from pathlib import Path
from typing import Any

import click

from benban.cli.options import common_options
from benban.cli.out import Out
from benban.cli.session import opened_vault, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import FileUnreadableError
from benban.outside.authorities import SETTING, all_authorities, changed_setting
from benban.seal.digests import sha256_of
from benban.seal.stamp_settings import Choice, ChosenAuthority
from benban.seal.tsp import load_roots
from benban.wiring_case import Vault

_MAX_ROOT_BYTES = 256 * 1024


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("authority", help=words("cli.authority.help"))
    for command in (_list(words), _enable(words), _disable(words)):
        group.add_command(command)
    return group


def _list(words: Words) -> click.Command:
    @click.command("list", help=words("cli.authority.list.help"))
    @common_options(words)
    def list_authorities(**given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_vault(words, options) as vault:
            found = all_authorities(vault.setting(SETTING))
        _print(out, found)

    return list_authorities


def _enable(words: Words) -> click.Command:
    @click.command("enable", help=words("cli.authority.enable.help"))
    @click.argument("name")
    @click.option("--url", default="", help=words("cli.authority.o.url"))
    @click.option(
        "--root",
        "roots",
        multiple=True,
        type=click.Path(path_type=Path),
        help=words("cli.authority.o.root"),
    )
    @common_options(words)
    def enable(name: str, url: str, roots: tuple[Path, ...], **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        wanted = Choice(id=name, is_enabled=True, url=url, roots=tuple(map(_read, roots)))
        with opened_vault(words, options) as vault:
            found = _changed(vault, wanted)
        _print(out, found)

    return enable


def _disable(words: Words) -> click.Command:
    @click.command("disable", help=words("cli.authority.disable.help"))
    @click.argument("name")
    @common_options(words)
    def disable(name: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_vault(words, options) as vault:
            found = _changed(vault, Choice(id=name, is_enabled=False))
        _print(out, found)

    return disable


def _changed(vault: Vault, wanted: Choice) -> tuple[ChosenAuthority, ...]:
    vault.set_setting(SETTING, changed_setting(vault.setting(SETTING), wanted))
    return all_authorities(vault.setting(SETTING))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_MAX_ROOT_BYTES)
    except OSError as error:
        raise FileUnreadableError(name=path.name) from error


def _print(out: Out, found: tuple[ChosenAuthority, ...]) -> None:
    for one in found:
        state = out.words("cli.authority.on" if one.is_enabled else "cli.authority.off")
        out.line(f"{one.id:<16} {state:<8} {one.host}")
        for root in _fingerprints(one):
            out.line(f"  {root}")
    out.document(
        {
            "authorities": [
                {
                    "id": one.id,
                    "enabled": one.is_enabled,
                    "host": one.host,
                    "roots": list(_fingerprints(one)),
                }
                for one in found
            ]
        }
    )


def _fingerprints(one: ChosenAuthority) -> tuple[str, ...]:
    from cryptography.hazmat.primitives.serialization import Encoding

    if not one.roots:
        return ()
    loaded = load_roots(one.roots)
    return tuple(sha256_of(root.public_bytes(Encoding.DER)).hex for root in loaded)
