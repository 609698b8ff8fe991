"""What stands in the OpenAPI document: requests, answers and refusals of each address."""

from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.responses import Response

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

_Found = dict[str, list[dict[str, int | str]]]

_OF: dict[tuple[str, str], tuple[str, Any, Any, int]] = {
    ("POST", "/v1/lookups"): ("Is something near these hashes?", Question, Answers, 200),
    ("POST", "/v1/lookups/explain"): ("How near, and what", CuratorsQuestion, CuratorsAnswer, 200),
    ("POST", "/v1/hashes"): ("Hand in a hash", Attestation, HashNow, 201),
    ("GET", "/v1/hashes/{number}"): ("A hash as it stands", None, HashNow, 200),
    ("POST", "/v1/hashes/{number}/acts"): ("Do something with a hash", Deed, HashNow, 200),
    ("GET", "/v1/withdrawals"): ("The page with a form for it", None, None, 200),
    ("POST", "/v1/withdrawals"): ("A person takes a hash back", None, None, 204),
    ("GET", "/v1/banks"): ("Banks that the member reads", None, list[BankNow], 200),
    ("GET", "/v1/changes"): ("Signed delta", None, None, 200),
    ("GET", "/v1/audit"): (
        "Lines of the member's own audit, and its signed end",
        None,
        dict[str, Any],
        200,
    ),
    ("GET", "/h/hash"): ("HMA: refused, no address is fetched", None, None, 403),
    ("POST", "/h/hash"): ("HMA: hash of a picture, if turned on", None, dict[str, str], 200),
    ("GET", "/m/lookup"): ("HMA: is something near this hash?", None, _Found, 200),
    ("POST", "/m/lookup"): ("HMA: the same, not in the address", hma.Signal, dict[str, Any], 200),
    ("GET", "/m/raw_lookup"): ("HMA: ids; distances for curators", None, dict[str, Any], 200),
    ("POST", "/m/compare"): ("HMA: two hashes of the caller", hma.Pair, dict[str, Any], 200),
    ("GET", "/m/index/status"): ("HMA: the index is of now", None, dict[str, Any], 200),
    ("GET", "/c/banks"): ("HMA: the one bank of this face", None, list[dict[str, Any]], 200),
    ("GET", "/c/bank/{name}"): ("HMA: that bank", None, dict[str, Any], 200),
    ("GET", "/c/signal_type"): ("HMA: PDQ", None, list[dict[str, Any]], 200),
    ("POST", "/c/banks"): ("HMA: refused", None, None, 403),
    ("PUT", "/c/bank/{name}"): ("HMA: refused", None, None, 403),
    ("DELETE", "/c/bank/{name}"): ("HMA: refused", None, None, 403),
    ("POST", "/c/bank/{name}/content"): ("HMA: refused", None, None, 403),
    ("POST", "/c/bank/{name}/signal"): ("HMA: refused", None, None, 403),
    ("GET", "/status"): ("HMA: alive", None, None, 200),
    ("GET", "/health"): ("The process is there", None, dict[str, Any], 200),
    ("GET", "/ready"): ("The node knows the newest changes", None, dict[str, str], 200),
    ("GET", "/metrics"): ("Counters for Prometheus", None, None, 200),
}
_JSON = "application/json"
# What is answered otherwise than as JSON.
_KINDS = {
    "/v1/changes": "application/vnd.benban.delta",
    "/status": "text/plain",
    "/metrics": "text/plain",
}
_PAGE = {"text/html": {"schema": {"type": "string"}}}
_PAGES = frozenset({("GET", "/v1/withdrawals")})
# What an address answers beside its status above.
_ANSWERS: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
    ("POST", "/v1/withdrawals"): {
        "200": {"description": "To a form: the page that says it is gone", "content": _PAGE},
        "202": {
            "description": "Kept: no hash here belongs to it yet. It counts if it is signed with "
            "the key of the consent. To a form: the page that says so",
            "content": _PAGE,
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
_AFTER = (("after", {"type": "integer", "minimum": 0, "maximum": (1 << 53) - 1}, False),)
# Of the delta that was taken over last, with its ``through`` as ``after``.
_MARK = ("mark", {"type": "string", "pattern": "^[0-9a-f]{32}$"}, False)
_QUERIES: dict[str, tuple[tuple[str, dict[str, Any], bool], ...]] = {
    "/v1/changes": (*_AFTER, _MARK),
    "/v1/audit": _AFTER,
    "GET /m/lookup": _SIGNAL,
    "/m/raw_lookup": (*_SIGNAL, _DISTANCE),
    "/m/index/status": (("signal_type", {"type": "string", "enum": [hma.SIGNAL_TYPE]}, False),),
}
_PLACES: dict[str, dict[str, Any]] = {
    "number": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "name": {"type": "string", "enum": [hma.BANK_NAME]},
}
_ONCE = ("Idempotency-Key", {"type": "string", "pattern": "^[!-~]{1,100}$"})
_REASON = (hma.REASON_HEADER, {"type": "string", "pattern": "^[!-~][ -~]{8,498}[!-~]$"})
_FIELDS: dict[str, tuple[str, dict[str, Any]]] = {
    "/v1/hashes": _ONCE,
    "/v1/hashes/{number}/acts": _ONCE,
    "/m/raw_lookup": _REASON,
}
_PICTURE = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["photo"],
            "properties": {"photo": {"type": "string", "format": "binary"}},
        }
    }
}
_PICTURES = frozenset({("POST", "/h/hash"), ("POST", "/m/lookup")})
_OPEN = frozenset({"/v1/withdrawals", "/status", "/health", "/ready", "/metrics"})
_NOT_READY = {"/status": "INDEX-STALE", "/ready": "It does not know them."}
_REFUSALS = {
    "400": "The request is not one that this address takes.",
    "401": "The key is not known or has ended.",
    "403": "The key may not be used for this.",
    "404": "No such hash or bank that the member may see, or no such address.",
    "405": "The address is asked in another way.",
    "409": "Not in this state, used before, or twice at once.",
    "410": "Put back from a copy, without that change: drop what was taken over, begin at 0.",
    "422": "The hash, the proof or the withdrawal is refused.",
    "429": "More was asked than the key may ask; Retry-After says when again.",
    "503": "The node does not have the newest changes; Retry-After says when again.",
}
_TEXT = {"type": "string"}
_REFUSAL = {
    "type": "object",
    "required": ["code", "message", "next_step"],
    "properties": {
        "code": {"type": "string", "pattern": "^BB-[0-9]{3}$"},
        "message": _TEXT,
        "next_step": _TEXT,
        "why": _TEXT,
    },
}
# What the routes say before any of them is asked.
_NO_ROUTE = {"type": "object", "required": ["detail"], "properties": {"detail": _TEXT}}
_UNROUTED = frozenset({"404", "405"})
_NAMED_WITH = {"401": "WWW-Authenticate", "429": "Retry-After", "503": "Retry-After"}
_KEY = {"key": {"type": "http", "scheme": "bearer", "description": "A member's key, bbx_…"}}


