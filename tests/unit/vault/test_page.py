"""docs/reference/vault-format-v1.md says what the program does."""

import re
from pathlib import Path

from benban.vault import BALLAST_BYTES, KdfCost
from benban.vault.database import _PRAGMAS
from benban.vault.kdf import FLOOR_MEMORY_KIB
from benban.vault.keys import KeyUse
from benban.vault.schema import AUDIT_SQL, CASE_SQL, INDEX_SQL, PEOPLE_SQL
from benban.vault.stream import Failure

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "vault-format-v1.md").read_text("utf-8")


def test_every_schema_stands_there_word_for_word() -> None:
    blocks = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)

    assert blocks == [INDEX_SQL, CASE_SQL, PEOPLE_SQL]
    assert AUDIT_SQL.strip() in PAGE


def test_every_pragma_stands_there_in_its_order() -> None:
    listed = re.search(r"in order: (.*?)\. `user_version`", PAGE, re.DOTALL)
    assert listed is not None
    named = re.findall(r"`([^`]+)`", listed[1])

    assert named == ["cipher_log_level = NONE", "key", *_PRAGMAS]


def test_every_label_and_failure_stands_there() -> None:
    words = [use.value for use in KeyUse] + [one.value for one in Failure]

    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_default_cost_floor_and_ballast_stand_there() -> None:
    cost = KdfCost()
    default = f"Default {cost.memory_kib:,} KiB, {cost.passes} passes, {cost.lanes} lanes"

    assert default in PAGE
    assert f"**Floor** {FLOOR_MEMORY_KIB:,} KiB" in PAGE
    assert f"{BALLAST_BYTES >> 20} MiB by default" in PAGE
