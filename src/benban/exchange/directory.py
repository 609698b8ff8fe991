"""Members, keys and banks as a node holds them in memory; read anew when one of them changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benban.exchange.keys import ApiKey
from benban.exchange.ports import Member, SharedBank, Transaction
from benban.model.shared_hash import BankRule, MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """
    Who may ask what.

    Attributes:
        members: those that were not stopped.
        keys: by id, of these members.
        banks: open ones, in the order of their ordinals.
    """

    members: Mapping[MemberId, Member] = field(default_factory=dict)
    keys: Mapping[str, ApiKey] = field(default_factory=dict)
    banks: Sequence[SharedBank] = ()

    def banks_of(self, member: MemberId) -> list[SharedBank]:
        """Return the open banks that a member reads."""
        return [one for one in self.banks if member in one.readers]

    def ordinals_of(self, member: MemberId, rule: BankRule) -> frozenset[int]:
        """Return the ordinals of the open banks under a rule that a member reads."""
        return frozenset(one.ordinal for one in self.banks_of(member) if one.rule is rule)


def read_directory(work: Transaction) -> Directory:
    """Return what stands in the system of record."""
    members = {one.id: one for one in work.members() if not one.is_stopped}
    return Directory(
        members=members,
        keys={one.id: one for one in work.api_keys() if one.member in members},
        banks=tuple(one for one in work.banks() if not one.is_closed),
    )
