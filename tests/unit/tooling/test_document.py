"""A benchmark's document holds what was asked for, what came out, and against whom."""

import json
import sys
from types import ModuleType

import pytest

from benchmarks.__main__ import main
from benchmarks._document import Claim, Comparison, Document, Peer


def _claim(
    *, value: float, target: float | None, comparison: Comparison | None, peer: Peer | None = None
) -> Claim:
    return Claim(
        name="demo",
        value=value,
        unit="s",
        n=5,
        note="quick",
        target=target,
        comparison=comparison,
        peer=peer,
    )


@pytest.mark.parametrize(
    ("value", "target", "comparison", "is_met"),
    [
        (59.0, 60.0, Comparison.AT_MOST, True),
        (61.0, 60.0, Comparison.AT_MOST, False),
        (0.7, 0.7, Comparison.AT_LEAST, True),
        (0.6, 0.7, Comparison.AT_LEAST, False),
        (1.0, 1.0, Comparison.EQUAL, True),
        (1.0, None, None, None),
    ],
)
def test_a_claim_is_met_when_the_value_reaches_the_target(
    value: float, target: float | None, comparison: Comparison | None, is_met: bool | None
) -> None:
    assert _claim(value=value, target=target, comparison=comparison).is_met is is_met


def test_a_target_without_comparison_is_refused() -> None:
    with pytest.raises(ValueError, match="a target needs a comparison"):
        _claim(value=1.0, target=1.0, comparison=None)


def test_the_document_has_the_agreed_fields() -> None:
    peer = Peer(name="pdqhash", version="0.2.8", value=50.0)
    claim = _claim(value=5.0, target=60.0, comparison=Comparison.AT_MOST, peer=peer)

    document = Document(name="spine", claims=(claim,), packages=("numpy",)).as_json()

    assert list(document) == ["name", "versions", "machine", "claims"]
    assert document["claims"] == [
        {
            "name": "demo",
            "value": 5.0,
            "unit": "s",
            "target": 60.0,
            "comparison": "<=",
            "met": True,
            "peer": {"name": "pdqhash", "version": "0.2.8", "value": 50.0, "ratio": 0.1},
            "n": 5,
            "note": "quick",
        }
    ]


@pytest.mark.parametrize(("name", "module"), [("bank", "bank"), ("source", "source.claims")])
def test_a_benchmark_of_one_file_or_a_folder_is_found_and_run_once(
    name: str,
    module: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran: list[bool] = []

    def run(*, quick: bool) -> Document:
        ran.append(quick)
        return Document(name=name, claims=())

    fake = ModuleType(f"benchmarks.{module}")
    fake.__dict__["run"] = run
    monkeypatch.setitem(sys.modules, f"benchmarks.{module}", fake)

    assert main([name, "--quick", "--json"]) == 0

    assert (ran, json.loads(capsys.readouterr().out)["name"]) == ([True], name)
