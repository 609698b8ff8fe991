"""What was found as a fake and what was declared as an original are never mixed up (HARM 12)."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, Source, product_sources, source_of

WRONG = ROOT / "tests" / "architecture" / "wrong_fingerprints.py"
REMARK = re.compile(r"  # type: ignore\[([a-z,-]+)\]$")
# The one place that makes each kind; the vault reads them back by their declared type.
HOMES = {
    "QuestionedFingerprint": "casework/fingerprints.py",
    "OriginalFingerprint": "casework/originals.py",
}


def test_each_kind_of_fingerprint_is_made_in_one_place() -> None:
    found = [(source.place, name) for source in product_sources() for name in _kinds_made(source)]

    assert sorted(found) == sorted((place, name) for name, place in HOMES.items())


@pytest.mark.parametrize(
    "text",
    [
        "OriginalFingerprint(original_id=a, picture=b)",
        "fingerprint.OriginalFingerprint(original_id=a, picture=b)",
        "make = partial(OriginalFingerprint, original_id=a)",
        "from benban.model.fingerprint import OriginalFingerprint as Found; Found(picture=b)",
    ],
)
def test_making_one_elsewhere_is_seen(text: str) -> None:
    assert list(_kinds_made(source_of(text))) == ["OriginalFingerprint"]


@pytest.mark.long
def test_the_wrong_fingerprint_is_refused_wherever_it_is_used(tmp_path: Path) -> None:
    lines = WRONG.read_text(encoding="utf-8").splitlines()
    wrong = {
        (number, code)
        for number, line in enumerate(lines, start=1)
        for remark in [REMARK.search(line)]
        if remark is not None
        for code in remark[1].split(",")
    }
    bare = tmp_path / "bare.py"
    bare.write_text("\n".join(REMARK.sub("", line) for line in lines), encoding="utf-8")

    said = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--follow-imports", "silent", bare],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout

    refused = re.findall(r"bare\.py:(\d+): error: .*\[([a-z-]+)\]$", said, re.MULTILINE)
    assert {(int(line), code) for line, code in refused} == wrong


def _kinds_made(source: Source) -> Iterator[str]:
    """Yield the kinds that a source calls, hands on to be called or renames."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in HOMES:
                yield name
            case ast.Call(func=ast.Name(id="partial"), args=[ast.Name(id=name), *_]) if (
                name in HOMES
            ):
                yield name
            case ast.alias(name=name, asname=str()) if name in HOMES:
                yield name
