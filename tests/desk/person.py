"""Somebody before the pages in a real browser."""

from playwright.sync_api import Page

from benban.wording import Language, say
from tests.desk.rig import PASSPHRASE, Running


class Person:
    """Somebody before the pages, who reads one language."""

    def __init__(self, page: Page, desk: Running, language: Language, *, has_script: bool) -> None:
        self.page = page
        self.desk = desk
        self.language = language
        self.has_script = has_script

    def come_in(self) -> None:
        """Type the code of the terminal, or follow the file that the program opened."""
        if self.has_script:
            self.page.goto(f"{self.desk.place.origin}/#{self.desk.desk.door.new_token()}")
        else:
            self.page.goto(f"{self.desk.place.origin}/")
            self.page.fill("input[name=code]", self.desk.desk.door.new_code())
            self.page.click("button")
        self.page.wait_for_selector("main")
        self.page.click(f"button[name=language][value={self.language.value}]")

    def choose(self, **answers: str) -> None:
        """Choose one answer of each question, and go on."""
        for name, value in answers.items():
            self.page.check(f"main input[name={name}][value={value}]")
        self.page.click("main form button >> nth=0")

    def follow(self, end: str) -> None:
        """Follow the link whose address ends so."""
        self.page.click(f"main a[href$='{end}']")

    def wait_for_work(self) -> None:
        """Wait until long work is over, and see what came of it."""
        assert "/jobs/" in self.page.url
        if not self.has_script:
            self.desk.wait_for_jobs()
            self.page.reload()
        self.page.click("main p a.button", timeout=120_000)

    def reads(self, message_id: str) -> bool:
        """Whether these words of the program stand on the page, once all of it is there."""
        self.page.wait_for_load_state()
        words = say(self.language, message_id)
        return words in " ".join(self.page.inner_text("main").split())

    def open_case(self, kind: str, **ages: str) -> str:
        """Answer the first questions, make a place to keep things, and open the case."""
        self.choose(alone="yes")
        self.page.click("main a.button")
        self.page.click("main a.button")
        self.choose(kind=kind)
        self.choose(**ages)
        if set(ages.values()) != {"yes"}:
            self.page.click("main a.button")
        self.choose(where="here")
        self.page.fill("input[name=passphrase]", PASSPHRASE)
        self.page.fill("input[name=again]", PASSPHRASE)
        self.page.click("main button")
        self.page.click("form[action='/sheet/without'] button")
        self.page.click("main button")
        return self.page.url.removeprefix(self.desk.place.origin)
