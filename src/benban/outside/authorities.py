"""The time-stamping authorities that a vault's setting leaves to be asked."""

from benban.outside.ask import Reach
from benban.outside.tsa import HttpAuthority
from benban.seal.authorities import load_authorities
from benban.seal.stamp_settings import (
    Choice,
    ChosenAuthority,
    changed,
    choices_bytes,
    effective_authorities,
    parse_choices,
)

# The name under which the vault's index keeps what the person changed of the list.
SETTING = "stamp-authorities"


def all_authorities(setting: bytes) -> tuple[ChosenAuthority, ...]:
    """
    Return every authority that is known, with whether it is asked.

    Raises:
        AuthoritySettingsError: BB-517.
    """
    return effective_authorities(load_authorities(), parse_choices(setting))


def enabled_authorities(setting: bytes) -> tuple[HttpAuthority, ...]:
    """
    Return those that are asked, each with every root its answers may lead to.

    Raises:
        AuthoritySettingsError: BB-517.
    """
    return tuple(
        HttpAuthority(
            authority_id=one.id,
            url=one.url,
            roots=one.roots,
            reach=Reach.CHOSEN if one.is_own else Reach.PUBLIC,
        )
        for one in all_authorities(setting)
        if one.is_enabled
    )


def changed_setting(setting: bytes, wanted: Choice) -> bytes:
    """
    Return the setting after the person chose something of one authority.

    Raises:
        AuthoritySettingsError: BB-517, it could not be asked like that; nothing is changed.
    """
    choices = changed(parse_choices(setting), wanted)
    effective_authorities(load_authorities(), choices)
    return choices_bytes(choices)
