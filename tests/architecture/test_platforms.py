"""Modules that exist on one platform only have one home each."""

import pytest

from tests.architecture.sources import (
    VERIFIER,
    Source,
    matches,
    product_sources,
    source_of,
    sources_below,
    uses_of,
)

POSIX_HOME = "outside/posix.py"
WINDOWS_HOME = "outside/windows.py"
POSIX_ONLY = (
    "fcntl",
    "grp",
    "os.O_CLOEXEC",
    "os.O_DIRECTORY",
    "os.O_NOFOLLOW",
    "os.chown",
    "os.fchmod",
    "os.fork",
    "os.forkpty",
    "os.getegid",
    "os.geteuid",
    "os.getgid",
    "os.getpgid",
    "os.getuid",
    "os.killpg",
    "os.mkfifo",
    "os.nice",
    "os.pread",
    "os.pwrite",
    "os.sched_setaffinity",
    "os.setpgid",
    "os.setsid",
    "os.statvfs",
    "os.sysconf",
    "os.uname",
    "posix",
    "pty",
    "pwd",
    "resource",
    "signal.SIGALRM",
    "signal.SIGCHLD",
    "signal.SIGHUP",
    "signal.SIGKILL",
    "signal.SIGSTOP",
    "signal.SIGUSR1",
    "signal.SIGUSR2",
    "signal.alarm",
    "signal.pthread_sigmask",
    "signal.setitimer",
    "socket.AF_UNIX",
    "syslog",
    "termios",
    "tty",
)
WINDOWS_ONLY = (
    "_winapi",
    "ctypes.WinDLL",
    "ctypes.windll",
    "ctypes.wintypes",
    "msvcrt",
    "nt",
    "os.O_BINARY",
    "os.O_NOINHERIT",
    "os.startfile",
    "subprocess.CREATE_NEW_PROCESS_GROUP",
    "subprocess.CREATE_NO_WINDOW",
    "subprocess.STARTUPINFO",
    "winreg",
    "winsound",
)


def test_platform_only_names_stand_in_their_home() -> None:
    found = [
        line
        for source in (*product_sources(), *sources_below(VERIFIER))
        for line in _strays(source)
    ]

    assert found == []


@pytest.mark.parametrize("home", [POSIX_HOME, WINDOWS_HOME])
def test_each_platform_has_a_home(home: str) -> None:
    assert home in {source.place for source in product_sources()}


@pytest.mark.parametrize(
    "text",
    [
        "import fcntl",
        "from resource import setrlimit",
        "import os\nos.setsid()",
        "import signal\nsignal.SIGKILL",
        "import msvcrt",
        "import ctypes\nctypes.windll.kernel32",
    ],
)
def test_a_stray_name_is_seen(text: str) -> None:
    assert _strays(source_of(text)) != []


@pytest.mark.parametrize(
    ("text", "home"), [("import fcntl", POSIX_HOME), ("import msvcrt", WINDOWS_HOME)]
)
def test_a_name_at_home_is_none(text: str, home: str) -> None:
    assert _strays(source_of(text, home)) == []


def test_asking_with_a_fallback_works_everywhere() -> None:
    assert _strays(source_of("import os\nflags = getattr(os, 'O_NOFOLLOW', 0)")) == []


def _strays(source: Source) -> list[str]:
    forbidden = (
        *(() if source.place == POSIX_HOME else POSIX_ONLY),
        *(() if source.place == WINDOWS_HOME else WINDOWS_ONLY),
    )
    return [
        f"{source.place}:{use.line} {use.name}"
        for use in uses_of(source)
        if matches(use.name, forbidden)
    ]
