"""The second factor in a real browser: with an authenticator, without script, by keyboard."""

import base64
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from benban.desk.server.second.factors import drop_factors, factors_of
from benban.testing.clock import FakeClock
from benban.wording import Language
from tests.desk.browsing import browsing
from tests.desk.rig import came_in
from tests.desk.second_site import IN, Site, second_site
from tests.unit.desk.second.people import NOW, code_at, phrase_of

_SERIOUS = frozenset({"serious", "critical"})
_SMALL = """() => [...document.querySelectorAll(
    "button, .button, .actions a, .list a, summary, input:not([type=hidden])")]
  .filter((one) => one.offsetParent !== null && !one.closest(".skip-form, .skip"))
  .map((one) => [one.outerHTML.slice(0, 60), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 43.5)"""
_TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
_HALF = ("/second/choose", "/second/app", "/second/key", "/second/lost")
_IN_SETTINGS = ("/settings/second", "/settings/second/app", "/settings/second/key")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with second_site(tmp_path / "kho", clock=FakeClock(NOW)) as running:
        yield running


@pytest.fixture
def window(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    with browsing(chromium, viewport={"width": 360, "height": 740}) as context:
        came_in(context, site)
        yield context


def _device(page: Page, **wishes: bool | str) -> tuple[CDPSession, str]:
    """Give the browser an authenticator; a finger is on it."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **wishes,
    }
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return cdp, str(made["authenticatorId"])


def _at(site: Site, path: str) -> str:
    return f"{site.place.origin}{path}"


def _make_key(page: Page, site: Site, name: str = "") -> None:
    page.goto(_at(site, "/second/key"))
    page.fill("input[name=name]", name)
    page.click("form[data-passkey] button")
    page.wait_for_url(f"**{IN}")


def _app(page: Page, site: Site) -> bytes:
    """Set up an app by what the page shows, as somebody types it."""
    page.goto(_at(site, "/second/app"))
    page.click("summary")
    key = _key_of(page.inner_text(".code"))
    page.fill("input[name=code]", code_at(key, site.clock))
    page.click("main form button")
    page.wait_for_url(f"**{IN}")
    return key


def _key_of(typed: str) -> bytes:
    return base64.b32decode(typed.replace(" ", ""))


def test_a_passkey_is_made_and_shown_in_the_browser(window: BrowserContext, site: Site) -> None:
    page = window.new_page()
    _device(page)

    _make_key(page, site, "điện thoại của tôi")
    assert [one.name for one in factors_of(site.desk.vault).passkeys] == ["điện thoại của tôi"]
    for _ in range(2):
        page.goto(_at(site, "/second/check"))
        page.click("form[data-passkey] button")
        page.wait_for_url(f"**{IN}")

    # The browser's authenticator counts; nothing went back.
    assert factors_of(site.desk.vault).passkeys[0].sign_count >= 2


def test_whoever_does_not_show_finger_or_pin_is_not_let_in(
    window: BrowserContext, site: Site
) -> None:
    page = window.new_page()
    cdp, device = _device(page)
    _make_key(page, site)
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(_at(site, "/second/check"))

    page.click("form[data-passkey] button")

    expect(page.locator("[data-failed]")).to_be_visible()
    expect(page.locator("form[data-passkey] button")).to_be_enabled()
    assert page.url.endswith("/second/check")


def test_a_key_from_another_device_is_not_offered(window: BrowserContext, site: Site) -> None:
    page = window.new_page()
    cdp, device = _device(page)
    _make_key(page, site)
    cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    _device(page)
    page.goto(_at(site, "/second/check"))

    page.click("form[data-passkey] button")

    expect(page.locator("[data-failed]")).to_be_visible()


def test_the_key_of_an_app_is_typed_from_the_page(window: BrowserContext, site: Site) -> None:
    page = window.new_page()
    key = _app(page, site)
    site.clock.advance(60)
    page.goto(_at(site, "/second/check"))

    page.fill("input[name=code]", code_at(key, site.clock))
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{IN}")


def test_the_picture_is_seen_under_the_policy_and_nothing_is_blocked(
    window: BrowserContext, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The reader that is asked here cannot read one good code in three hundred.
    monkeypatch.setattr("benban.desk.server.second.asking.new_key", lambda: bytes(range(20)))
    page = window.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in (*_HALF, "/second/check"):
        page.goto(_at(site, path))
    page.goto(_at(site, "/second/app"))

    box = page.locator(".qr svg").bounding_box()

    # A browser asks for an icon by itself; there is none.
    assert [one for one in said if "404" not in one] == []
    assert box is not None
    assert box["width"] > 200
    seen = cv2.imdecode(np.frombuffer(page.locator(".qr").screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert seen is not None
    read = cv2.QRCodeDetector().detectAndDecode(seen)[0]
    assert read == page.get_attribute("a[href^=otpauth]", "href")
    page.click("summary")
    assert f"secret={page.inner_text('.code').replace(' ', '')}" in read
    assert page.locator(".qr [style], .qr script, .qr image").count() == 0


def test_without_script_the_app_is_offered(chromium: Browser, site: Site) -> None:
    with browsing(chromium, java_script_enabled=False) as context:
        came_in(context, site)
        page = context.new_page()
        page.goto(_at(site, "/second/key"))
        expect(page.locator("form[data-passkey]")).to_be_hidden()
        expect(page.locator("[data-no-passkey]")).to_be_visible()

        key = _app(page, site)
        site.clock.advance(60)
        page.goto(_at(site, "/second/check"))
        page.fill("input[name=code]", code_at(key, site.clock))
        page.click("main form button")

        assert page.url.endswith(IN)


def test_a_key_and_an_app_are_added_and_removed_but_never_the_last(
    window: BrowserContext, site: Site
) -> None:
    page = window.new_page()
    _device(page)
    _make_key(page, site, "one")
    page.goto(_at(site, "/settings/second/app"))
    # Found open, the desk asks who is there.
    assert page.url.endswith("/settings/second/sure")
    page.fill("input[name=passphrase]", "not this one")
    page.click("main form button")
    expect(page.locator(".problem")).to_contain_text("BB-403")
    page.fill("input[name=passphrase]", phrase_of("Lan"))
    page.click("main form button")
    page.wait_for_url("**/settings/second")
    assert page.locator("main form").count() == 0

    page.goto(_at(site, "/settings/second/app"))
    page.click("summary")
    key = _key_of(page.inner_text(".code"))
    page.fill("input[name=code]", code_at(key, site.clock))
    page.click("main form button")
    page.wait_for_url("**/settings/second")
    assert page.locator("main form").count() == 2
    page.click("button[value=app] >> nth=0")
    page.wait_for_url("**/settings/second")

    assert (factors_of(site.desk.vault).count, page.locator("main form").count()) == (1, 0)
    number = factors_of(site.desk.vault).passkeys[0].number
    answer = site.post("/settings/second/remove", factor=number)
    assert (answer.status_code, "BB-034" in answer.text) == (400, True)
    assert factors_of(site.desk.vault).count == 1


def test_another_key_is_added_in_the_settings_and_the_same_device_makes_no_second(
    window: BrowserContext, site: Site
) -> None:
    page = window.new_page()
    cdp, device = _device(page)
    _make_key(page, site, "one")
    site.post("/settings/second/sure", passphrase=phrase_of("Lan"))
    page.goto(_at(site, "/settings/second/key"))
    page.click("form[data-passkey] button")
    expect(page.locator("[data-failed]")).to_be_visible()
    cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    _device(page)
    page.fill("input[name=name]", "two")
    page.click("form[data-passkey] button")
    page.wait_for_url("**/settings/second")

    assert [one.name for one in factors_of(site.desk.vault).passkeys] == ["one", "two"]


def test_being_sure_ends_after_ten_minutes(site: Site) -> None:
    site.post("/settings/second/sure", passphrase=phrase_of("Lan"))
    site.clock.advance(600)
    assert site.get("/settings/second").status_code == 200
    site.clock.advance(1)

    assert site.get("/settings/second").headers["location"] == "/settings/second/sure"


def test_only_pages_that_ask_for_a_passkey_let_the_browser_be_asked(site: Site) -> None:
    site.post("/settings/second/sure", passphrase=phrase_of("Lan"))
    paths = (*_HALF, *_IN_SETTINGS, "/", "/settings", "/help-now", "/static/passkey.js")
    policies = {path: site.get(path).headers["permissions-policy"] for path in paths}

    allowed = {path for path, policy in policies.items() if "credentials-get=(self)" in policy}
    assert allowed == {"/second/key", "/settings/second/key"}
    nothing = policies["/"]
    assert "publickey-credentials-create=(), publickey-credentials-get=()" in nothing
    assert {policy.replace("(self)", "()") for policy in policies.values()} == {nothing}


@pytest.mark.parametrize("language", list(Language), ids=lambda one: one.value)
def test_no_page_of_it_has_a_serious_fault_or_a_small_target(
    window: BrowserContext, site: Site, language: Language
) -> None:
    site.client.post("/language", data={"language": language.value, "back": "/"})
    site.post("/settings/second/sure", passphrase=phrase_of("Lan"))
    page = window.new_page()
    _device(page)
    found: list[object] = []

    def look(path: str) -> None:
        page.goto(_at(site, path))
        assert page.url.endswith(path)
        for summary in page.locator("summary").all():
            summary.click()
        result = Axe().run(page).response
        found.extend(
            (path, one["id"], one["nodes"][0]["html"])
            for one in result["violations"]
            if one["impact"] in _SERIOUS
        )
        found.extend((path, "small", *one) for one in page.evaluate(_SMALL))
        found.extend([(path, "too wide")] * page.evaluate(_TOO_WIDE))

    for path in _HALF:
        look(path)
    _make_key(page, site, "một tên khá dài cho một chiếc điện thoại")
    for path in ("/second/check", "/settings/second/sure", *_IN_SETTINGS):
        look(path)
    drop_factors(site.desk.vault)

    assert found == [], found
