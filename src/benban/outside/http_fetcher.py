"""
Fetch one address over HTTP, and tell nobody more than that.

No cookies, no proxy and no credentials of the surroundings, no user name in an address, verified
TLS with the true name, redirects one by one and each checked anew, one time and one size for all.
Source: RFC 9110 15.4 (redirects), RFC 1950-1952 (deflate, gzip).
"""

import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import httpcore

from benban.errors import (
    FetchAddressError,
    FetchBrokenError,
    FetchTooLargeError,
    FetchTooSlowError,
    FetchUnreachableError,
    NotAnAddressError,
)
from benban.model.resolver import Resolver
from benban.outside.pinned import Deadline, PinnedBackend, verified_tls
from benban.outside.proxy import Endpoint
from benban.outside.resolver import SystemResolver
from benban.remedies.web_address import WebAddress, authority, read_web_address, write_pairs
from benban.watch.ports import Fetched

_MOST_REDIRECTS = 5
_LEADS = frozenset({301, 302, 303, 307, 308})
# Not a browser's: what fetches says what it is, in words that name no person and no purpose.
_USER_AGENT = b"Mozilla/5.0 (compatible; plain HTTP)"
PAGE_TYPES = "text/html,application/xhtml+xml,image/*;q=0.9,*/*;q=0.5"
_WHOLE_S = 30.0
_FIELDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """
    Where fetching stops.

    Attributes:
        whole_s: for names, connections, redirects and bodies together.
        redirects: how many are followed.
    """

    whole_s: float = _WHOLE_S
    redirects: int = _MOST_REDIRECTS


class HttpFetcher:
    """
    A :class:`benban.watch.ports.Fetcher`.

    Args:
        resolver: asked once for each connection; this computer's by default.
        allowed: loopback endpoints of the demonstration and of tests.
        roots: DER, in addition to certifi's, for the same.
        limits: see :class:`FetchLimits`.
        accept: what is asked for; pages and pictures by default.
    """

    def __init__(
        self,
        *,
        resolver: Resolver | None = None,
        allowed: Iterable[Endpoint] = (),
        roots: Iterable[bytes] = (),
        limits: FetchLimits | None = None,
        accept: str = PAGE_TYPES,
    ) -> None:
        """Read the roots once; nothing is opened."""
        self._resolver = resolver or SystemResolver()
        self._allowed = frozenset(allowed)
        self._tls = verified_tls(roots)
        self._limits = limits or FetchLimits()
        self._accept = accept.encode("ascii")

    def fetch(
        self,
        address: str,
        *,
        limit_bytes: int,
        hosts: Collection[str] | None = None,
        with_media: bool = True,
    ) -> Fetched:
        """
        Return what *address* answers; see :class:`benban.watch.ports.Fetcher`.

        Raises:
            FetchError: BB-661 to BB-667.
        """
        deadline = Deadline(self._limits.whole_s)
        place = _read(address)
        if not _may_ask(place, hosts):
            raise FetchAddressError(host=place.host)
        redirects: list[str] = []
        while True:
            answer = self._ask(place, deadline, limit_bytes, with_media=with_media)
            lead = _lead(place, answer)
            if lead is None or not _may_ask(lead, hosts):
                return Fetched(
                    asked=address,
                    final=_written(place),
                    redirects=tuple(redirects),
                    refused_lead="" if lead is None else _written(lead),
                    status=answer.status,
                    fields=answer.fields,
                    body=answer.body,
                    remote=answer.remote,
                )
            if len(redirects) >= self._limits.redirects or lead == place:
                raise FetchBrokenError("redirects without an end", host=place.host)
            place = lead
            redirects.append(_written(place))

    def _ask(
        self, place: WebAddress, deadline: Deadline, limit_bytes: int, *, with_media: bool
    ) -> "_Answer":
        backend = PinnedBackend(resolver=self._resolver, deadline=deadline, allowed=self._allowed)
        host = place.host
        fields_out = _request_fields(place, self._accept)
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self._tls,
                    network_backend=backend,
                    max_connections=1,
                    max_keepalive_connections=0,
                    http1=True,
                    http2=False,
                    retries=0,
                ) as pool,
                pool.stream("GET", _written(place), headers=fields_out) as answer,
            ):
                fields = _fields(answer.headers)
                # The body of a redirect is nobody's page.
                is_unread = answer.status in _LEADS
                # Without a permit no byte of a picture is taken in.
                is_unread |= not with_media and is_media(_value(fields, "content-type"))
                body = b"" if is_unread else _body(answer, fields, limit_bytes, host)
                return _Answer(
                    status=answer.status, fields=fields, body=body, remote=backend.remote
                )
        except (httpcore.TimeoutException, TimeoutError) as error:
            raise FetchTooSlowError(host=host) from error
        except httpcore.ConnectError as error:
            raise FetchUnreachableError(host=host) from error
        except (httpcore.ProtocolError, httpcore.NetworkError, OSError, ValueError) as error:
            raise FetchBrokenError(host=host) from error


