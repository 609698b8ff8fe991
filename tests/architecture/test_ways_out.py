"""
Ways to the network or to another process that the import contracts cannot see.

import-linter knows an outside package by its first name only: ``urllib.parse`` is welcome,
``urllib.request`` is not.
"""

import ast

import pytest

from tests.architecture.sources import Source, matches, product_sources, source_of, uses_of

OPEN_ROOMS = ("outside", "testing", "cli", "desk", "service")
WAYS_OUT = (
    "aiohttp",
    "asyncio",
    "concurrent.futures.ProcessPoolExecutor",
    "ctypes",
    "http",
    "httpx",
    "multiprocessing",
    "os.execv",
    "os.execve",
    "os.execvp",
    "os.fork",
    "os.popen",
    "os.posix_spawn",
    "os.posix_spawnp",
    "os.spawnv",
    "os.spawnve",
    "os.startfile",
    "os.system",
    "playwright",
    "pty",
    "ray",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "subprocess",
    "urllib.request",
    "urllib.robotparser",
    "urllib3",
    "webbrowser",
    "websockets",
    "xmlrpc",
)
# A module named at run time is invisible to every contract. The command line loads its commands
# late, from a fixed folder.
DYNAMIC = ("importlib.import_module", "importlib.__import__", "runpy")
DYNAMIC_ROOMS = ("cli", "outside")


def test_closed_rooms_have_no_way_out() -> None:
    assert [line for source in product_sources() for line in _ways_out(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        "import urllib.request",
        "from urllib import request",
        "import os\nos.system('x')",
        "import subprocess",
        "from asyncio import run",
        "__import__('socket')",
        "import importlib\nimportlib.import_module(name)",
        "eval('1')",
        "exec('import socket')",
        "__import__(name)",
    ],
)
def test_a_way_out_is_seen(text: str) -> None:
    assert _ways_out(source_of(text, "seal/example.py")) != []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("from urllib.parse import urlsplit", "model/sighting.py"),
        ("import subprocess", "outside/fence.py"),
        ("import socket", "testing/platform.py"),
    ],
)
def test_an_allowed_name_is_no_way_out(text: str, place: str) -> None:
    assert _ways_out(source_of(text, place)) == []


def _ways_out(source: Source) -> list[str]:
    forbidden = (
        *(() if source.room in OPEN_ROOMS else WAYS_OUT),
        *(() if source.room in DYNAMIC_ROOMS else DYNAMIC),
    )
    names = [
        f"{source.place}:{use.line} {use.name}"
        for use in uses_of(source)
        if matches(use.name, forbidden)
    ]
    calls = [
        f"{source.place}:{node.lineno} {node.func.id}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"eval", "exec", "__import__"}
    ]
    return names + calls
