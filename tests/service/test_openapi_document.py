"""Every address of the exchange, asked at random by what its own OpenAPI document says of it."""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from benban.outside.exchange_store.store import DatabaseStore
from benban.service.app import make_app
from benban.service.document import describe
from benban.service.limits import Allowance
from tests.contract.exchange_stores import made_file, store
from tests.service.exchange_client import Exchange, exchange
from tests.service.served import served
from tests.unit.exchange.shared import ATTESTER, pdq

__all__ = ["exchange", "made_file", "store"]

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
_ADDRESSES = 29
# A withdrawal is done or kept; a form gets a page.
_ENDS = {("post", "/v1/withdrawals"): 3}
# What HMA's clients say besides is passed over (``seed=7``); a withdrawal's form is in no schema.
_STRICT = ("/v1/lookups", "/v1/hashes")
_NO_LIMIT = 10**9
_UNLIMITED = Allowance(
    requests_a_second=_NO_LIMIT,
    hashes_a_second=_NO_LIMIT,
    hashes_a_day=_NO_LIMIT,
    near_one_hash_a_day=_NO_LIMIT,
    attestations_an_hour=_NO_LIMIT,
    withdrawals_a_minute=_NO_LIMIT,
    refused_a_minute=_NO_LIMIT,
)


@pytest.fixture
def empty_store(made_file: Path, tmp_path: Path) -> Iterator[DatabaseStore]:
    """SQLite alone: what is asked here is the wire."""
    shutil.copy(made_file, tmp_path / "exchange.db")
    opened = DatabaseStore(f"sqlite:///{tmp_path / 'exchange.db'}")
    yield opened
    opened.close()


