"""Banks, and which members read each and hand in to it."""

from sqlalchemy import Connection, delete, insert, select

from benban.exchange.ports import SharedBank
from benban.model.shared_hash import BankId, BankRule, MemberId
from benban.outside.exchange_store.tables import bank_readers, banks


def read_banks(connection: Connection) -> list[SharedBank]:
    """Return every bank in the order of ordinals, with those of its members that may be seen."""
    readers: dict[str, set[MemberId]] = {}
    hands_in: dict[str, set[MemberId]] = {}
    for row in connection.execute(select(bank_readers)):
        readers.setdefault(row.bank, set()).add(MemberId(row.member))
        if row.hands_in:
            hands_in.setdefault(row.bank, set()).add(MemberId(row.member))
    return [
        SharedBank(
            id=BankId(row.id),
            ordinal=row.ordinal,
            name=row.name,
            rule=BankRule(row.rule),
            owner=MemberId(row.owner),
            readers=frozenset(readers.get(row.id, set())),
            hands_in=frozenset(hands_in.get(row.id, set())),
            is_closed=bool(row.is_closed),
        )
        for row in connection.execute(select(banks).order_by(banks.c.ordinal))
    ]


def bank_values(bank: SharedBank) -> dict[str, object]:
    """Return the columns of a bank."""
    return {
        "id": bank.id,
        "ordinal": bank.ordinal,
        "name": bank.name,
        "rule": bank.rule.value,
        "owner": bank.owner,
        "is_closed": bank.is_closed,
    }


def keep_readers(connection: Connection, bank: SharedBank) -> None:
    """Keep who reads a bank and who hands in; who hands in reads, and the owner does both."""
    hands_in = {bank.owner, *bank.hands_in}
    rows = [
        {"bank": bank.id, "member": member, "hands_in": member in hands_in}
        for member in sorted({*bank.readers, *hands_in})
    ]
    connection.execute(delete(bank_readers).where(bank_readers.c.bank == bank.id))
    connection.execute(insert(bank_readers), rows)
