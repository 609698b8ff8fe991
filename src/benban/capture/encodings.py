"""Content encodings that the browser leaves on: what is kept of such a body is not its text."""

from benban.capture.ports import BodyState, RecordedExchange

# What Chromium takes off. Where one of several is another, it takes off none of them (seen with
# Chromium on "gzip, foo"). Source: RFC 9110 8.4.1; RFC 7932 (br); RFC 8878 (zstd).
_TAKEN_OFF = frozenset({"identity", "gzip", "x-gzip", "deflate", "br", "zstd"})
_HAVE_A_BODY = frozenset({BodyState.DECODED, BodyState.STREAMED, BodyState.END_NOT_KNOWN})


def encoding_left_on(exchange: RecordedExchange) -> str:
    """Return the Content-Encoding that the body still has; empty when it has none."""
    said = _encodings(exchange)
    is_left_on = exchange.body_state in _HAVE_A_BODY and not set(said) <= _TAKEN_OFF
    return ", ".join(said) if is_left_on else ""


def _encodings(exchange: RecordedExchange) -> tuple[str, ...]:
    fields = exchange.response.fields
    said = ",".join(value for name, value in fields if name.lower() == "content-encoding")
    return tuple(one.strip().lower()[:40] for one in said.split(",") if one.strip())
