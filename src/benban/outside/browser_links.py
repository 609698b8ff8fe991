"""With whom a tab was connected: name answers, addresses, TLS versions, certificates."""

import base64
import contextlib
from collections.abc import Mapping

import msgspec
from playwright.sync_api import CDPSession
from playwright.sync_api import Error as PlaywrightError

from benban.capture.traffic import CertificateChain, Dial
from benban.model.exhibit import Connection
from benban.outside.cdp_events import Certificates
from benban.outside.proxy import Endpoint, LoopbackProxy, ProxyRecord
from benban.seal.digests import sha256_of

_HTTPS = 443


class Links:
    """
    What the proxy and the browser know of connections.

    Args:
        session: asked for certificates.
        proxy: asked for everything below TLS.
        tls_versions: filled while answers come.
    """

    def __init__(
        self, session: CDPSession, proxy: LoopbackProxy, tls_versions: Mapping[Endpoint, str]
    ) -> None:
        self._session = session
        self._proxy = proxy
        self._tls_versions = tls_versions
        self._chains: dict[Endpoint, tuple[bytes, ...]] = {}

    def connections(self) -> tuple[Connection, ...]:
        """Return every connection made up to now, each host and remote address once."""
        made = [each for each in self._proxy.records() if each.remote]
        first = {(each.endpoint, each.remote): each for each in reversed(made)}
        return tuple(self._connection(each) for each in reversed(first.values()))

    def chains(self) -> tuple[CertificateChain, ...]:
        """Return the certificates of every host that was reached over TLS, each once."""
        reached = dict.fromkeys(each.endpoint for each in self._proxy.records() if each.remote)
        return tuple(
            CertificateChain(
                host=endpoint.host,
                port=endpoint.port,
                tls_version=self._tls_versions[endpoint],
                certificates=self._chain(endpoint),
            )
            for endpoint in reached
            if endpoint in self._tls_versions
        )

    def dials(self) -> tuple[Dial, ...]:
        """Return every connection asked for, also those refused."""
        return tuple(
            Dial(
                host=each.endpoint.host,
                port=each.endpoint.port,
                outcome=each.outcome.value,
                resolved=each.resolved,
                remote=each.remote,
                at=each.at,
            )
            for each in self._proxy.records()
        )

    def remotes(self) -> dict[Endpoint, str]:
        """Return where each host and port was reached; not where two addresses answered for it."""
        found: dict[Endpoint, set[str]] = {}
        for each in self._proxy.records():
            if each.remote:
                found.setdefault(each.endpoint, set()).add(each.remote)
        # Which of two connections brought an answer cannot be told from outside the tunnel.
        return {endpoint: remotes.pop() for endpoint, remotes in found.items() if len(remotes) == 1}

    def _connection(self, record: ProxyRecord) -> Connection:
        # The browser tells the certificates of a host, not of an address. Where two addresses of it
        # were reached, none of them is said to have shown what perhaps the other did.
        is_alone = record.endpoint in self.remotes()
        version = self._tls_versions.get(record.endpoint, "")
        chain = self._chain(record.endpoint) if version and is_alone else ()
        return Connection(
            host=record.endpoint.host,
            port=record.endpoint.port,
            resolved=record.resolved,
            remote=record.remote,
            at=record.at,
            tls_version=version,
            tls_chain_sha256=tuple(sha256_of(certificate) for certificate in chain),
        )

    def _chain(self, endpoint: Endpoint) -> tuple[bytes, ...]:
        if endpoint not in self._chains:
            port = "" if endpoint.port == _HTTPS else f":{endpoint.port}"
            chain: tuple[bytes, ...] = ()
            with contextlib.suppress(PlaywrightError):
                origin = {"origin": f"https://{endpoint.host}{port}"}
                raw = self._session.send("Network.getCertificate", origin)
                names = msgspec.convert(raw, Certificates).table_names
                chain = tuple(base64.b64decode(name) for name in names)
            self._chains[endpoint] = chain
        return self._chains[endpoint]
