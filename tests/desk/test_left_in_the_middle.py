"""Leaving, or a computer that sleeps, while long work is under way (research B5 41, 117)."""

import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from benban.model.exhibit import Exhibit
from benban.outside.browser_find import find_browser
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.vault import Vault, check_vault
from benban.wording import Language, say
from tests.desk.browsing import WATCH, browsing, require_blank_at_once, shift_three_times
from tests.desk.rig import ADULT, PASSPHRASE, give_cookie, words_of
from tests.desk.started import Computer, entered, send
from tests.path.loopback import HERE
from tests.path.marked import MARK, survivors

_ROOT = Path(__file__).resolve().parents[2]
PICTURE = encode_jpeg(draw_example(Subject.STATUE, seed=4, width_px=320, height_px=240))


class HangingComputer(Computer):
    """A computer on which long work hangs."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder)
        self.port = port
        self.mark = folder / "hangs" / "now"
        self.of_this_test = uuid.uuid4().hex
        self.environment |= {
            MARK: self.of_this_test,
            "BENBAN_TEST_BROWSER": str(find_browser()),
            "PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT}",
        }

    def command(self, *more: str) -> list[str]:
        """Return what starts the program."""
        start = [sys.executable, "-m", "tests.desk.doomed_desk", str(self.port), str(self.mark)]
        return [*start, "desk", "--vault", str(self.vault), "--language", "en", *more]


@pytest.fixture
def site() -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=1) as running:
        yield running


@pytest.fixture
def computer(tmp_path: Path, site: PlatformSimulator) -> HangingComputer:
    return HangingComputer(tmp_path, site.port)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something that comes; a test that hangs is ended by who runs it."""
    while not is_so():
        time.sleep(0.02)


