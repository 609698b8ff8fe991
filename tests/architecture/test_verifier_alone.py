"""The verifier runs on a bare Python; two libraries help where they are installed."""

import sys

import pytest

from tests.architecture.sources import VERIFIER, Source, source_of, sources_below, uses_of

# Tokens are read with cryptography or an installed openssl; roots are looked up in certifi's
# bundle or the system's; veiled pictures are recomputed where numpy and Pillow are.
WELCOME = {
    "issuing.py": {"cryptography"},
    "token_cryptography.py": {"cryptography"},
    "withdrawal.py": {"cryptography"},
    "roots.py": {"certifi"},
    "pixels.py": {"numpy", "PIL"},
}


def test_the_verifier_needs_the_standard_library_only() -> None:
    sources = sources_below(VERIFIER)

    assert sources
    assert [line for source in sources for line in _strangers(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        "import msgspec",
        "import benban.seal",
        "import cryptography",
        "import certifi",
        "import numpy",
    ],
)
def test_a_stranger_is_seen(text: str) -> None:
    assert _strangers(source_of(text)) != []


@pytest.mark.parametrize(("place", "libraries"), WELCOME.items())
def test_a_library_that_helps_is_welcome_where_it_does(place: str, libraries: set[str]) -> None:
    text = "\n".join(f"import {library}" for library in sorted(libraries))
    assert _strangers(source_of(text, place)) == []


def _strangers(source: Source) -> list[str]:
    known = {*sys.stdlib_module_names, "benban_verify", *WELCOME.get(source.place, ())}
    return [
        f"{source.place}:{use.line} {use.name}"
        for use in uses_of(source)
        if use.name.partition(".")[0] not in known
    ]
