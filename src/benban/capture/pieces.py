"""Heads of answers whose bodies came in pieces; the whole stands in the package by itself."""

from collections.abc import Sequence

from benban.capture.ports import Head, RecordedExchange
from benban.capture.traffic import json_lines, record_time
from benban.seal.canonical import JsonValue
from benban.seal.exchange import without_surrogates


def piece_lines(exchanges: Sequence[RecordedExchange]) -> bytes:
    """Return the heads of *exchanges*, one on each line."""
    return json_lines([_piece(one) for one in exchanges])


def _piece(one: RecordedExchange) -> JsonValue:
    return {
        "at": record_time(one.at),
        "address": without_surrogates(one.address),
        "method": one.method,
        "status": one.status,
        "remote": one.remote,
        "request": _fields(one.request),
        "response": _fields(one.response),
    }


def _fields(head: Head) -> JsonValue:
    return [[without_surrogates(name), without_surrogates(value)] for name, value in head.fields]
