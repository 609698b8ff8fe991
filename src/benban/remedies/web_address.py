"""The parts of a web address, read the way browsers read them. Nothing is opened."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import idna

from benban.errors import NotAnAddressError, PrivateAddressError

# Longer ones are not addresses of pages; Chromium itself stops at 2 MiB.
MAX_ADDRESS_CHARS = 8192

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d+(?:/|$))")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_HOST_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER_LABEL = re.compile(r"(?:0x[0-9a-f]*|\d+)")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
# RFC 6052: IPv4 addresses written as IPv6 behind a translator.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_DEFAULT_PORTS = {"http": 80, "https": 443}

# RFC 6761, 6762, 8375, 9476 and the names routers and companies use inside their own network.
_PRIVATE_SUFFIXES = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "home.arpa",
    "onion",
    "alt",
    "test",
    "invalid",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """
    The parts of an address, normalised so that two spellings of one place are equal.

    Attributes:
        scheme: ``http`` or ``https``.
        host: lower-case ASCII (IDNA 2008 with UTS 46), IPv6 without brackets.
        port: None for the scheme's own port.
        path: percent-encoding normalised, dots resolved; ``/`` at least.
        query: pairs of name and value as they stand, in order; a bare name has the value None.
        fragment: without ``#``.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    query: tuple[tuple[str, str | None], ...]
    fragment: str


def read_web_address(untrusted_text: str) -> WebAddress:
    """
    Return the parts of *untrusted_text*; a missing scheme is read as ``https``.

    Raises:
        NotAnAddressError: BB-102, not http or https, a user name in it, no host, stray signs.

    Source: WHATWG URL (host parsing, numbers as IPv4), RFC 3986 6.2.2, RFC 5891, UTS 46.
    """
    text = untrusted_text.strip()
    if not text or len(text) > MAX_ADDRESS_CHARS or _FORBIDDEN.search(text):
        raise NotAnAddressError("empty, too long or with spaces or invisible signs")
    parts = _split(text if _SCHEME.match(text) else f"https://{text}")
    host = _ascii_host(parts.hostname or "")
    return WebAddress(
        scheme=parts.scheme,
        host=host,
        port=_port(parts),
        path=_normal_path(parts.path),
        query=_pairs(parts.query),
        fragment=_normal_escapes(parts.fragment),
    )


def refuse_private_host(host: str, *, allow_loopback: bool) -> None:
    """
    Return when *host* can be a public one.

    Args:
        host: lower-case ASCII.
        allow_loopback: this computer itself is allowed (the demonstration's own site).

    Raises:
        PrivateAddressError: BB-602, a private, loopback or otherwise non-public host.
    """
    number = _ip(host)
    if allow_loopback and (host == "localhost" or (number is not None and number.is_loopback)):
        return
    if number is not None:
        if not number.is_global or number.is_multicast:
            raise PrivateAddressError("not a public network address")
        return
    if "." not in host or any(host == end or host.endswith(f".{end}") for end in _PRIVATE_SUFFIXES):
        raise PrivateAddressError("a name of a private network")


def write_pairs(pairs: tuple[tuple[str, str | None], ...]) -> str:
    """Return *pairs* as a query with ``?``, or nothing for none."""
    joined = "&".join(name if value is None else f"{name}={value}" for name, value in pairs)
    return f"?{joined}" if joined else ""


def authority(address: WebAddress) -> str:
    """Return host and port as they stand in an address."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    return host if address.port is None else f"{host}:{address.port}"


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise NotAnAddressError("cannot be taken apart") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise NotAnAddressError("neither http nor https")
    # A user name hides the true host ("https://bank.example@other.example"); browsers read "\"
    # as "/", this parser does not, so neither may stand before the path.
    if "@" in parts.netloc or "\\" in parts.netloc or not parts.netloc:
        raise NotAnAddressError("a user name or no host")
    return parts


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError as error:
        raise NotAnAddressError("not a port") from error
    return None if port == _DEFAULT_PORTS[parts.scheme] else port


def _ascii_host(untrusted_host: str) -> str:
    host = untrusted_host.rstrip(".").lower()
    if ":" in host:
        return _ipv6(host)
    try:
        # ASCII names with "_" exist on the web and are no IDNA names.
        plain = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise NotAnAddressError("not a host name") from error
    labels = plain.split(".")
    if _NUMBER_LABEL.fullmatch(labels[-1]):
        return _ipv4(labels)
    if len(plain) > 253 or not all(_HOST_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 - RFC 1035
        raise NotAnAddressError("not a host name")
    return plain


def _ipv6(host: str) -> str:
    try:
        return str(ipaddress.IPv6Address(host))
    except ValueError as error:
        raise NotAnAddressError("not an IPv6 address") from error


def _ipv4(labels: list[str]) -> str:
    # WHATWG URL: 2130706433, 0x7f.1 and 0177.0.0.1 are all 127.0.0.1 to a browser.
    most = 4
    if len(labels) > most or not all(_NUMBER_LABEL.fullmatch(label) for label in labels):
        raise NotAnAddressError("not an IPv4 address")
    try:
        numbers = [_ipv4_number(label) for label in labels]
        value = numbers[-1]
        if value >= 256 ** (most + 1 - len(numbers)) or any(one > 255 for one in numbers[:-1]):  # noqa: PLR2004 - octets
            raise NotAnAddressError("not an IPv4 address")
        for index, one in enumerate(numbers[:-1]):
            value += one * 256 ** (3 - index)
        return str(ipaddress.IPv4Address(value))
    except ValueError as error:
        raise NotAnAddressError("not an IPv4 address") from error


def _ipv4_number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8) if len(label) > 1 and label.startswith("0") else int(label)


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(number, ipaddress.IPv6Address):
        # An IPv4 address in IPv6 clothes reaches the same private host.
        if number in _NAT64:
            return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        return number.ipv4_mapped or number.sixtofour or number
    return number


def _normal_path(path: str) -> str:
    segments: list[str] = []
    parts = _normal_escapes(path).split("/")
    for segment in parts[1:] if parts[0] == "" else parts:
        if segment == "..":
            segments = segments[:-1]
        elif segment != ".":
            segments.append(segment)
    if parts[-1] in {".", ".."}:
        segments.append("")
    return "/" + "/".join(segments)


def _normal_escapes(text: str) -> str:
    def normal(escape: re.Match[str]) -> str:
        letter = chr(int(escape.group(1), 16))
        return letter if _UNRESERVED.fullmatch(letter) else escape.group(0).upper()

    encoded = "".join(
        one if one.isascii() else "".join(f"%{byte:02X}" for byte in one.encode("utf-8", "replace"))
        for one in text
    )
    return _ESCAPE.sub(normal, encoded)


def _pairs(query: str) -> tuple[tuple[str, str | None], ...]:
    pairs: list[tuple[str, str | None]] = []
    for item in query.split("&"):
        if item:
            name, sign, value = item.partition("=")
            pairs.append((_normal_escapes(name), _normal_escapes(value) if sign else None))
    return tuple(pairs)
