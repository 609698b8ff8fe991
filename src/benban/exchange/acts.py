"""What two people agreed to, done: in the transaction in which the second one says yes."""

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from benban.errors.exchange import ActRefusedError, ActUnknownError, NothingSuchError
from benban.exchange.audit import AuditEntry
from benban.exchange.disputes import deciders, may_office_decide
from benban.exchange.entry import OPERATORS
from benban.exchange.fit import has_hash, without_hashes
from benban.exchange.life import Wish, after
from benban.exchange.ports import Member, SharedBank, Transaction
from benban.exchange.two_people import BankAct, BankRight, Proposal, agreed, proposed, waits_at
from benban.model.shared_hash import Act, BankId, BankRule, HashId, MemberId, SharedHash

# What each act needs to be told, and nothing else.
NEEDS: Mapping[BankAct, frozenset[str]] = {
    BankAct.MAKE_BANK: frozenset({"name", "rule", "owner"}),
    BankAct.OPEN_BANK: frozenset({"bank", "member", "may"}),
    BankAct.CLOSE_BANK: frozenset({"bank"}),
    BankAct.RELEASE_HOLD: frozenset({"hash"}),
    BankAct.KEEP_DISPUTED: frozenset({"hash"}),
    BankAct.REMOVE_DISPUTED: frozenset({"hash"}),
    BankAct.LET_MEMBER_IN: frozenset({"name"}),
    BankAct.STOP_MEMBER: frozenset({"member"}),
}
_MEMBER_SECRET_BYTES = 32
_LONGEST_NAME = 200
_LARGEST_ID = (1 << 63) - 1


def propose(
    work: Transaction, act: BankAct, particulars: Mapping[str, str], *, by: str, at: datetime
) -> tuple[Proposal, bool]:
    """
    Return an act that waits for a second person, and whether it was added.

    What is added has a line in the chain of the people. What waits already waits once: whoever
    asks for the same gets that one, with the name of who proposed it; two with the same words would
    both be agreed to, and done twice.

    Args:
        work: of the operator.
        act: what is to be done.
        particulars: what it needs; kept in NFC, with single spaces.
        by: who asks.
        at: aware UTC.

    Raises:
        ActUnknownError: BB-989, particulars are missing, too many, or a hash of a picture.
    """
    particulars = {name: _tidied(value) for name, value in particulars.items()}
    if NEEDS.get(act) != frozenset(particulars) or not all(map(_is_short, particulars.values())):
        raise ActUnknownError(act=act.value, needs=", ".join(sorted(NEEDS.get(act, frozenset()))))
    if act is BankAct.MAKE_BANK and particulars["rule"] not in {one.value for one in BankRule}:
        raise ActUnknownError(act=act.value, needs="rule: match, negative")
    if "hash" in particulars:
        if not _is_number(particulars["hash"]):
            raise ActUnknownError(act=act.value, needs="hash: 123…")
        particulars["hash"] = str(int(particulars["hash"]))
    work.take_turn()
    if act is BankAct.OPEN_BANK:
        _require_right(work, particulars)
    proposal = proposed(f"prp-{secrets.token_hex(6)}", act, particulars, by=by, at=at)
    for one in work.proposals():
        if one.digest == proposal.digest and waits_at(one, at):
            return one, False
    work.keep_proposal(proposal)
    work.add_audit([_line_of_people("propose", proposal, by=by, at=at)])
    return proposal, True


def agree(work: Transaction, proposal_id: str, *, by: str, digest: str, at: datetime) -> str:
    """
    Return the id of what was made or changed, after it was done.

    A line says so in the chain of the member whom it is about, and one in that of the people.

    Args:
        work: of the operator; all of it is done or nothing.
        proposal_id: of what waits.
        by: the second person.
        digest: of what they read.
        at: aware UTC.

    Raises:
        SecondPersonError: BB-957.
        NothingSuchError: BB-988.
        ActRefusedError: BB-955. HashUnknownError: BB-956.
    """
    work.take_turn()
    waiting = next((one for one in work.proposals() if one.id == proposal_id), None)
    if waiting is None:
        raise NothingSuchError(what=without_hashes(proposal_id))
    done = agreed(waiting, by=by, digest=digest, at=at)
    work.keep_proposal(done)
    changed, member = _DEEDS[done.act](work, done.particulars, at)
    entry = AuditEntry(
        member=member,
        at=at,
        actor="operator",
        deed=done.act.value,
        subject=changed,
        reason=f"{done.proposed_by} + {by}",
    )
    work.add_audit([entry, _line_of_people("agree", done, by=by, at=at)])
    return changed


def _line_of_people(deed: str, proposal: Proposal, *, by: str, at: datetime) -> AuditEntry:
    return AuditEntry(
        member=OPERATORS,
        at=at,
        actor=by,
        deed=deed,
        subject=proposal.id,
        reason=proposal.act.value,
    )


def _tidied(value: str) -> str:
    return " ".join(unicodedata.normalize("NFC", value).split())


def _is_short(value: str) -> bool:
    # No hash stands where everybody who runs the exchange reads, and in the audit.
    return 0 < len(value) <= _LONGEST_NAME and "\x00" not in value and not has_hash(value)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and int(value) <= _LARGEST_ID


