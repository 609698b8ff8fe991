"""What stands in the OpenAPI document: requests, answers and refusals of each address."""

from typing import Any

import msgspec

from benban.service.shapes import (
    Answers,
    Attestation,
    BankNow,
    CuratorsAnswer,
    CuratorsQuestion,
    Deed,
    HashNow,
    Question,
)

_OF = {
    ("POST", "/v1/lookups"): ("Is something near these hashes?", Question, Answers, 200),
    ("POST", "/v1/lookups/explain"): ("How near, and what", CuratorsQuestion, CuratorsAnswer, 200),
    ("POST", "/v1/hashes"): ("Hand in a hash", Attestation, HashNow, 201),
    ("GET", "/v1/hashes/{number}"): ("A hash as it stands", None, HashNow, 200),
    ("POST", "/v1/hashes/{number}/acts"): ("Do something with a hash", Deed, HashNow, 200),
    ("POST", "/v1/withdrawals"): ("A person takes a hash back", None, None, 204),
    ("GET", "/v1/banks"): ("Banks that the member reads", None, list[BankNow], 200),
    ("GET", "/v1/changes"): ("Signed delta", None, None, 200),
    ("GET", "/v1/audit"): ("Lines of the member's own audit", None, None, 200),
}
_REFUSALS = {
    "400": "The request is not one that this address takes.",
    "401": "The key is not known or has ended.",
    "403": "The key may not be used for this.",
    "404": "No such hash or bank that the member may see.",
    "409": "Not in this state, used before, or twice at once.",
    "422": "The hash, the proof or the withdrawal is refused.",
    "429": "More was asked than the key may ask; Retry-After says when again.",
    "503": "The node does not have the newest changes; Retry-After says when again.",
}


def describe(method: str, path: str) -> dict[str, Any]:
    """Return what FastAPI writes of an address into its document."""
    summary, asked, given, status = _OF[method, path]
    extra: dict[str, Any] = {"responses": {str(status): {"description": summary}}}
    if given is not None:
        extra["responses"][str(status)]["content"] = _json(given)
    for code, said in _REFUSALS.items():
        extra["responses"][code] = {"description": said}
    if asked is not None:
        extra["requestBody"] = {"required": True, "content": _json(asked)}
    if "{number}" in path:
        extra["parameters"] = [_parameter("number", "path", {"type": "string"})]
    if path in {"/v1/changes", "/v1/audit"}:
        extra["parameters"] = [_parameter("after", "query", {"type": "integer", "minimum": 0})]
    if path != "/v1/withdrawals":
        extra["security"] = [{"key": []}]
    return {"summary": summary, "openapi_extra": extra, "response_model": None}


def _json(shape: Any) -> dict[str, Any]:  # noqa: ANN401 - a type as msgspec takes it
    (schema,), components = msgspec.json.schema_components(
        [shape], ref_template="#/components/schemas/{name}"
    )
    # Written out in place: FastAPI keeps the list of components to itself.
    return {"application/json": {"schema": _inlined(schema, components)}}


def _inlined(value: Any, components: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        if "$ref" in value:
            return _inlined(components[value["$ref"].rsplit("/", 1)[1]], components)
        return {name: _inlined(one, components) for name, one in value.items()}
    return [_inlined(one, components) for one in value] if isinstance(value, list) else value


def _parameter(name: str, place: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}
