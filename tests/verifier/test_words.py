"""Every message stands in both languages, with the same places, and is used."""

import ast
import string
from pathlib import Path

from benban_verify import cli
from benban_verify.messages_en import ENGLISH
from benban_verify.messages_vi import VIETNAMESE

SOURCES = sorted(Path(cli.__file__).parent.glob("*.py"))
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "verifier.md"
# Put together from a part that varies.
BUILT = {
    *(f"end.{code}" for code in range(4)),
    "end.demonstration",
    *(f"result.{result}" for result in ("PASS", "FAIL", "NOT_DONE")),
    "bag_info.pass_reading",
    "bag_info.pass_authority",
}

# Names of files, and the beginning of a name that is put together.
NOT_MESSAGES = {"token.tsr", "token.der", "bag_info.pass_"}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def texts_in_sources() -> set[str]:
    """Every text constant of the package outside the tables."""
    return {
        node.value
        for path in SOURCES
        if not path.name.startswith("messages_")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_both_tables_have_the_same_messages() -> None:
    assert set(VIETNAMESE) == set(ENGLISH)


def test_both_languages_fill_the_same_places() -> None:
    differing = [name for name in ENGLISH if places(ENGLISH[name]) != places(VIETNAMESE[name])]
    assert differing == []


def test_no_two_failures_read_the_same() -> None:
    for table in (ENGLISH, VIETNAMESE):
        said = [text for name, text in table.items() if not name.startswith("check.")]
        assert len(set(said)) == len(said)


def test_every_message_is_used() -> None:
    used = texts_in_sources() | BUILT
    unused = [name for name in ENGLISH if name not in used and not name.startswith("check.")]
    assert unused == []


def test_every_message_that_is_used_exists() -> None:
    families = {name.partition(".")[0] for name in ENGLISH if "." in name}
    ids = {
        text
        for text in texts_in_sources()
        if text.partition(".")[0] in families and text.partition(".")[2].replace("_", "").isalpha()
    }
    assert sorted(ids - set(ENGLISH) - NOT_MESSAGES) == []


def test_every_check_and_finding_is_in_the_reference() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    checks = {name.removeprefix("check.") for name in ENGLISH if name.startswith("check.")}
    findings = {name for name in ENGLISH if "." in name} - BUILT
    wanted = checks | {name for name in findings if not name.startswith("check.")}
    assert [name for name in sorted(wanted) if f"`{name}`" not in page] == []
