"""Which certificates are said of which address: only what is known."""

import base64
from datetime import UTC, datetime, timedelta
from typing import cast

from playwright.sync_api import CDPSession

from benban.capture.traffic import addresses_not_told_apart
from benban.model.exhibit import Connection, Missing
from benban.outside.browser_links import Links
from benban.outside.proxy import Endpoint, LoopbackProxy, Outcome, ProxyRecord
from benban.seal.digests import sha256_of

from .test_browser_frames import TableSession

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ONE, TWO = Endpoint(host="mot.test", port=443), Endpoint(host="hai.test", port=443)
CHAIN = (b"leaf", b"issuer")


class Connected:
    """Tells of the connections that it was given."""

    def __init__(self, *reached: tuple[Endpoint, str]) -> None:
        self._reached = reached

    def records(self) -> tuple[ProxyRecord, ...]:
        return tuple(
            ProxyRecord(
                endpoint=endpoint,
                outcome=Outcome.CONNECTED,
                at=AT + timedelta(seconds=number),
                remote=remote,
            )
            for number, (endpoint, remote) in enumerate(self._reached)
        )


def connections_of(*reached: tuple[Endpoint, str]) -> dict[str, Connection]:
    names = [base64.b64encode(one).decode() for one in CHAIN]
    links = Links(
        cast("CDPSession", TableSession({"Network.getCertificate": {"tableNames": names}})),
        cast("LoopbackProxy", Connected(*reached)),
        {ONE: "TLS 1.3", TWO: "TLS 1.2"},
    )
    return {one.remote: one for one in links.connections()}


def test_the_chain_of_a_host_with_one_address_is_that_address_s() -> None:
    made = connections_of((ONE, "203.0.113.7:443"), (ONE, "203.0.113.7:443"))

    (one,) = made.values()
    assert (one.tls_version, one.tls_chain_sha256) == ("TLS 1.3", tuple(map(sha256_of, CHAIN)))
    assert list(addresses_not_told_apart(made.values())) == []


def test_of_two_addresses_none_is_said_to_have_shown_it_and_that_is_missing() -> None:
    made = connections_of(
        (ONE, "203.0.113.7:443"), (TWO, "203.0.113.9:443"), (ONE, "203.0.113.8:443")
    )

    told = {remote: (one.tls_version, one.tls_chain_sha256) for remote, one in made.items()}
    assert told == {
        "203.0.113.7:443": ("TLS 1.3", ()),
        "203.0.113.9:443": ("TLS 1.2", tuple(map(sha256_of, CHAIN))),
        "203.0.113.8:443": ("TLS 1.3", ()),
    }
    assert list(addresses_not_told_apart(made.values())) == [
        Missing(what="which address of a host answered", reason="several-addresses")
    ]