class Documented(FastAPI):
    """An application whose document also says what a key is."""

    def openapi(self) -> dict[str, Any]:
        """Return the document."""
        document = super().openapi()
        document.setdefault("components", {})["securitySchemes"] = _KEY
        return document


def describe(method: str, path: str) -> dict[str, Any]:
    """Return what FastAPI writes of an address into its document."""
    summary, asked, _, status = _OF[method, path]
    extra: dict[str, Any] = {
        "responses": _responses(method, path),
        "parameters": _takes(path, method),
    }
    content = {} if asked is None else _json(asked)
    if (method, path) == ("POST", "/v1/withdrawals"):
        content = _WITHDRAWAL
    if (method, path) in _PICTURES:
        content |= _PICTURE
    if content:
        extra["requestBody"] = {"required": True, "content": content}
    if path not in _OPEN:
        extra["security"] = [{"key": []}]
    return {
        "summary": summary,
        "status_code": status,
        "openapi_extra": extra,
        "response_model": None,
        # Without one that has a kind of its own: what is answered is written here alone.
        "response_class": Response,
    }


def _responses(method: str, path: str) -> dict[str, Any]:
    summary, _, given, status = _OF[method, path]
    done: dict[str, Any] = {"description": summary}
    if given is not None:
        done["content"] = _json(given)
    elif (method, path) in _PAGES:
        done["content"] = _PAGE
    elif path in _KINDS:
        done["content"] = {_KINDS[path]: {"schema": _TEXT}}
    if path in _OPEN and path != "/v1/withdrawals":
        kind = _KINDS.get(path, _JSON)
        behind = {"description": _NOT_READY.get(path, ""), "content": {kind: {"schema": {}}}}
        return {str(status): done} | ({"503": behind} if path in _NOT_READY else {})
    answers = {str(status): done} | _ANSWERS.get((method, path), {})
    # A form is answered with a page whatever becomes of it.
    also = _PAGE if (method, path) in _ANSWERS else {}
    return answers | {code: _refusal(code, also) for code in _REFUSALS}


def _refusal(code: str, also: dict[str, Any]) -> dict[str, Any]:
    shape = {"anyOf": [_REFUSAL, _NO_ROUTE]} if code in _UNROUTED else _REFUSAL
    said = {"description": _REFUSALS[code], "content": {_JSON: {"schema": shape}, **also}}
    if code in _NAMED_WITH:
        said["headers"] = {_NAMED_WITH[code]: {"required": True, "schema": _TEXT}}
    return said


def _takes(path: str, method: str) -> list[dict[str, Any]]:
    places = [
        _parameter(name, "path", schema, is_required=True)
        for name, schema in _PLACES.items()
        if f"{{{name}}}" in path
    ]
    queries = [
        _parameter(name, "query", schema, is_required=is_required)
        for name, schema, is_required in _QUERIES.get(path) or _QUERIES.get(f"{method} {path}", ())
    ]
    fields = (
        [_parameter(name, "header", schema, is_required=False) for name, schema in [_FIELDS[path]]]
        if path in _FIELDS
        else []
    )
    return [*places, *queries, *fields]


def _json(shape: Any) -> dict[str, Any]:  # noqa: ANN401 - a type as msgspec takes it
    (schema,), components = msgspec.json.schema_components(
        [shape], ref_template="#/components/schemas/{name}"
    )
    # Written out in place: FastAPI keeps the list of components to itself.
    return {_JSON: {"schema": _inlined(schema, components)}}


def _inlined(value: Any, components: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        if "$ref" in value:
            return _inlined(components[value["$ref"].rsplit("/", 1)[1]], components)
        return {
            # Python's end of a text is no other language's; their "$" is.
            name: one.replace(r"\Z", "$") if name == "pattern" else _inlined(one, components)
            for name, one in value.items()
        }
    return [_inlined(one, components) for one in value] if isinstance(value, list) else value


def _parameter(
    name: str, place: str, schema: dict[str, Any], *, is_required: bool
) -> dict[str, Any]:
    return {"name": name, "in": place, "required": is_required, "schema": schema}
