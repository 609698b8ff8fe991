"""
The record of one visit as bytes that a digest can stand for (EVIDENCE 4).

The digest stands in the log beside the visit, so that what the visit says of itself (browser, name
answers, addresses, certificates, steps, what is missing) is as provable as the pictures it kept.

Source: docs/reference/bag-format.md, visits.
"""

from datetime import UTC, datetime

from benban.model.custody import Field
from benban.model.exhibit import BrowserFacts, Capture, Connection
from benban.model.ids import Digest
from benban.model.post import Post
from benban.seal.canonical import JsonValue, canonical_json
from benban.seal.digests import sha256_of
from benban.seal.exchange import without_surrogates

VISIT_RECORD_VERSION = 1


def visit_record(capture: Capture) -> bytes:
    """Return canonical JSON that says everything *capture* says; the same value, the same bytes."""
    return canonical_json(
        {
            "v": VISIT_RECORD_VERSION,
            "id": capture.id,
            "sighting": capture.sighting_id,
            "requested": without_surrogates(capture.requested_address),
            "received_from": without_surrogates(capture.final_address),
            "by_way_of": [without_surrogates(one) for one in capture.redirects],
            "status": capture.status,
            "title": without_surrogates(capture.title),
            "started_at": _time(capture.started_at),
            "ended_at": _time(capture.ended_at),
            "started_monotonic_ns": str(capture.started_monotonic_ns),
            "ended_monotonic_ns": str(capture.ended_monotonic_ns),
            "local_utc_offset_s": capture.local_utc_offset_s,
            "browser": _browser(capture.browser),
            "connections": [_connection(one) for one in capture.connections],
            "steps": [
                {
                    "name": one.name,
                    "outcome": one.outcome.value,
                    "at": _time(one.at),
                    "reason": without_surrogates(one.reason),
                }
                for one in capture.steps
            ],
            "missing": [
                {"what": without_surrogates(one.what), "reason": without_surrogates(one.reason)}
                for one in capture.missing
            ],
            "withheld": [{"reason": one.reason, "count": one.count} for one in capture.withheld],
            "counters": [
                {
                    "name": one.name,
                    "text": without_surrogates(one.text),
                    "value": None if one.value is None else str(one.value),
                }
                for one in capture.counters
            ],
            "post": _post(capture.post),
            "exhibits": list(capture.exhibits),
        }
    )


def visit_record_sha256(capture: Capture) -> Digest:
    """Return the digest that stands in the log as ``record_sha256``."""
    return sha256_of(visit_record(capture))


def visit_fields(capture: Capture) -> tuple[Field, ...]:
    """Return what every event says that a visit ended with."""
    return (
        _plain("status", capture.status if capture.status is not None else "none"),
        _plain("exhibits", len(capture.exhibits)),
        _plain("missing", len(capture.missing)),
        _plain("withheld", sum(one.count for one in capture.withheld)),
        # Hidden and with an empty profile nobody is logged in; in a window somebody may have been.
        _plain("login", _login(capture)),
        _plain("egress", capture.browser.egress if capture.browser else "not known"),
        _sealed("address", capture.requested_address),
        _sealed("final_address", capture.final_address),
        _sealed("record_sha256", visit_record_sha256(capture).hex),
    )


def _plain(name: str, value: str | int) -> Field:
    return Field(name=name, value=str(value), is_sensitive=False)


def _sealed(name: str, value: str) -> Field:
    return Field(name=name, value=value, is_sensitive=True)


def _login(capture: Capture) -> str:
    is_attended = capture.browser is not None and capture.browser.profile == "person"
    return "possible" if is_attended else "none"


def _browser(facts: BrowserFacts | None) -> JsonValue:
    if facts is None:
        return None
    offset = facts.clock_offset_s
    return {
        "product": facts.product,
        "user_agent": facts.user_agent,
        "sandbox": facts.sandbox,
        "viewport_px": list(facts.viewport_px),
        "egress": facts.egress,
        "profile": facts.profile,
        # Canonical JSON here holds whole numbers only.
        "clock_offset_s": None if offset is None else repr(float(offset)),
    }


def _post(post: Post | None) -> JsonValue:
    if post is None:
        return None
    return {
        "layout": post.layout,
        "observed_at": _time(post.observed_at),
        "facts": [
            {
                "name": one.name.value,
                "state": one.state.value,
                "shown": without_surrogates(one.shown),
                "value": without_surrogates(one.value),
            }
            for one in post.facts
        ],
    }


def _connection(one: Connection) -> JsonValue:
    return {
        "host": without_surrogates(one.host),
        "port": one.port,
        "resolved": list(one.resolved),
        "remote": one.remote,
        "at": _time(one.at),
        "tls_version": one.tls_version,
        "tls_chain_sha256": [digest.hex for digest in one.tls_chain_sha256],
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
