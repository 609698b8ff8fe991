"""
Who may do what in PostgreSQL: three parts, none of which owns a table.

The program logs in as a role that may take these parts and has no rights of its own. Row-level
security is forced, so that it holds for the owner, too; a member that is not named sees nothing.
Lines of the audit are put in and read, never changed.

Source: PostgreSQL 15, section 5.8, and ``CREATE POLICY``.
"""

_ME = "current_setting('benban.member', true)"
_MY_BANKS = f"bank IN (SELECT r.bank FROM bank_readers r WHERE r.member = {_ME})"  # noqa: S608 - constants
_PARTS = ("benban_member", "benban_matcher", "benban_operator")

# Of a member: which rows of each table, to read and to write; no entry: none.
_READS = {
    "members": f"id = {_ME}",
    "api_keys": f"member = {_ME}",
    "banks": _MY_BANKS.replace("bank IN", "id IN", 1),
    "bank_readers": f"member = {_ME}",
    "hashes": _MY_BANKS,
    "changes": _MY_BANKS,
    "audit": f"member = {_ME}",
    "remembered": f"split_part(actor, ':', 1) = {_ME}",
}
_INSERTS = {
    "hashes": f"attested_by = {_ME} AND {_MY_BANKS}",
    "changes": _MY_BANKS,
    "audit": f"member = {_ME}",
    "remembered": f"split_part(actor, ':', 1) = {_ME}",
}
_UPDATES = {"hashes": _MY_BANKS, "banks": _READS["banks"]}
_MATCHER_READS = ("members", "api_keys", "banks", "bank_readers", "hashes", "changes")
_OPERATOR_CHANGES = (
    *("members", "api_keys", "banks", "bank_readers"),
    *("hashes", "changes", "remembered", "proposals"),
)
_FIRST = (*_OPERATOR_CHANGES, "audit")
PROTECTED = (*_FIRST, "early_withdrawals")


def _policy(table: str, part: str, verb: str, rows: str) -> str:
    clause = f"WITH CHECK ({rows})" if verb == "INSERT" else f"USING ({rows})"
    name = f"{table}_{part.removeprefix('benban_')}_{verb.lower()}"
    return f"CREATE POLICY {name} ON {table} FOR {verb} TO {part} {clause}"


def _statements() -> list[str]:
    member, matcher, operator = _PARTS
    made = [
        f"DO $$ BEGIN CREATE ROLE {part} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        for part in _PARTS
    ]
    for table in _FIRST:
        made.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        made.append(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table, rows in _READS.items():
        made.append(f"GRANT SELECT ON {table} TO {member}")
        made.append(_policy(table, member, "SELECT", rows))
    for table, rows in _INSERTS.items():
        made.append(f"GRANT INSERT ON {table} TO {member}")
        made.append(_policy(table, member, "INSERT", rows))
    made.append(f"GRANT UPDATE ON hashes TO {member}")
    made.append(f"GRANT UPDATE (next_count) ON banks TO {member}")
    made += [_policy(table, member, "UPDATE", rows) for table, rows in _UPDATES.items()]
    for table in _MATCHER_READS:
        made.append(f"GRANT SELECT ON {table} TO {matcher}")
        made.append(_policy(table, matcher, "SELECT", "true"))
    for table in _OPERATOR_CHANGES:
        made.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {operator}")
        made += [_policy(table, operator, verb, "true") for verb in _VERBS]
    made.append(f"GRANT SELECT, INSERT ON audit TO {operator}")
    made += [_policy("audit", operator, verb, "true") for verb in ("SELECT", "INSERT")]
    made.append(f"GRANT SELECT ON counters TO {', '.join(_PARTS)}")
    made.append(f"GRANT UPDATE ON counters TO {member}, {operator}")
    # For ``benban exchange check``.
    made.append(f"GRANT SELECT ON alembic_version TO {operator}")
    return made


_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")
STATEMENTS = tuple(_statements())


def _early() -> list[str]:
    member, _, operator = _PARTS
    table = "early_withdrawals"
    # A member's hand-in looks for one leaf, which nobody knows who has not the consent.
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"GRANT SELECT ON {table} TO {member}",
        _policy(table, member, "SELECT", "true"),
        f"GRANT SELECT, INSERT, DELETE ON {table} TO {operator}",
        *(_policy(table, operator, verb, "true") for verb in ("SELECT", "INSERT", "DELETE")),
    ]


EARLY = tuple(_early())

# A member that only reads a bank puts no row into it, whatever the program forgets to ask.
_MY_BANKS_TO_HAND_IN = _MY_BANKS.removesuffix(")") + " AND r.hands_in)"
HANDS_IN = (
    f"ALTER POLICY hashes_member_insert ON hashes WITH CHECK (attested_by = {_ME}"
    f" AND {_MY_BANKS_TO_HAND_IN})"
)
