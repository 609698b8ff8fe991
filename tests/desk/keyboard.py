"""The keyboard before a page: Tab, arrows, Space and Enter, and nothing that a mouse does."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

# Every page has fewer stops than this; a way that is longer is a trap.
_MOST_STOPS = 150
_STANDS_AT = """(wanted) => {
  const one = document.activeElement;
  return one !== document.body && one.matches(wanted);
}"""
# The number tells two stops apart that look alike, as two radios of one name do not have to.
_STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  window.stops = window.stops || new Map();
  if (!window.stops.has(one)) window.stops.set(one, window.stops.size);
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const points = [.1, .5, .9].flatMap((x) => [.1, .5, .9].map(
    (y) => [box.left + x * box.width, box.top + y * box.height]));
  const isOnTop = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top !== null && (one.contains(top) || top.contains(one) && top.matches("label"));
  });
  return {
    number: window.stops.get(one),
    // Day, month, year and the button of the calendar are stops inside of one field.
    has_parts: ["date", "time"].includes(one.type),
    html: one.outerHTML.slice(0, 120),
    outline_px: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    is_on_top: isOnTop,
  };
}"""
# What Tab should reach: of radios of one name, one.
_EXPECTED = """() => {
  const names = new Set();
  return [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((one) => one.checkVisibility() && !one.disabled)
    .filter((one) => one.type !== "radio"
      || (!names.has(one.name) && names.add(one.name))).length;
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stop:
    """Where the focus stands."""

    number: int
    has_parts: bool


class Keyboard:
    """Somebody who has no mouse; each stop on the way is looked at."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        # Asked for long before it is needed: the browser does not say when it begins to tell.
        page.on("filechooser", lambda _: None)

    def walk(self) -> None:
        """Go by Tab once around the page: every control is a stop that is seen, and none holds."""
        self.page.wait_for_load_state()
        wanted = self.page.evaluate(_EXPECTED)
        found: set[int] = set()
        last: _Stop | None = None
        for _ in range(_MOST_STOPS):
            stop = self._tab()
            if stop is None or (stop.number in found and not (stop.has_parts and stop == last)):
                break
            found.add(stop.number)
            last = stop
        if len(found) < wanted:
            self.faults.append(f"{self.page.url}: {len(found)} stops of {wanted}")

    def reach(self, selector: str) -> None:
        """Press Tab until the focus stands there; the focus is seen at each stop."""
        if self.page.evaluate(_STANDS_AT, selector):
            return
        for _ in range(_MOST_STOPS):
            self._tab()
            if self.page.evaluate(_STANDS_AT, selector):
                return
        raise AssertionError((self.page.url, selector))

    def press(self, selector: str, key: str = "Enter") -> None:
        """Go there and press a key."""
        self.reach(selector)
        self.page.keyboard.press(key)

    def go(self, selector: str, key: str = "Enter") -> None:
        """Press what leads to another page, and go once around that."""
        self.reach(selector)
        self.page.evaluate("() => { window.isOld = true; }")
        self.page.keyboard.press(key)
        self.page.wait_for_function("() => !window.isOld && document.readyState === 'complete'")
        # While work is under way its page comes anew by itself.
        if "/jobs/" not in self.page.url:
            self.walk()

    def choose(self, **answers: str) -> None:
        """Choose one answer of each question by Space and arrows."""
        for name, value in answers.items():
            self.press(f"main input[name={name}]", "Space")
            for _ in range(10):
                if self.page.evaluate(_STANDS_AT, f"[value={value}]:checked"):
                    break
                self.page.keyboard.press("ArrowDown")
            assert self.page.evaluate(_STANDS_AT, f"[value={value}]:checked"), (name, value)

    def write(self, selector: str, text: str) -> None:
        """Go there and type, instead of what stood there."""
        self.reach(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def give_file(self, selector: str, file: Path) -> None:
        """Open the computer's own window for files by a key, and choose there."""
        self.reach(selector)
        with self.page.expect_file_chooser() as asked:
            self.page.keyboard.press("Enter")
        asked.value.set_files(file)

    def wait_for_work(self) -> None:
        """Wait until long work is over, and see what came of it."""
        assert "/jobs/" in self.page.url
        self.page.wait_for_selector("main p a.button", timeout=120_000)
        self.press("main p a.button")
        self.page.wait_for_url(lambda address: "/jobs/" not in address)
        self.walk()

    def _tab(self) -> _Stop | None:
        self.page.keyboard.press("Tab")
        told = self.page.evaluate(_STOP)
        if told is None:
            return None
        if told["outline_px"] < 2 or not told["is_on_top"]:
            self.faults.append(f"{self.page.url}: {told}")
        return _Stop(number=told["number"], has_parts=told["has_parts"])
