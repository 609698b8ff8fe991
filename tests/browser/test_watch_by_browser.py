"""A page that is drawn by scripts is looked at by the real browser, without its pictures."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from benban.casework.recheck import LookTaken, recheck
from benban.model.case import Capacity, Case
from benban.model.ids import new_case_id
from benban.model.watch import Means
from benban.outside.fence import Fence
from benban.outside.platforms import ThisPlatform
from benban.testing.clock import FakeClock
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.testing.platform_pages import Post, widget_page
from benban.vault import KdfCost, Vault
from benban.wording import Language
from tests.browser.conftest import NOW
from tests.path.loopback import HERE, browser_on_loopback
from tests.unit.casework import watched as scenes
from tests.unit.casework.watched import FAKE, Watched


@pytest.fixture
def drawn(tmp_path: Path) -> Iterator[tuple[Watched, Vault]]:
    """A case whose sighting is a post that a script draws."""
    clock = FakeClock(NOW)
    vault, _ = Vault.create(
        tmp_path / "kho",
        passphrase="bốn từ dễ nhớ",
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    case = Case(
        id=new_case_id(),
        title="",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=NOW,
    )
    with vault, vault.create_case(case) as store, PlatformSimulator(posts=2, now=clock.now) as site:
        upload = site.post(FAKE, "bài")
        post = Post(
            channel=CHANNEL,
            number=upload.number,
            author="Kênh",
            text="bài",
            media=("/" + upload.media_address.split("/", 3)[3],),
            views="1",
            posted_at="2026-11-20T08:00:00+00:00",
        )
        page = json.dumps(widget_page(post)).replace("</", "<\\/")
        site.serve(f"/{CHANNEL}/{upload.number}", f"<script>document.write({page})</script>")
        made = Watched(store=store, clock=clock, site=site)
        made.report(f"/{CHANNEL}/{upload.number}", host=HERE)
        yield made, vault


@contextmanager
def reachable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scenes, "FORUM", HERE)
    yield


def look(watched: Watched, vault: Vault) -> LookTaken:
    with browser_on_loopback(watched.site.port)(vault) as browser:
        (taken,) = recheck(watched.store, replace(watched.tools(), browser=browser)).looks
    return taken


def test_what_a_script_draws_is_seen_by_the_browser_and_no_picture_is_asked_for(
    drawn: tuple[Watched, Vault], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched, vault = drawn
    watched.permit()
    with reachable(monkeypatch):
        taken = look(watched, vault)

    assert (taken.look.means, taken.look.judgement.reason) == (Means.BROWSER, "item-shown")
    assert watched.site.media_requests() == ()


def test_its_picture_is_compared_in_memory_and_nothing_of_it_is_kept(
    drawn: tuple[Watched, Vault], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    watched, vault = drawn
    with Fence() as fence, reachable(monkeypatch):
        watched.decoder = fence
        watched.keep(watched.report(f"/{CHANNEL}/101", host="t.me"), FAKE)
        watched.permit()
        with browser_on_loopback(watched.site.port)(vault) as browser:
            done = recheck(watched.store, replace(watched.tools(), browser=browser))

    reasons = {one.place.address.host: one.look.judgement.reason for one in done.looks}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert reasons[HERE] == "picture-shown"
    assert [path.name for path in files if FAKE[650:700] in path.read_bytes()] == []