def _require_right(work: Transaction, said: Mapping[str, str]) -> None:
    rights = {one.value for one in BankRight}
    bank = next((one for one in work.banks() if one.id == said["bank"]), None)
    if bank is not None and bank.owner == said["member"]:
        rights = {BankRight.HANDS_IN.value}
    elif bank is not None and bank.rule is BankRule.NEGATIVE:
        # What must not match comes from its owner alone.
        rights = {BankRight.READS.value}
    if said["may"] not in rights:
        raise ActUnknownError(
            act=BankAct.OPEN_BANK.value, needs="may: " + ", ".join(sorted(rights))
        )


def _make_bank(work: Transaction, said: Mapping[str, str], _at: datetime) -> tuple[str, MemberId]:
    owner = _member(work, said["owner"])
    bank = SharedBank(
        id=BankId(f"bnk-{secrets.token_hex(6)}"),
        ordinal=1 + max((one.ordinal for one in work.banks()), default=-1),
        name=said["name"],
        rule=BankRule(said["rule"]),
        owner=owner.id,
        readers=frozenset({owner.id}),
        hands_in=frozenset({owner.id}),
    )
    work.keep_bank(bank)
    return bank.id, owner.id


def _open_bank(work: Transaction, said: Mapping[str, str], at: datetime) -> tuple[str, MemberId]:
    bank, member = _bank(work, said["bank"]), _member(work, said["member"])
    # One that was proposed before rights were asked for says none: the lesser one.
    is_to_hand_in = said.get("may") == BankRight.HANDS_IN.value
    others = bank.hands_in - {member.id}
    hands_in = others | {member.id} if is_to_hand_in else others
    work.keep_bank(replace(bank, readers=bank.readers | {member.id}, hands_in=hands_in))
    if member.id not in bank.readers:
        work.tell_again(bank.id, at)  # the newcomer may be past their numbers
    return bank.id, member.id


def _close_bank(work: Transaction, said: Mapping[str, str], at: datetime) -> tuple[str, MemberId]:
    bank = _bank(work, said["bank"])
    work.keep_bank(replace(bank, is_closed=True))
    work.tell_again(bank.id, at)  # subscribers drop what they hold of it
    return bank.id, bank.owner


def _release(work: Transaction, said: Mapping[str, str], at: datetime) -> tuple[str, MemberId]:
    released = after(_hash(work, said["hash"]), Wish(act=Act.RELEASE, at=at))
    work.keep_hash(released, Act.RELEASE, at)
    return str(released.id), released.attested_by


def _keep(work: Transaction, said: Mapping[str, str], at: datetime) -> tuple[str, MemberId]:
    return _decide(work, said, Wish(act=Act.OFFICE_KEEP, at=at))


def _remove(work: Transaction, said: Mapping[str, str], at: datetime) -> tuple[str, MemberId]:
    return _decide(work, said, Wish(act=Act.OFFICE_REMOVE, at=at))


def _decide(work: Transaction, said: Mapping[str, str], wish: Wish) -> tuple[str, MemberId]:
    disputed = _hash(work, said["hash"])
    decided = after(disputed, wish)
    may = deciders(disputed, _bank(work, disputed.bank), work.members())
    if not may_office_decide(disputed, may, wish.at):
        state = disputed.state.value
        raise ActRefusedError("members decide first", act=wish.act.value, state=state)
    work.keep_hash(decided, wish.act, wish.at)
    return str(decided.id), decided.attested_by


def _let_in(work: Transaction, said: Mapping[str, str], at: datetime) -> tuple[str, MemberId]:
    member = Member(
        id=MemberId(f"mem-{secrets.token_hex(8)}"),
        name=said["name"],
        secret=secrets.token_bytes(_MEMBER_SECRET_BYTES),
        made_at=at,
    )
    work.keep_member(member)
    return member.id, member.id


def _stop(work: Transaction, said: Mapping[str, str], _at: datetime) -> tuple[str, MemberId]:
    member = _member(work, said["member"])
    work.keep_member(replace(member, is_stopped=True))
    return member.id, member.id


def _member(work: Transaction, name: str) -> Member:
    found = next((one for one in work.members() if one.id == name), None)
    if found is None:
        raise NothingSuchError(what=without_hashes(name))
    return found


def _hash(work: Transaction, number: str) -> SharedHash:
    if not _is_number(number):
        raise NothingSuchError(what=without_hashes(number))
    return work.hash_of(HashId(int(number)))


def _bank(work: Transaction, name: str) -> SharedBank:
    found = next((one for one in work.banks() if one.id == name), None)
    if found is None:
        raise NothingSuchError(what=without_hashes(name))
    return found


_Deed = Callable[[Transaction, Mapping[str, str], datetime], tuple[str, MemberId]]
_DEEDS: Mapping[BankAct, _Deed] = {
    BankAct.MAKE_BANK: _make_bank,
    BankAct.OPEN_BANK: _open_bank,
    BankAct.CLOSE_BANK: _close_bank,
    BankAct.RELEASE_HOLD: _release,
    BankAct.KEEP_DISPUTED: _keep,
    BankAct.REMOVE_DISPUTED: _remove,
    BankAct.LET_MEMBER_IN: _let_in,
    BankAct.STOP_MEMBER: _stop,
}
