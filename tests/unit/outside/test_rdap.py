"""Who hosts a site is asked of registries on loopback; what they do not say is not guessed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from benban.errors import HostUnknownError, RegistryAnswerError
from benban.outside.http_fetcher import FetchLimits
from benban.outside.proxy import Endpoint
from benban.outside.rdap import WHOLE_S, RdapClient, registry_fetcher
from benban.outside.rdap_answer import LARGEST_ANSWER_BYTES, read_answer
from benban.outside.registries import Registries, build_registries, packaged_registries
from benban.testing.resolver import TableResolver

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
NET, NAME, OTHER = "net.registry.example", "name.registry.example", "other.registry.example"
SITE = "pictures.host-test.com"
ADDRESS = "93.184.216.34"


def card(name: str, *mails: str) -> list[object]:
    lines: list[object] = [
        ["version", {}, "text", "4.0"],
        ["fn", {}, "text", name],
        ["adr", {"label": "1 Street"}, "text", ["", "", "", "", "", "", ""]],
        ["tel", {"type": ["voice"]}, "uri", "tel:+1-555-0100"],
    ]
    lines += [["email", {"type": "abuse"}, "text", mail] for mail in mails]
    return ["vcard", lines]


def network(*entities: object, **more: object) -> dict[str, object]:
    return {
        "rdapConformance": ["rdap_level_0"],
        "objectClassName": "ip network",
        "handle": "NET-93-184-216-0-1",
        "startAddress": "93.184.216.0",
        "endAddress": "93.184.216.255",
        "name": "HOST-TEST-NET",
        "entities": list(entities),
        **more,
    }


# As ARIN answers: the organisation, and inside it its desk for abuse.
ORGANISATION = {
    "objectClassName": "entity",
    "handle": "HT-1",
    "roles": ["registrant"],
    "vcardArray": card("Host Test Inc."),
    "entities": [
        {
            "objectClassName": "entity",
            "roles": ["technical"],
            "vcardArray": card("Network desk", "noc@host-test.example"),
        },
        {
            "objectClassName": "entity",
            "roles": ["abuse"],
            "vcardArray": card("Abuse desk", "abuse@host-test.example"),
        },
    ],
}
# As a thin registry of names answers: the registrar, and inside it its desk for abuse.
DOMAIN = {
    "objectClassName": "domain",
    "ldhName": "HOST-TEST.COM",
    "entities": [
        {
            "objectClassName": "entity",
            "roles": ["abuse"],
            "vcardArray": card("The site itself", "me@host-test.example"),
        },
        {
            "objectClassName": "entity",
            "roles": ["registrar"],
            "vcardArray": card("Registrar Test, LLC"),
            "entities": [
                {
                    "objectClassName": "entity",
                    "roles": ["abuse"],
                    "vcardArray": card("", "abuse@registrar-test.example"),
                }
            ],
        },
    ],
}


@dataclass
class RegistryServer:
    """One server on loopback that plays every registry; answers by path."""

    answers: dict[str, object] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    accepts: list[str] = field(default_factory=list)
    port: int = 0


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    known = RegistryServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.paths.append(self.path)
            known.accepts += self.headers.get_all("Accept") or []
            answer = known.answers.get(self.path)
            if isinstance(answer, str):
                self.send_response(302)
                self.send_header("Location", answer)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(404 if answer is None else 200)
            self.send_header("Content-Type", "application/rdap+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        known.port = listening.server_address[1]
        thread = Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield known
        listening.shutdown()
        thread.join()


def registries(port: int) -> Registries:
    return build_registries(
        f"""
        [[network]]
        id = "net"
        base = "http://{NET}:{port}/registry/"
        ipv4 = "93"
        ipv6 = ["2606::/16"]
        confidence = "B"
        checked_on = 2026-11-27
        [[network]]
        id = "other"
        base = "http://{OTHER}:{port}/other/"
        ipv4 = "94"
        ipv6 = []
        confidence = "B"
        checked_on = 2026-11-27
        [[name]]
        base = "http://{NAME}:{port}/com/"
        endings = ["com"]
        confidence = "B"
        checked_on = 2026-11-27
        """.encode()
    )


def client(server: RegistryServer, *site: str, host: str = SITE) -> RdapClient:
    table = {one: [("127.0.0.1",)] for one in (NET, NAME, OTHER)}
    resolver = TableResolver({**table, host: [site or (ADDRESS,)]})
    return RdapClient(
        fetcher=registry_fetcher(
            resolver,
            allowed=[Endpoint(host=one, port=server.port) for one in (NET, NAME, OTHER)],
            limits=FetchLimits(whole_s=5.0),
        ),
        resolver=resolver,
        registries=registries(server.port),
    )


def test_registries_are_asked_for_answers_of_registries(server: RegistryServer) -> None:
    server.answers[f"/registry/ip/{ADDRESS}"] = network(ORGANISATION)

    client(server).look_up(SITE, NOW)

    assert len(server.accepts) == len(server.paths) > 0
    assert {one.split(",")[0] for one in server.accepts} == {"application/rdap+json"}


def test_the_desk_for_abuse_inside_the_organisation_is_found(server: RegistryServer) -> None:
    server.answers[f"/registry/ip/{ADDRESS}"] = network(ORGANISATION)

    found = client(server).look_up(SITE, NOW)

    assert found.network == "HOST-TEST-NET"
    assert found.network_abuse is not None
    assert (found.network_abuse.name, found.network_abuse.mails, found.network_abuse.registry) == (
        "Host Test Inc.",
        ("abuse@host-test.example",),
        NET,
    )


def test_the_registrars_desk_is_found_and_not_the_sites_own(server: RegistryServer) -> None:
    server.answers["/com/domain/host-test.com"] = DOMAIN

    found = client(server).look_up(SITE, NOW)

    assert found.registrar_abuse is not None
    assert (found.registrar_abuse.name, found.registrar_abuse.mails) == (
        "Registrar Test, LLC",
        ("abuse@registrar-test.example",),
    )


def test_the_network_above_and_the_as_are_asked_of_the_same_registries(
    server: RegistryServer,
) -> None:
    up = f"http://{NET}:{server.port}/registry/ip/93.0.0.0/8"
    server.answers[f"/registry/ip/{ADDRESS}"] = network(
        ORGANISATION,
        links=[{"rel": "up", "href": up}],
        arin_originas0_originautnums=[64500],
    )
    carrier = {"roles": ["abuse"], "vcardArray": card("Carrier", "abuse@carrier.example")}
    system = {"roles": ["abuse"], "vcardArray": card("System", "abuse@system.example")}
    server.answers["/registry/ip/93.0.0.0/8"] = network(carrier)
    server.answers["/registry/autnum/64500"] = {
        "objectClassName": "autnum",
        "entities": [system],
    }

    found = client(server).look_up(SITE, NOW)

    assert found.upstream_abuse is not None
    assert found.system_abuse is not None
    assert (found.upstream_abuse.mails, found.system_abuse.mails, found.as_numbers) == (
        ("abuse@carrier.example",),
        ("abuse@system.example",),
        (64500,),
    )


@pytest.mark.parametrize("mail", ["abuse@registry.example", f"helpdesk@{NET}", "a@iana.org"])
def test_a_registry_above_a_block_is_not_the_network_above_the_host(
    mail: str, server: RegistryServer
) -> None:
    up = f"http://{NET}:{server.port}/registry/ip/93.0.0.0/8"
    server.answers[f"/registry/ip/{ADDRESS}"] = network(
        ORGANISATION, links=[{"rel": "up", "href": up}]
    )
    registry = {"roles": ["abuse"], "vcardArray": card("The registry", mail)}
    server.answers["/registry/ip/93.0.0.0/8"] = network(registry)

    found = client(server).look_up(SITE, NOW)

    assert ("/registry/ip/93.0.0.0/8" in server.paths, found.upstream_abuse) == (True, None)
    assert found.network_abuse is not None


@pytest.mark.parametrize("rel", [[], {}, None, 1, ["up"]])
def test_a_link_of_the_wrong_kind_ends_no_look_up(rel: object, server: RegistryServer) -> None:
    server.answers[f"/registry/ip/{ADDRESS}"] = network(
        ORGANISATION, links=[{"rel": rel, "href": "http://a.example/"}, 1, None]
    )

    assert client(server).look_up(SITE, NOW).network_abuse is not None


def test_a_block_that_moved_is_followed_to_a_registry_of_the_table(
    server: RegistryServer,
) -> None:
    moved = f"http://{OTHER}:{server.port}/other/ip/{ADDRESS}"
    server.answers[f"/registry/ip/{ADDRESS}"] = moved
    server.answers[f"/other/ip/{ADDRESS}"] = network(ORGANISATION)

    found = client(server).look_up(SITE, NOW)

    assert found.network_abuse is not None
    assert (found.network_abuse.registry, OTHER in found.asked) == (OTHER, True)


def test_a_registry_leads_to_nobody_else(server: RegistryServer) -> None:
    server.answers[f"/registry/ip/{ADDRESS}"] = f"http://127.0.0.1:{server.port}/steal"
    server.answers["/steal"] = network(ORGANISATION)

    found = client(server).look_up(SITE, NOW)

    assert ("/steal" in server.paths, found.network_abuse, found.missing[0]) == (
        False,
        None,
        "network-answer",
    )


def test_the_network_above_is_not_asked_where_the_answer_says_but_in_the_table_only(
    server: RegistryServer,
) -> None:
    elsewhere = f"http://127.0.0.1:{server.port}/registry/ip/93.0.0.0/8"
    server.answers[f"/registry/ip/{ADDRESS}"] = network(
        ORGANISATION, links=[{"rel": "up", "href": elsewhere}]
    )

    found = client(server).look_up(SITE, NOW)

    assert ("/registry/ip/93.0.0.0/8" in server.paths, "upstream" in found.missing) == (
        False,
        True,
    )


def test_cloudflare_is_told_by_its_network(server: RegistryServer) -> None:
    server.answers[f"/registry/ip/{ADDRESS}"] = network(ORGANISATION, name="CLOUDFLARENET")

    assert client(server).look_up(SITE, NOW).is_behind_cloudflare


def test_a_registry_that_knows_nothing_makes_no_guess(server: RegistryServer) -> None:
    found = client(server).look_up(SITE, NOW)

    assert (found.network_abuse, found.registrar_abuse, found.missing) == (
        None,
        None,
        ("network-answer", "name-answer"),
    )


def test_an_address_and_an_ending_that_nobody_is_known_for_are_asked_of_nobody(
    server: RegistryServer,
) -> None:
    found = client(server, "1.1.1.1", host="trang.vi-du.vn").look_up("trang.vi-du.vn", NOW)

    assert (found.missing, found.asked, server.paths) == (
        ("network-registry", "name-registry"),
        (),
        [],
    )


def test_a_name_that_leads_into_a_private_network_is_asked_of_no_network_registry(
    server: RegistryServer,
) -> None:
    found = client(server, "10.1.2.3").look_up(SITE, NOW)

    assert ("not-public" in found.missing, [one for one in server.paths if "/ip/" in one]) == (
        True,
        [],
    )


def test_a_name_that_the_name_service_does_not_know_is_asked_of_no_registry(
    server: RegistryServer,
) -> None:
    with pytest.raises(HostUnknownError):
        client(server).look_up("khong-co.example", NOW)

    assert server.paths == []


def test_a_fetch_that_fails_is_told_as_missing(server: RegistryServer) -> None:
    server.answers[f"/registry/ip/{ADDRESS}"] = b"x" * (LARGEST_ANSWER_BYTES + 1)

    assert "network-answer" in client(server).look_up(SITE, NOW).missing


def test_the_whole_look_up_has_one_end_in_time(server: RegistryServer) -> None:
    server.answers[f"/registry/ip/{ADDRESS}"] = network(ORGANISATION)
    slow = client(server)
    seconds = iter([0.0, 0.0, *[WHOLE_S] * 9])
    slow.monotonic_s = lambda: next(seconds)

    found = slow.look_up(SITE, NOW)

    assert (found.network_abuse is not None, "time" in found.missing, len(server.paths)) == (
        True,
        True,
        1,
    )


def test_an_ipv6_address_has_its_registry(server: RegistryServer) -> None:
    server.answers["/registry/ip/2606:2800::1"] = network(ORGANISATION)

    assert client(server, "2606:2800::1").look_up(SITE, NOW).network == "HOST-TEST-NET"


# --- hostile answers -------------------------------------------------------------------------


def _deep(levels: int) -> dict[str, object]:
    inner: dict[str, object] = {"roles": ["abuse"], "vcardArray": card("x", "abuse@deep.example")}
    for _ in range(levels):
        inner = {"roles": ["registrant"], "entities": [inner]}
    return network(inner)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"NaN",
        b'{"a": Infinity}',
        b'{"errorCode": 404}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"n": ' + b"9" * 5000,
    ],
    ids=["empty", "bytes", "list", "null", "nan", "inf", "error", "deep-list", "deep", "cut"],
)
def test_what_is_no_answer_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(RegistryAnswerError):
        read_answer(body)


@pytest.mark.parametrize(
    "entities",
    [
        "text",
        {"a": 1},
        [None, 1, "x", []],
        [{"roles": "abuse", "vcardArray": card("x", "a@b.example")}],
        [{"roles": ["abuse"], "vcardArray": None}],
        [{"roles": ["abuse"], "vcardArray": ["vcard"]}],
        [{"roles": ["abuse"], "vcardArray": ["vcard", [["email"]]]}],
        [{"roles": ["abuse"], "vcardArray": ["vcard", [["email", {}, "text", {"a": 1}]]]}],
        [{"roles": ["abuse"], "vcardArray": ["vcard", [["email", {}, "text", None]]]}],
    ],
)
def test_a_value_of_the_wrong_kind_is_as_if_it_were_not_there(entities: object) -> None:
    said = read_answer(json.dumps(network() | {"entities": entities}).encode())

    assert said.abuse_contact(NET) is None


@pytest.mark.parametrize(
    "mail",
    [
        "abuse@host.example\r\nBcc: all@host.example",
        "abuse@host.example, other@host.example",
        "<abuse@host.example>",
        "abuse@host",
        "abuse@@host.example",
        "abuse host.example",
        "abuse@hóst.example",
        f"{'a' * 300}@host.example",
        "javascript:alert(1)",
        "abuse@host.example\u202e",
        "",
    ],
)
def test_what_is_no_plain_mailbox_never_becomes_a_recipient(mail: str) -> None:
    entity = {"roles": ["abuse"], "vcardArray": card("x", mail)}

    assert read_answer(json.dumps(network(entity)).encode()).abuse_contact(NET) is None


def test_a_name_has_no_line_break_and_no_direction_mark() -> None:
    entity = {"roles": ["abuse"], "vcardArray": card("A\r\nB\u202eC\x1b[31m", "a@b.example")}

    found = read_answer(json.dumps(network(entity)).encode()).abuse_contact(NET)

    assert found is not None
    assert (found.name, found.name.isprintable()) == ("A B C [31m", True)


@pytest.mark.parametrize(("levels", "is_found"), [(3, True), (4, True), (5, False), (60, False)])
def test_entities_are_read_to_a_depth_and_no_further(levels: int, is_found: bool) -> None:
    found = read_answer(json.dumps(_deep(levels)).encode()).abuse_contact(NET)

    assert (found is not None) == is_found


def test_a_list_without_an_end_is_cut() -> None:
    entities: list[dict[str, object]] = [{"roles": ["noc"]} for _ in range(5000)]
    entities.append({"roles": ["abuse"], "vcardArray": card("x", "a@b.example")})

    assert read_answer(json.dumps(network(*entities)).encode()).abuse_contact(NET) is None


# --- the table that travels with the program --------------------------------------------------


def test_every_public_block_has_at_most_one_registry_and_private_ones_none() -> None:
    table = packaged_registries()

    assert (len(table.by_block), table.of_address("10.0.0.1"), table.of_address("127.0.0.1")) == (
        221,
        "",
        "",
    )


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("113.160.0.1", "rdap.apnic.net"),
        ("104.16.0.1", "rdap.arin.net"),
        ("185.1.1.1", "rdap.db.ripe.net"),
        ("2a00:1450::1", "rdap.db.ripe.net"),
        ("2405:4800::1", "rdap.apnic.net"),
        ("200.1.1.1", "rdap.lacnic.net"),
        ("197.1.1.1", "rdap.afrinic.net"),
    ],
)
def test_known_blocks_lead_to_their_registry(address: str, host: str) -> None:
    assert packaged_registries().of_address(address).startswith(f"https://{host}/")


def test_an_ending_without_a_registry_is_not_known() -> None:
    table = packaged_registries()

    assert (table.of_name("vi-du.vn"), table.name_host("vi-du.vn"), table.name_host("a.com")) == (
        "",
        "",
        "rdap.verisign.com",
    )


def test_no_registry_is_asked_in_the_clear() -> None:
    table = packaged_registries()

    assert [
        base
        for base in (*table.network_bases(), *table.by_ending.values())
        if not base.startswith("https://") or not base.endswith("/")
    ] == []


def test_a_registry_of_the_lowest_confidence_is_left_out() -> None:
    data = b"""
    [[network]]
    id = "x"
    base = "https://x.example/"
    ipv4 = "93"
    ipv6 = []
    confidence = "D"
    checked_on = 2026-11-27
    [[name]]
    base = "https://x.example/"
    endings = ["com"]
    confidence = "D"
    checked_on = 2026-11-27
    """

    assert build_registries(data) == Registries(by_block={}, by_prefix=(), by_ending={})
