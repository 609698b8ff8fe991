"""A page of somebody else in the same browser reaches nothing (research B5 74, 82)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from benban.testing.platform import PlatformSimulator
from tests.desk.rig import Running


@pytest.fixture
def site() -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=0) as running:
        yield running


def test_a_name_that_leads_to_this_computer_leads_to_nothing(
    phone: Page, closed_desk: Running
) -> None:
    # A browser leads every name under localhost here, as a name that was bound anew would.
    port = closed_desk.place.authority.partition(":")[2]
    (cookie,) = phone.context.cookies()
    # Even with the cookie, which a browser would not send there by itself.
    stolen = {"name": "k", "value": cookie["value"], "url": f"http://evil.localhost:{port}"}
    phone.context.add_cookies([stolen])  # type: ignore[list-item] # a dict of the kind it documents

    answer = phone.goto(f"http://evil.localhost:{port}/settings")

    assert answer is not None
    assert (answer.status, phone.locator("main").count()) == (404, 0)
    # The person's own page answers as before.
    phone.goto(f"{closed_desk.place.origin}/settings")
    assert phone.locator("main").count() == 1


def test_no_page_of_the_desk_appears_in_a_frame_of_another(
    phone: Page, closed_desk: Running, site: PlatformSimulator
) -> None:
    # Another port of the same host is the same site to a browser: the cookie alone is no wall.
    framing = f"<!doctype html><iframe src='{closed_desk.place.origin}/help-now'></iframe>"
    site.serve("/khung", framing)

    phone.goto(site.address("/khung"))
    phone.wait_for_load_state("networkidle")

    (frame,) = phone.frames[1:]
    assert frame.url.startswith("chrome-error://")
    assert frame.locator("form, a[href='/help-now']").count() == 0


def test_a_script_of_another_page_reads_and_does_nothing(
    phone: Page, closed_desk: Running, site: PlatformSimulator
) -> None:
    closed_desk.enter()
    closed_desk.begin()
    site.serve("/ma", "<!doctype html><p>x")
    phone.goto(site.address("/ma"))

    told = phone.evaluate(
        """async (origin) => {
          const tries = [
            fetch(origin + "/cases", { credentials: "include" }),
            fetch(origin + "/lock", { method: "POST", credentials: "include", mode: "no-cors" }),
            fetch(origin + "/exit", { method: "POST", credentials: "include", mode: "no-cors" }),
          ];
          const ended = await Promise.allSettled(tries);
          return [ended[0].status, ended[1].value?.type ?? ""];
        }""",
        closed_desk.place.origin,
    )

    # Nothing of the first can be read; what the others sent did nothing.
    assert told[0] == "rejected"
    assert (closed_desk.desk.is_open, closed_desk.is_over.is_set()) == (True, False)