@dataclass(kw_only=True)
class Asking:
    """A served exchange with a hash that is active, and what it answered to what was asked."""

    address: str
    number: str
    keys: Mapping[str, str]
    session: requests.Session = field(default_factory=requests.Session)
    seen: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def document(self) -> Any:  # noqa: ANN401 - schemathesis's own
        """Return its document."""
        self.session.trust_env = False
        return schemathesis.openapi.from_url(f"{self.address}/openapi.json")

    def at_random(self, examples: int) -> int:
        """Return how many addresses were asked, each as the document says and otherwise."""
        asked = 0
        for found in self.document().get_all_operations():
            operation = found.ok()
            for mode in _modes(operation):
                self._ask(operation, mode, self.keys, examples)
                # Without a key nothing but the door is reached: fewer are enough.
                self._ask(operation, mode, {}, examples // 4)
            asked += 1
        return asked

    def _ask(
        self,
        operation: Any,  # noqa: ANN401 - schemathesis's own
        mode: GenerationMode,
        headers: Mapping[str, str],
        examples: int,
    ) -> None:
        checks = list(_CHECKS)
        if operation.path.startswith(_STRICT):
            checks.append(negative_data_rejection)

        @settings(
            max_examples=max(1, examples),
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:  # noqa: ANN401 - schemathesis's own
            answer = case.call(session=self.session, headers=headers)
            case.validate_response(answer, checks=checks)
            self.seen[operation.label].add(answer.status_code)
            said = f"{answer.headers} {answer.text}".lower()
            # A delta is what hands hashes out; nothing else ever has one.
            assert (pdq(1).hex in said) <= (operation.path == "/v1/changes")
            assert "traceback" not in said

        ask()


@pytest.fixture
def asking(exchange: Exchange) -> Iterator[Asking]:
    """Return an exchange that answers over HTTP, without limits."""
    number = exchange.activate(1)
    app = make_app(exchange.process, _UNLIMITED, is_get_taken=True)
    keys = {"Authorization": f"Bearer {exchange.keys[ATTESTER]}"}
    with served(app) as base:
        yield Asking(address=base, number=number, keys=keys)


def _modes(operation: Any) -> list[GenerationMode]:  # noqa: ANN401 - schemathesis's own
    # Where nothing is taken, nothing can be wrong: schemathesis would filter every case out. A
    # path that may be any text is the same to it, so the document says what it must be.
    takes = [*operation.path_parameters, *operation.query, *operation.body]
    return list(GenerationMode) if takes else [GenerationMode.POSITIVE]


def test_every_address_answers_as_the_document_says(asking: Asking) -> None:
    assert asking.at_random(4) == _ADDRESSES

    # More than the door was reached, wherever there is a door.
    assert [label for label, statuses in asking.seen.items() if statuses <= {401}] == []
    assert len(asking.seen) == _ADDRESSES


@pytest.mark.long
def test_every_address_answers_as_the_document_says_asked_often(asking: Asking) -> None:
    assert asking.at_random(400) == _ADDRESSES


def test_what_succeeds_has_the_shape_that_the_document_says(
    asking: Asking, exchange: Exchange
) -> None:
    near = {"signal": pdq(1).hex, "signal_type": "pdq"}
    why = "A post was disputed by its author."
    honest: list[tuple[str, str, Any, Mapping[str, str]]] = [
        ("POST", "/v1/lookups", {"hashes": [pdq(1).hex, pdq(2).hex]}, {}),
        ("POST", "/v1/lookups/explain", {"hash": pdq(1).hex, "reason": why}, {}),
        ("POST", "/v1/hashes", exchange.attestation(2), {"Idempotency-Key": "one"}),
        ("GET", "/v1/hashes/{number}", None, {}),
        ("GET", "/v1/banks", None, {}),
        ("GET", "/v1/changes", None, {}),
        ("GET", "/v1/audit", None, {}),
        ("GET", "/m/lookup", near, {}),
        ("POST", "/m/lookup", near, {}),
        ("GET", "/m/raw_lookup", near, {}),
        ("GET", "/m/raw_lookup", {**near, "include_distance": "true"}, {"Benban-Reason": why}),
        ("POST", "/m/compare", {"pdq": [pdq(1).hex, pdq(2).hex]}, {}),
        ("GET", "/m/index/status", None, {}),
        ("GET", "/c/banks", None, {}),
        ("GET", "/c/bank/{name}", None, {}),
        ("GET", "/c/signal_type", None, {}),
        ("GET", "/status", None, {}),
        ("GET", "/health", None, {}),
        ("GET", "/ready", None, {}),
        ("GET", "/metrics", None, {}),
        ("POST", "/v1/hashes/{number}/acts", {"act": "withdraw"}, {}),
    ]
    document = asking.document()

    for method, path, said, headers in honest:
        place = path.format(number=asking.number, name="BENBAN") if "{" in path else path
        answer = asking.session.request(
            method,
            asking.address + place,
            headers={**asking.keys, **headers},
            params=said if method == "GET" else None,
            json=said if method == "POST" else None,
        )
        document[path][method].validate_response(answer)
        assert answer.status_code == describe(method, path)["status_code"], (method, path)


def test_the_document_says_no_more_than_is_so(asking: Asking) -> None:
    document = asking.session.get(f"{asking.address}/openapi.json").json()
    said = str(document)

    # What Python alone reads, and what the framework writes by itself.
    assert [
        one for one in (r"\Z", "HTTPValidationError", "Successful Response") if one in said
    ] == []
    assert set(document["components"]["securitySchemes"]) == {"key"}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            succeeds = [code for code in one["responses"] if code.startswith("2")]
            most = _ENDS.get((method, path), 1)
            assert len(succeeds) <= most, (method, path)


@pytest.mark.parametrize("path", ["/m/lookup/", "/v1/lookups/", "/c/banks/", "/office", "/x"])
def test_an_address_that_is_none_is_not_repeated_in_an_answer(
    exchange: Exchange, path: str
) -> None:
    answer = exchange.get(f"{path}?signal={pdq(1).hex}&signal_type=pdq")

    assert answer.status_code == 404
    assert pdq(1).hex not in f"{answer.headers} {answer.text}"