def at_home(client: httpx.Client, language: Language, address: str) -> str:
    """Make a vault with a case and one place, and return the path of the place."""
    client.post("/language", data={"language": language.value, "back": "/"})
    send(client, "/what", "/what", kind="published")
    send(client, "/age", "/age", **ADULT)
    send(client, "/where", "/where", where="here")
    send(client, "/passphrase", "/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    send(client, "/sheet", "/sheet/without")
    case = send(client, "/begin", "/begin").headers["location"]
    add = f"{case}/add/link"
    age = send(client, add, add, address=address, kind="published").headers["location"]
    send(client, age, age, **ADULT)
    return age.removesuffix("/age")


def leave(client: httpx.Client) -> None:
    """Leave; a program that was told not to wait for long may end before it has answered."""
    with suppress(httpx.RemoteProtocolError, httpx.ReadError):
        client.post("/exit")


def leave_from(page: Page) -> None:
    """Leave from the page of the work, and see that it is blank at once."""
    page.wait_for_url("**/jobs/*")
    page.evaluate(WATCH)
    require_blank_at_once(lambda: shift_three_times(page), "keydown", page)


def at_the_next_start(computer: HangingComputer, path: str) -> str:
    """Start the program once more, type the passphrase, and return the words of a page."""
    with computer.started():
        client = entered(computer.opened())
        assert send(client, "/unlock", "/unlock", passphrase=PASSPHRASE).status_code == 303
        words = words_of(client.get(path).text)
        leave(client)
    return words


def faults(computer: HangingComputer) -> list[str]:
    """Read the whole vault and return what is not as it was written."""
    clock, platform = SystemClock(), ThisPlatform()
    with Vault.open(computer.vault, passphrase=PASSPHRASE, clock=clock, platform=platform) as vault:
        report = check_vault(vault, read=True)
    return [one.name for one in report.checks if one.result.value == "FAIL"]


@pytest.mark.parametrize(
    "language", [Language.VI, pytest.param(Language.EN, marks=pytest.mark.long)]
)
def test_a_visit_that_was_under_way_is_told_as_broken_off(
    chromium: Browser, computer: HangingComputer, site: PlatformSimulator, language: Language
) -> None:
    posted = site.post(PICTURE, "bài")
    hanging = posted.media_address.removeprefix(site.address(""))
    site.answer_late(hanging, 3600)
    address = f"http://{HERE}:{site.port}/{CHANNEL}/{posted.number}"
    with computer.started() as child, browsing(chromium) as context:
        opened = computer.opened()
        client = entered(opened)
        place = at_home(client, language, address)
        give_cookie(context, client, opened.origin)
        page = context.new_page()
        page.goto(f"{opened.origin}{place}/visit")
        page.check("input[name=visit][value=now]")
        page.click("main form button")
        wait_until(lambda: hanging in [one.path for one in site.requests()])

        leave_from(page)

        assert child.wait(60) == 0
    assert survivors(computer.of_this_test) == []
    words = at_the_next_start(computer, place)
    assert say(language, "dossier.step.rest-of-visit") in words
    assert faults(computer) == []


@pytest.mark.parametrize(
    "language", [Language.EN, pytest.param(Language.VI, marks=pytest.mark.long)]
)
def test_a_dossier_that_was_half_written_is_gone_and_can_be_made_again(
    chromium: Browser, computer: HangingComputer, tmp_path: Path, language: Language
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    computer.mark.parent.mkdir()
    with computer.started() as child, browsing(chromium) as context:
        opened = computer.opened()
        client = entered(opened)
        place = at_home(client, language, f"http://{HERE}/{CHANNEL}/5")
        case = place.partition("/s/")[0]
        give_cookie(context, client, opened.origin)
        page = context.new_page()
        page.goto(f"{opened.origin}{place}/files")
        page.set_input_files(
            "input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": PICTURE}
        )
        page.click("main form:has(input[type=file]) button")
        page.wait_for_url(lambda url: "/files" not in url)
        ask_for_dossier(page, f"{opened.origin}{case}", out)
        wait_until(computer.mark.exists)

        leave_from(page)

        assert child.wait(60) == 0
    assert list(out.iterdir()) == []
    computer.mark.unlink()
    computer.mark.parent.rmdir()
    with computer.started() as child, browsing(chromium) as context:
        opened = computer.opened()
        client = entered(opened)
        send(client, "/unlock", "/unlock", passphrase=PASSPHRASE)
        assert say(language, "cli.exhibit.supplied-file") in words_of(client.get(place).text)
        give_cookie(context, client, opened.origin)
        page = context.new_page()
        ask_for_dossier(page, f"{opened.origin}{case}", out)
        page.click("main p a.button", timeout=120_000)
        (written,) = out.iterdir()
        assert written.name in page.inner_text("main")
        leave(client)
        assert child.wait(60) == 0
    assert faults(computer) == []
    with (
        Vault.open(
            computer.vault, passphrase=PASSPHRASE, clock=SystemClock(), platform=ThisPlatform()
        ) as vault,
        vault.open_case(vault.case_ids()[0]) as store,
    ):
        assert len(store.all(Exhibit)) == 1


def ask_for_dossier(page: Page, case: str, out: Path) -> None:
    """Choose what goes in, look at it, and have it made."""
    page.goto(f"{case}/dossier")
    answers = {"for": "lawyer", "which": "all", "stamp": "no", "languages": "vi"}
    for name, value in answers.items():
        page.check(f"main input[name={name}][value={value}]")
    page.fill("input[name=folder]", str(out))
    page.click("main form button >> nth=0")
    page.click("form[action$='/make'] button:not([formaction])")


def test_a_computer_that_slept_while_a_visit_was_under_way_goes_on_with_it(
    computer: HangingComputer, site: PlatformSimulator
) -> None:
    posted = site.post(PICTURE, "bài")
    slow = posted.media_address.removeprefix(site.address(""))
    site.answer_late(slow, 1.0)
    address = f"http://{HERE}:{site.port}/{CHANNEL}/{posted.number}"
    with computer.started() as child:
        client = entered(computer.opened())
        place = at_home(client, Language.EN, address)
        job = send(client, f"{place}/visit", f"{place}/visit", visit="now").headers["location"]
        wait_until(lambda: slow in [one.path for one in site.requests()])

        child.send_signal(signal.SIGSTOP)
        time.sleep(2)
        child.send_signal(signal.SIGCONT)

        wait_until(lambda: 'data-over="yes"' in client.get(job).text)
        assert f'href="{place}"' in client.get(job).text
        words = words_of(client.get(place).text)
        assert say(Language.EN, "dossier.step.rest-of-visit") not in words
        assert say(Language.EN, "cli.exhibit.wacz") in words
        leave(client)
        assert child.wait(60) == 0
    assert faults(computer) == []
