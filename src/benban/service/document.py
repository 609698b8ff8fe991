"""What stands in the OpenAPI document: requests, answers and refusals of each address."""

from typing import Any

import msgspec
from starlette.responses import HTMLResponse, JSONResponse

from benban.service import hma
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
    ("GET", "/v1/withdrawals"): ("The page with a form for it", None, None, 200),
    ("POST", "/v1/withdrawals"): ("A person takes a hash back", None, None, 204),
    ("GET", "/v1/banks"): ("Banks that the member reads", None, list[BankNow], 200),
    ("GET", "/v1/changes"): ("Signed delta", None, None, 200),
    ("GET", "/v1/audit"): ("Lines of the member's own audit", None, None, 200),
    ("GET", "/h/hash"): ("HMA: refused, no address is fetched", None, None, 403),
    ("POST", "/h/hash"): ("HMA: hash of a picture, if turned on", None, None, 200),
    ("GET", "/m/lookup"): ("HMA: is something near this hash?", None, None, 200),
    ("POST", "/m/lookup"): ("HMA: the same, not in the address", hma.Signal, None, 200),
    ("GET", "/m/raw_lookup"): ("HMA: ids; distances for curators", None, None, 200),
    ("POST", "/m/compare"): ("HMA: two hashes of the caller", hma.Pair, None, 200),
    ("GET", "/m/index/status"): ("HMA: the index is of now", None, None, 200),
    ("GET", "/c/banks"): ("HMA: the one bank of this face", None, None, 200),
    ("GET", "/c/bank/{name}"): ("HMA: that bank", None, None, 200),
    ("GET", "/c/signal_type"): ("HMA: PDQ", None, None, 200),
    ("POST", "/c/banks"): ("HMA: refused", None, None, 403),
    ("PUT", "/c/bank/{name}"): ("HMA: refused", None, None, 403),
    ("DELETE", "/c/bank/{name}"): ("HMA: refused", None, None, 403),
    ("POST", "/c/bank/{name}/content"): ("HMA: refused", None, None, 403),
    ("POST", "/c/bank/{name}/signal"): ("HMA: refused", None, None, 403),
    ("GET", "/status"): ("HMA: alive", None, None, 200),
}
_PAGE = {"text/html": {"schema": {"type": "string"}}}
_PAGES = frozenset({("GET", "/v1/withdrawals")})
# What an address answers beside its status above.
_ANSWERS: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
    ("POST", "/v1/withdrawals"): {
        "200": {"description": "To a form: the page that says it is gone", "content": _PAGE},
        "202": {
            "description": "Kept: no hash here belongs to it yet. It counts if it is signed with "
            "the key of the consent. To a form: the page that says so"
        },
    },
}
# Canonical JSON (share-hash-files.md), or the same file in a form.
_WITHDRAWAL = {
    "application/json": {
        "schema": {
            "type": "object",
            "properties": {
                "v": {"const": 1},
                "leaf": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "exchange": {"type": "string"},
                "signature": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
            },
            "required": ["exchange", "leaf", "signature", "v"],
            "additionalProperties": False,
        }
    },
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
            "additionalProperties": False,
        }
    },
}
_SIGNAL = (
    ("signal", {"type": "string", "pattern": "^[0-9a-f]{64}$"}, True),
    ("signal_type", {"type": "string", "enum": [hma.SIGNAL_TYPE]}, True),
    ("banks", {"type": "string", "enum": [hma.BANK_NAME]}, False),
)
_DISTANCE = ("include_distance", {"type": "string", "enum": ["true", "false"]}, False)
_AFTER = (("after", {"type": "integer", "minimum": 0}, False),)
_QUERIES: dict[str, tuple[tuple[str, dict[str, Any], bool], ...]] = {
    "/v1/changes": _AFTER,
    "/v1/audit": _AFTER,
    "GET /m/lookup": _SIGNAL,
    "/m/raw_lookup": (*_SIGNAL, _DISTANCE),
    "/m/index/status": (("signal_type", {"type": "string", "enum": [hma.SIGNAL_TYPE]}, False),),
}
_OPEN = frozenset({"/v1/withdrawals", "/status"})
_REFUSALS = {
    "400": "The request is not one that this address takes.",
    "401": "The key is not known or has ended.",
    "403": "The key may not be used for this.",
    "404": "No such hash or bank that the member may see.",
    "409": "Not in this state, used before, or twice at once.",
    "410": "The number is past the newest change: drop what was taken over, begin at 0.",
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
    extra["responses"] |= _ANSWERS.get((method, path), {})
    for code, said in _REFUSALS.items():
        extra["responses"][code] = {"description": said}
    if (method, path) == ("POST", "/v1/withdrawals"):
        extra["requestBody"] = {"required": True, "content": _WITHDRAWAL}
    if asked is not None:
        extra["requestBody"] = {"required": True, "content": _json(asked)}
    extra["parameters"] = [
        _parameter(name, "path", {"type": "string"}, is_required=True)
        for name in ("number", "name")
        if f"{{{name}}}" in path
    ] + [
        _parameter(name, "query", schema, is_required=is_required)
        for name, schema, is_required in _QUERIES.get(path) or _QUERIES.get(f"{method} {path}", ())
    ]
    if path not in _OPEN:
        extra["security"] = [{"key": []}]
    return {
        "summary": summary,
        "status_code": status,
        "openapi_extra": extra,
        "response_class": HTMLResponse if (method, path) in _PAGES else JSONResponse,
        "response_model": None,
    }


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


def _parameter(
    name: str, place: str, schema: dict[str, Any], *, is_required: bool
) -> dict[str, Any]:
    return {"name": name, "in": place, "required": is_required, "schema": schema}
