"""
Sort keys of a CDXJ index: the address with its host turned round.

Follows the sort-friendly URI reordering that web archives use, so that other tools find a line by
binary search; a line also carries the address itself, which is what decides.
Source: iipc.github.io/warc-specifications (CDXJ), vectors/wacz/index_keys.json.
"""

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"www\d*\.")
# What stays as it is; everything else, all bytes above ASCII too, is percent-encoded.
_KEPT = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
# An address encoded this often is nonsense; it must not cost more.
_MOST_DECODINGS = 8


def index_key(address: str) -> str:
    """
    Return the sort key of *address*.

    Args:
        address: absolute, as in WARC-Target-URI; ``urn:`` and anything that is not http(s) stays
            as it is.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return address
    if parts.scheme not in _DEFAULT_PORTS:
        return address
    host = _WWW.sub("", host.rstrip("."), count=1) if _WWW.match(host) else host.rstrip(".")
    turned = ",".join(reversed(host.split(".")))
    shown_port = "" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}"
    query = "&".join(sorted(_plain(parts.query).split("&")))
    return f"{turned}{shown_port}){_path(parts.path)}" + (f"?{query}" if query else "")


def _path(path: str) -> str:
    kept: list[str] = []
    for segment in _plain(path).split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in {"", "."}:
            kept.append(segment)
    return "/" + "/".join(kept)


def _plain(text: str) -> str:
    # Decoded until nothing changes, then encoded once: every way to write it has one key.
    raw = text.encode("utf-8", "surrogatepass")
    for _ in range(_MOST_DECODINGS):
        decoded = unquote_to_bytes(raw)
        if decoded == raw:
            break
        raw = decoded
    return quote_from_bytes(raw, safe=_KEPT).lower()
