"""
Make the pictures of the pages that README shows, from the pages themselves.

The one depicted is a statue, drawn by rule. Run it from the checkout:
``PYTHONPATH=.:src:verifier/src .venv-test/bin/python docs/build_screenshots.py``.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from benban.outside.browser_find import find_browser
from benban.wording import Language
from tests.desk.browsing import browsing
from tests.desk.crawl import World, make_world
from tests.desk.rig import running_desk

FOLDER = Path(__file__).parent / "pictures"
_PAGES = {
    "first": "/help-now",
    "case": "/c/{case}",
    "plan": "/c/{case}/s/{sighting}/plan",
    "pair": "/c/{case}/compare/{comparison}/pair/{pair}",
}
_WIDTH_PX, _HEIGHT_PX = 360, 740
_COLOURS = 64


def main() -> None:
    """Write one picture of a narrow screen for each page and language."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_desk(Path(folder, "kho")) as desk,
        sync_playwright() as playwright,
    ):
        desk.enter()
        world = make_world(desk)
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox"]
        )
        for language in Language:
            desk.client.post("/language", data={"language": language.value, "back": "/"})
            for name, path in _PAGES.items():
                shot = _shot(browser, world, path.format(**world.values))
                _write(shot, FOLDER / f"{name}.{language.value}.png")
        browser.close()


def _shot(browser: Browser, world: World, path: str) -> bytes:
    desk = world.desk
    with browsing(browser, viewport={"width": _WIDTH_PX, "height": _HEIGHT_PX}) as context:
        cookie = {"name": "k", "value": desk.client.cookies["k"], "url": desk.place.origin}
        context.add_cookies([cookie])  # type: ignore[list-item] # a dict of the kind it documents
        page = context.new_page()
        page.goto(f"{desk.place.origin}{path}")
        page.wait_for_load_state("networkidle")
        return page.screenshot()


def _write(png: bytes, path: Path) -> None:
    # Few colours: these travel with every clone.
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
