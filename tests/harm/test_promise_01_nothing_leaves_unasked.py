"""DESIGN promise 1: no verb opens a socket but a visit and a stamp; a visit reaches one host."""

import socket
import subprocess
import sys

import pytest

from benban.model.exhibit import StepOutcome
from tests.harm.visit import Visit
from tests.harm.walk import Walk
from tests.harm.witness import Witness


def test_a_whole_case_opens_no_socket_not_even_on_loopback(walk: Walk) -> None:
    done = {name for name, ran in walk.ran.items() if ran.code in {0, 2}}

    assert done >= {
        "case new",
        "add",
        "original add",
        "compare",
        "show",
        "plan",
        "notice draft",
        "notice approve",
        "notice sent",
        "notice reply",
        "letter",
        "receipt",
        "dossier",
        "stamp",
        "check",
        "help",
    }
    assert walk.witness.sockets == []


def test_a_whole_case_starts_no_process_but_the_fence(walk: Walk) -> None:
    # Where bubblewrap is installed, it is tried once with nothing to do; it has no network either.
    ours = ("benban.outside.fence_child", "bwrap --unshare-all ")
    strangers = [one for one in walk.witness.children if not any(name in one for name in ours)]

    assert (len(walk.witness.children) > 0, strangers) == (True, [])


def test_a_visit_reaches_the_host_that_was_asked_for_and_no_other(visit: Visit) -> None:
    host, port = visit.endpoint
    reached = {(one.host, one.port) for one in visit.capture.connections}

    assert (reached, len(visit.paths) >= 2) == ({(host, port)}, True)


def test_this_process_itself_connects_to_nothing_else_during_a_visit(visit: Visit) -> None:
    # The proxy looks the host up and connects; the browser has no other way out.
    host, port = visit.endpoint
    beyond = {one for one in visit.witness.reached if host not in one}

    assert (beyond, any(str(port) in one for one in visit.witness.reached)) == (set(), True)


def test_the_browser_is_told_to_use_the_proxy_alone(visit: Visit) -> None:
    (browser,) = [one for one in visit.witness.children if "playwright" in one]

    assert (str(visit.endpoint[0]) in browser, "kenh_vi_du" in browser) == (False, False)


def test_every_step_of_the_visit_ended(visit: Visit) -> None:
    assert {step.outcome for step in visit.capture.steps} == {StepOutcome.DONE}


def test_without_a_word_nothing_is_sent_to_be_stamped(walk: Walk) -> None:
    tokens = walk.ran["stamp"]

    assert (tokens.code, "benban" in tokens.err) == (0, False)


# --- the witness itself -----------------------------------------------------------------------


def test_a_socket_is_seen() -> None:
    with Witness() as witness, socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

    names = {name for name, _ in witness.sockets}
    assert names >= {"socket.__new__", "socket.bind", "socket.connect"}


def test_a_child_is_seen() -> None:
    with Witness() as witness:
        subprocess.run([sys.executable, "-c", "print('canary')"], check=True, capture_output=True)

    assert ["canary" in one for one in witness.children] == [True]


@pytest.mark.parametrize("host", ["localhost"])
def test_asking_for_a_name_is_seen(host: str) -> None:
    with Witness() as witness:
        socket.getaddrinfo(host, 80)

    assert witness.reached == {host}