def is_media(content_type: str) -> bool:
    """Return whether a field says that a picture, a film or sound comes."""
    return content_type.strip().lower().startswith(("image/", "video/", "audio/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes
    remote: str


def _read(untrusted: str) -> WebAddress:
    try:
        return read_web_address(untrusted)
    except NotAnAddressError as error:
        raise FetchAddressError(host="") from error


def _may_ask(place: WebAddress, hosts: Collection[str] | None) -> bool:
    return hosts is None or place.host in hosts


def _written(place: WebAddress) -> str:
    # The part behind "#" stays here: a key of the person's must not travel.
    return f"{place.scheme}://{authority(place)}{place.path}{write_pairs(place.query)}"


def _request_fields(place: WebAddress, accept: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"Host", authority(place).encode("ascii")),
        (b"User-Agent", _USER_AGENT),
        (b"Accept", accept),
        (b"Accept-Language", b"vi,en;q=0.8"),
        (b"Accept-Encoding", b"gzip, deflate"),
        # A copy that somebody keeps says nothing of what is there now.
        (b"Cache-Control", b"no-cache"),
        (b"Connection", b"close"),
    ]


def _fields(raw: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    found = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw]
    return tuple(found[:_FIELDS])


def _value(fields: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in fields if key == name), "")


def _lead(place: WebAddress, answer: _Answer) -> WebAddress | None:
    """Return where a redirect leads to, or None when the answer is none."""
    target = _value(answer.fields, "location").strip()
    if answer.status not in _LEADS or not target:
        return None
    try:
        joined = urljoin(_written(place), target)
    except ValueError as error:
        raise FetchAddressError(host=place.host) from error
    return _read(joined)


def _body(
    answer: httpcore.Response, fields: tuple[tuple[str, str], ...], limit: int, host: str
) -> bytes:
    encodings = [one.strip().lower() for one in _value(fields, "content-encoding").split(",")]
    wanted = [one for one in encodings if one not in {"", "identity"}]
    pieces: Iterator[bytes] = iter(answer.iter_stream())
    if wanted in (["gzip"], ["x-gzip"]):
        pieces = _unpacked(pieces, zlib.MAX_WBITS | 16, limit, host)
    elif wanted == ["deflate"]:
        pieces = _unpacked(pieces, 0, limit, host)
    elif wanted:
        # Not asked for, and several layers are a way to hide a bomb.
        raise FetchBrokenError("an encoding that was not asked for", host=host)
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise FetchTooLargeError(host=host)
    return bytes(body)


def _unpacked(pieces: Iterator[bytes], bits: int, limit: int, host: str) -> Iterator[bytes]:
    """Yield unpacked pieces; what comes packed is bounded, too."""
    unpacker: zlib._Decompress | None = None
    taken = 0
    try:
        for piece in pieces:
            taken += len(piece)
            if taken > limit:
                # Packed, it is at most a little longer than it is.
                raise FetchTooLargeError(host=host)
            if unpacker is None:
                unpacker = zlib.decompressobj(bits or _deflate_bits(piece))
            waiting = piece
            while waiting:
                yield unpacker.decompress(waiting, limit + 1)
                waiting = unpacker.unconsumed_tail
    except zlib.error as error:
        raise FetchBrokenError("not packed as it says", host=host) from error
    if unpacker is not None and not unpacker.eof:
        raise FetchBrokenError("ends before its end", host=host)


def _deflate_bits(first: bytes) -> int:
    """Return whether "deflate" has its zlib head, which some servers leave out."""
    is_wrapped = len(first) > 1 and first[0] & 0x0F == 8 and (first[0] << 8 | first[1]) % 31 == 0  # noqa: PLR2004 - RFC 1950 2.2
    return zlib.MAX_WBITS if is_wrapped else -zlib.MAX_WBITS
