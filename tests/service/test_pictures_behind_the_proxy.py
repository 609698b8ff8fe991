"""Pictures through nginx where an operator turned hashing on, as the documentation says."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from benban.outside.exchange_place import Place
from benban.service.hasher import MOST_FORM_BYTES
from benban.testing.pictures import decode, draw_feed_picture, encode_png
from tests.contract.exchange_stores import made_file
from tests.service.exchange_running import Running
from tests.service.proxy import WHERE_IT_RUNS, Authority, Proxy, proxied
from tests.unit.exchange.shared import SECOND

__all__ = ["made_file"]

pytestmark = WHERE_IT_RUNS

_PATHS = ("/h/hash", "/m/lookup")


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, made_file: Path
) -> Iterator[tuple[Proxy, str, Path]]:
    """A proxy before an exchange that hashes, a key, and the file of a member's certificate."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(made_file, folder / "exchange.db")
    config = folder / "exchange.toml"
    config.write_text('hashing = true\ntrusted_proxy = "127.0.0.1"\n', encoding="utf-8")
    running = Running(
        place=Place(folder=folder / "exchange"),
        database=f"sqlite:///{folder}/exchange.db",
        workers=1,
        options=("--config", str(config)),
    )
    running.set_up()
    running.start()
    authority = Authority.new("members")
    try:
        with proxied(folder, authority, running.port, with_pictures=True) as nginx:
            member = authority.issue(folder / "member.pem", "member.example")
            yield nginx, running.keys[SECOND], member
    finally:
        running.end(signal.SIGKILL)


def _large_picture() -> bytes:
    """Return a drawing that takes more than what a question may take, and less than 16 MiB."""
    drawn = np.kron(decode(draw_feed_picture(3)), np.ones((4, 4, 1), np.uint8))
    grain = np.random.default_rng(3).integers(0, 32, drawn.shape, dtype=np.uint8)
    picture = encode_png(drawn - np.minimum(drawn, grain))
    assert 3 << 20 < len(picture) < 12 << 20
    return picture


def _sent(client: httpx.Client, path: str, picture: bytes) -> httpx.Response:
    return client.post(path, files={"photo": ("x", picture)})


def test_a_large_picture_is_hashed_and_looked_up_behind_the_proxy(
    site: tuple[Proxy, str, Path],
) -> None:
    nginx, key, member = site
    with nginx.client(member, key) as client:
        hashed, found = [_sent(client, path, _large_picture()) for path in _PATHS]
        small = _sent(client, "/h/hash", draw_feed_picture(3))

    assert (hashed.status_code, len(hashed.json()["pdq"])) == (200, 64)
    assert (found.status_code, found.json()) == (200, {"pdq": {}})
    differing = int(hashed.json()["pdq"], 16) ^ int(small.json()["pdq"], 16)
    assert differing.bit_count() <= 31


@pytest.mark.parametrize("path", _PATHS)
def test_a_picture_needs_a_certificate_and_a_key(site: tuple[Proxy, str, Path], path: str) -> None:
    nginx, key, member = site
    with nginx.client(None, key) as stranger:
        without_certificate = _sent(stranger, path, draw_feed_picture(3))
    with nginx.client(member) as client:
        without_key = [_sent(client, path, bytes(12 << 20)) for _ in range(4)]

    assert (without_certificate.status_code, "nginx" in without_certificate.text) == (403, True)
    assert {(one.status_code, one.text[:17]) for one in without_key} == {(401, '{"code":"BB-960",')}


def test_what_is_longer_than_a_picture_is_refused_by_one_of_the_two(
    site: tuple[Proxy, str, Path],
) -> None:
    nginx, key, member = site
    with nginx.client(member, key) as client:
        by_the_exchange = _sent(client, "/h/hash", bytes(MOST_FORM_BYTES + 1))
        by_the_proxy = _sent(client, "/h/hash", bytes(18 << 20))
        elsewhere = _sent(client, "/m/compare", _large_picture())

    assert (by_the_exchange.status_code, by_the_exchange.json()["code"]) == (400, "BB-967")
    assert [(one.status_code, "nginx" in one.text) for one in (by_the_proxy, elsewhere)] == [
        (413, True)
    ] * 2


def test_nothing_of_a_picture_lies_at_the_proxy(site: tuple[Proxy, str, Path]) -> None:
    nginx, key, member = site
    with nginx.client(member, key) as client:
        assert _sent(client, "/h/hash", _large_picture()).status_code == 200

    # Who tried to write it would have failed, and said so: there is no folder.
    assert nginx.log.read_text() == ""
