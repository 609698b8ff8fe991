import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_reference", DOCS / "build_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("commands", "commands_page"),
        ("errors", "errors_page"),
        ("own-photo-steps", "steps_page"),
    ],
)
def test_the_reference_says_what_the_program_says(name: str, make: str) -> None:
    written = (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8")

    assert written == getattr(_builder(), make)()


def test_every_link_between_pages_leads_somewhere() -> None:
    import re

    root = DOCS.parent
    pages = [*root.glob("*.md"), *DOCS.rglob("*.md"), *(root / "verifier").glob("*.md")]
    broken = {
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    }

    assert broken == set()
