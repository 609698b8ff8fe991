"""
The two commands: set up what is needed, then run it. Standard library only.

``./run`` (POSIX) and ``run.cmd`` (Windows) find a Python and start this file. It keeps
one environment per purpose in the checkout, each installed from a hash-pinned lock:

* ``.venv``        what a person needs (``locks/core.txt``)
* ``.venv-server`` the same and what an organisation's server needs (``locks/server.txt``)
* ``.venv-exchange``, ``.venv-scan``  the same and what runs an exchange, or scans a store
* ``.venv-test``   the same and what the checks need (``locks/test.txt`` and optional groups)
* ``.venv-bench``  the same and the peers of the benchmarks (``locks/peers.txt``)

The installer (uv) and every download cache live in ``.cache``. Nothing is put outside the
checkout, except packages of the platform's package manager, and that is said before it is done.
"""

import ast
import ctypes
import hashlib
import importlib.util
import locale
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parent
CACHE = ROOT / ".cache"
TOOLS = CACHE / "tools"
BROWSERS = CACHE / "browsers"
IS_WINDOWS = sys.platform == "win32"

_WORDS = tomllib.loads((ROOT / "run.toml").read_text(encoding="utf-8"))
VIETNAMESE: dict[str, str] = _WORDS["vi"]
ENGLISH: dict[str, str] = _WORDS["en"]


class SetUpError(Exception):
    """Set-up cannot go on; the message is what the person reads, then the end of the log."""

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(message)
        self.log = log


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A Python environment in the checkout and the locks it is installed from."""

    name: str
    folder: Path
    locks: tuple[str, ...]
    # Only the test and bench groups hold the few packages that exist as source alone.
    wheels_only: bool = True

    @property
    def python(self) -> Path:
        """Return the interpreter inside."""
        return _python_in(self.folder)

    @property
    def stamp(self) -> Path:
        """Return the file that says from what the environment was installed."""
        return self.folder / f"benban-{self.name}.stamp"

    def fingerprint(self) -> str:
        """Return what the stamp must hold for the set-up to count as done."""
        digest = hashlib.sha256()
        for lock in self.locks:
            digest.update((ROOT / "locks" / f"{lock}.txt").read_bytes())
        # A system upgrade may put another Python behind the same link, or the folder may move.
        return f"{digest.hexdigest()} {self.python.resolve()} {ROOT}\n"


PERSON = Environment(name="core", folder=ROOT / ".venv", locks=("core",))
# An organisation runs it on a computer of its own; who works alone installs nothing of it.
SERVER = Environment(name="server", folder=ROOT / ".venv-server", locks=("server",))
EXCHANGE = Environment(name="exchange", folder=ROOT / ".venv-exchange", locks=("exchange",))
# A store of pictures is scanned on machines that run no exchange.
SCAN = Environment(name="scan", folder=ROOT / ".venv-scan", locks=("fast", "scan"))
_CHECKED = ("test", "server", "fast", "provenance", "exchange", "scan")
TEST = Environment(name="test", folder=ROOT / ".venv-test", locks=_CHECKED, wheels_only=False)
_MEASURED = ("test", "peers", "fast", "exchange", "scan")
BENCH = Environment(name="bench", folder=ROOT / ".venv-bench", locks=_MEASURED, wheels_only=False)


def main(arguments: Sequence[str]) -> int:
    """Return the exit code of the command in *arguments*."""
    if not arguments:
        print(_words("help"), flush=True)
        arguments = ["desk"]
    commands = {"test": run_test, "lint": run_lint, "bench": run_bench, "lock": run_lock}
    try:
        command = commands.get(arguments[0])
        return command(arguments[1:]) if command else run_benban(arguments)
    except SetUpError as error:
        print(f"{error.log}benban: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run_benban(arguments: Sequence[str]) -> int:
    """Return the exit code of ``python -m benban``; on POSIX this process becomes it."""
    python = prepare(environment_of(arguments))
    if arguments[0] in {"add", "demo", "desk"} and "--help" not in arguments:
        prepare_browser(python)
    # -P: a folder called benban where the person stands must not be imported.
    argv = [str(python), "-P", "-m", "benban", *arguments]
    if not IS_WINDOWS:
        os.execve(argv[0], argv, _child_environment())  # noqa: S606 - a list, no shell
    return subprocess.run(argv, env=_child_environment(), check=False).returncode


def environment_of(arguments: Sequence[str]) -> Environment:
    """Return what a command of benban runs in."""
    if {"desk", "--server"} <= set(arguments):
        return SERVER
    return {"exchange": EXCHANGE, "scan": SCAN}.get(arguments[0], PERSON)


def run_lint(_rest: Sequence[str]) -> int:
    """Return 0 when ruff, mypy and the import contracts find nothing, else the first failure."""
    python = prepare(TEST)
    # Until somebody has tried it there, this is what keeps the Windows paths honest.
    for_windows = ["--platform", "win32", "--no-warn-unreachable", "--follow-imports", "silent"]
    for_windows += ["--cache-dir", ".mypy_cache/win32", "--exclude", r"outside/posix\.py$"]
    for_windows += ["src", "verifier/src", "run.py"]
    contracts = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    steps = (
        ("ruff check", ["-m", "ruff", "check", "--quiet", "."]),
        ("ruff format", ["-m", "ruff", "format", "--check", "--quiet", "."]),
        ("mypy", ["-m", "mypy", "--no-error-summary"]),
        ("mypy for Windows", ["-m", "mypy", "--no-error-summary", *for_windows]),
        ("import contracts", ["-c", contracts]),
    )
    started_s = time.monotonic()
    # All at once: the two long ones are mypy's, and one of them keeps only one processor busy.
    begun = [(name, _begin([str(python), *arguments])) for name, arguments in steps]
    first_failure = 0
    for name, step in begun:
        said, _ = step.communicate()
        verdict = "ok" if step.returncode == 0 else "FAILED"
        print(f"{name}: {verdict} ({time.monotonic() - started_s:.1f} s)", flush=True)
        if step.returncode != 0:
            sys.stdout.buffer.write(said)
            sys.stdout.flush()
            first_failure = first_failure or step.returncode
    return first_failure


def run_test(rest: Sequence[str]) -> int:
    """
    Return the exit code of all checks and then pytest; with paths or options, of pytest alone.

    The last line printed is pytest's own summary.
    """
    python = prepare(TEST)
    needed = {
        "openssl": ["openssl"],
        "pdftotext": ["poppler-utils"],
        "age": ["age"],
        "tesseract": ["tesseract-ocr", "tesseract-ocr-vie"],
        "pg_ctlcluster": ["postgresql"],
        "nginx": ["nginx"],
    }
    absent = [one for name, ones in needed.items() if shutil.which(name) is None for one in ones]
    if absent and _may_install():
        install_system_packages(absent)
    prepare_browser(python)
    if subprocess.run([python, "-m", "tests.browser.viewer"], cwd=ROOT, check=False).returncode:
        return 1
    options = [option for option in rest if option != "--long"]
    if not options:
        failure = run_lint(())
        if failure:
            return failure
        # All of a file in one process: what its tests share is made once. tests/conftest.py says
        # in which order; left to itself xdist keeps the files with the fewest tests for the end.
        options = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile"]
        options += ["--no-loadscope-reorder"]
    if "--long" in rest:
        options += ["-m", "long or not long", "-o", "faulthandler_timeout=3600"]
    argv = [str(python), "-m", "pytest", *options]
    # As in the fences: threads that wait for each other burn processors.
    env = {**_child_environment(), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run(argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, check=False).returncode


def run_bench(rest: Sequence[str]) -> int:
    """Return the exit code of ``python -m benchmarks``."""
    has_compiler = any(map(shutil.which, ("c++", "g++", "clang++", "cl")))
    has_headers = Path(sysconfig.get_path("include"), "Python.h").exists()
    if not BENCH.stamp.exists() and not (has_compiler and has_headers):
        message = (
            "the peers are built from source: install a C++ compiler and Python's headers "
            "(Debian, Ubuntu: apt-get install g++ python3-dev)"
        )
        raise SetUpError(message)
    python = prepare(BENCH)
    prepare_browser(python)
    argv = [str(python), "-m", "benchmarks", *rest]
    return subprocess.run(argv, cwd=ROOT, env=_child_environment(), check=False).returncode


def run_lock(_rest: Sequence[str]) -> int:
    """Return 0 after every lock was made anew from pyproject.toml, all from one resolution."""
    prepare(TEST)
    uv = _program_in(TOOLS, "uv")
    options = "--universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header"
    base = [str(uv), "pip", "compile", "--quiet", "--python-version", "3.11", *options.split()]
    everything = CACHE / "everything.txt"
    everything.unlink(missing_ok=True)
    groups = ("--all-extras", "--group", "test", "--group", "peers")
    _uv([*base, *groups, "pyproject.toml", "-o", str(everything)], log_name="lock")
    wanted: dict[str, tuple[str, ...]] = {"core": ("pyproject.toml",)}
    for extra in ("fast", "provenance", "server", "exchange", "scan"):
        wanted[extra] = ("--extra", extra, "pyproject.toml")
    for group in ("test", "peers"):
        wanted[group] = ("--group", group, "pyproject.toml")
    for group in ("bootstrap", "build"):
        wanted[group] = ("--group", group)
    for name, arguments in wanted.items():
        target = ROOT / "locks" / f"{name}.txt"
        # What stands in the output file is preferred: groups then agree with one another.
        shutil.copyfile(everything, target)
        _uv([*base, *arguments, "-o", str(target)], log_name="lock")
    return 0


def prepare(environment: Environment) -> Path:
    """
    Return the interpreter of *environment*, installed exactly from its locks.

    Raises:
        SetUpError: a package, a program or this kind of machine stands in the way.
    """
    if _is_ready(environment):
        return environment.python
    with _one_at_a_time():
        if not _is_ready(environment):
            started_s = time.monotonic()
            _check_platform()
            _prepare_tools()
            _make_environment(environment)
            _install_locks(environment)
            environment.stamp.write_text(environment.fingerprint(), encoding="utf-8")
            _say("ready", seconds=f"{time.monotonic() - started_s:.0f}")
    return environment.python


def prepare_browser(python: Path) -> None:
    """
    Make sure that a Chromium, Chrome or Edge is there.

    An installed one first, then the distribution's package when this user may install
    packages, then Playwright's own download into the checkout.

    Raises:
        SetUpError: nothing worked; the message holds the command to type.
    """
    _prepare_driver()
    if find_browser() is not None:
        return
    if _may_install() and install_system_packages(["chromium", "chromium-sandbox"]):
        return
    _say("browser")
    # The libraries that the download needs come from the distribution as well.
    libraries = ["--with-deps"] if _may_install() else []
    with (CACHE / "browser.log").open("wb") as out:
        done = subprocess.run(
            [str(python), "-m", "playwright", "install", *libraries, "chromium"],
            env=_child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            check=False,
        )
    if done.returncode != 0 or find_browser() is None:
        commands = {"win32": "winget install Google.Chrome", "darwin": "brew install chromium"}
        command = commands.get(sys.platform, "sudo apt-get install chromium")
        raise SetUpError(_words("no-browser", command=command))


def find_browser() -> str | None:
    """Return the path of a browser of the Chromium family, an installed one first."""
    for name in (
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "microsoft-edge",
        "microsoft-edge-stable",
    ):
        path = shutil.which(name)
        if path is not None and not _is_snap_stub(Path(path)):
            return path
    places: list[Path] = []
    if sys.platform == "darwin":
        places = [
            Path("/Applications", f"{name}.app", "Contents", "MacOS", name)
            for name in ("Chromium", "Google Chrome", "Microsoft Edge")
        ]
    if sys.platform == "win32":
        places = [
            Path(os.environ[variable], *parts)
            for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
            if variable in os.environ
            for parts in (
                ("Google", "Chrome", "Application", "chrome.exe"),
                ("Microsoft", "Edge", "Application", "msedge.exe"),
            )
        ]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        # Playwright writes this mark when a download is whole.
        found = next(BROWSERS.glob("chromium*/INSTALLATION_COMPLETE"), None)
    return None if found is None else str(found)


def install_system_packages(names: Sequence[str]) -> bool:
    """Return whether apt-get installed *names*, after saying so; only for a user who may."""
    _say("system", names=" ".join(names))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, "install", "-y", "--no-install-recommends", *names]
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "apt.log").open("ab") as log:
        # The package lists are fetched only when the known ones do not do.
        for command in (install, [*apt, "update"], install):
            done = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            )
            if command is install and done.returncode == 0:
                return True
    return False


def find_uv() -> Path | None:
    """Return the installer that set-up fetched, if it did."""
    uv = _program_in(TOOLS, "uv")
    return uv if uv.exists() else None


def installer_settings() -> dict[str, str]:
    """Return what uv must be told so that it asks where pip would ask, and nobody else."""
    asked = subprocess.run(
        [str(_python_in(TOOLS)), "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    pip: dict[str, str] = {}
    # A variable of the environment outweighs a file, as in pip.
    for line in sorted(asked.stdout.splitlines(), key=lambda line: line.startswith(":env:")):
        key, separator, value = line.partition("=")
        if separator:
            pip[key.rsplit(".", 1)[-1]] = str(ast.literal_eval(value))
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "trusted-host": "UV_INSECURE_HOST",
        "cert": "SSL_CERT_FILE",
        "proxy": "ALL_PROXY",
        "default-timeout": "UV_HTTP_TIMEOUT",
    }
    settings = {
        variable: pip[key]
        for key, variable in names.items()
        if key in pip and variable not in os.environ
    }
    # An interpreter fetched from elsewhere would come without a hash of ours.
    return {
        **settings,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_CACHE_DIR": str(CACHE / "uv"),
        "UV_NO_PROGRESS": "1",
    }


def _is_ready(environment: Environment) -> bool:
    try:
        stamp = environment.stamp.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stamp == environment.fingerprint() and environment.python.exists()


def _prepare_driver() -> None:
    """Make sure that what Playwright's driver is linked to is there: a bare Debian lacks it."""
    if platform.system() != "Linux":
        return
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        if not _may_install() or not install_system_packages(["libatomic1"]):
            command = "sudo apt-get install libatomic1"
            raise SetUpError(_words("no-library", command=command)) from None


def _check_platform() -> None:
    machine = platform.machine().lower()
    supported = {
        "linux": {"x86_64", "aarch64"},
        "darwin": {"arm64"},
        "win32": {"amd64"},
    }
    if machine not in supported.get(sys.platform, set()):
        raise SetUpError(_words("no-platform", machine=f"{sys.platform} {machine}"))


def _prepare_tools() -> None:
    """Keep pip and uv in an environment of their own, so that the others hold the lock alone."""
    lock = ROOT / "locks" / "bootstrap.txt"
    wanted = f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {ROOT}\n"
    stamp = TOOLS / "benban-tools.stamp"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    _say("tools")
    _require_venv()
    _run_logged([_base_python(), "-m", "venv", "--clear", str(TOOLS)], log_name="tools")
    pip = [str(_python_in(TOOLS)), "-m", "pip", "--cache-dir", str(CACHE / "pip"), "install"]
    pins = ["--quiet", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    _run_logged([*pip, *pins], log_name="tools")
    stamp.write_text(wanted, encoding="utf-8")


def _require_venv() -> None:
    # Debian and Ubuntu take these two modules out of Python into a package of their own.
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not _may_install() or not install_system_packages([package]):
        raise SetUpError(_words("no-venv", command=f"sudo apt-get install {package}"))


def _make_environment(environment: Environment) -> None:
    if environment.stamp.exists() and environment.python.exists():
        made_with = environment.stamp.read_text(encoding="utf-8").partition(" ")[2]
        if made_with == environment.fingerprint().partition(" ")[2]:
            return  # only the locks differ
    _say("environment", folder=environment.folder.name)
    _run_logged(
        [_base_python(), "-m", "venv", "--clear", "--without-pip", str(environment.folder)],
        log_name=environment.name,
    )


def _install_locks(environment: Environment) -> None:
    """Make the environment hold exactly its locks, and let it see the sources."""
    locks = [ROOT / "locks" / f"{name}.txt" for name in environment.locks]
    pins = {
        line.split("==")[0]
        for lock in locks
        for line in lock.read_text(encoding="utf-8").splitlines()
        if "==" in line and line[0].isalnum()
    }
    _say("packages", count=str(len(pins)))
    kinds = ["--only-binary", ":all:"] if environment.wheels_only else []
    uv = [str(_program_in(TOOLS, "uv")), "pip", "sync", "--quiet", "--require-hashes", *kinds]
    build = ["--build-constraints", str(ROOT / "locks" / "build.txt")]
    target = ["--python", str(environment.python)]
    files = [str(lock) for lock in locks]
    try:
        _uv([*uv, *build, *target, *files], log_name=environment.name)
    except SetUpError:
        # pip knows more kinds of settings than uv is told here: extra indexes, local folders.
        _say("slower")
        pip = [str(_python_in(TOOLS)), "-m", "pip", *target, "install", "--quiet"]
        pip += ["--require-hashes", *kinds]
        for file in files:
            pip += ["-r", file]
        _run_logged(pip, log_name=environment.name)
    _link_sources(environment)


def _link_sources(environment: Environment) -> None:
    query = "import sysconfig; print(sysconfig.get_path('purelib'))"
    asked = subprocess.run(
        [str(environment.python), "-I", "-c", query], capture_output=True, text=True, check=True
    )
    lines = f"{ROOT / 'src'}\n{ROOT / 'verifier' / 'src'}\n"
    Path(asked.stdout.strip(), "benban-checkout.pth").write_text(lines, encoding="utf-8")
    # Compiles what a fence loads, for all of them to come; where it fails, the first one says why.
    loads = "from benban.outside import fence_acts, fence_child; fence_acts.warm_up()"
    _begin([str(environment.python), "-P", "-c", loads]).communicate()
    # Each process of an exchange would compile it for itself, and keep the memory that this takes.
    loads = "from benban.bank.warm import warm_up; warm_up()"
    _begin([str(environment.python), "-P", "-c", loads]).communicate()


def _uv(command: Sequence[str], *, log_name: str) -> None:
    _run_logged(command, log_name=log_name, extra=installer_settings())


def _run_logged(
    command: Sequence[str], *, log_name: str, extra: Mapping[str, str] | None = None
) -> None:
    CACHE.mkdir(exist_ok=True)
    log = CACHE / f"set-up-{log_name}.log"
    with log.open("wb") as out:
        done = subprocess.run(
            list(command),
            cwd=ROOT,
            env={**os.environ, **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)[-12:]
        raise SetUpError(_words("no-packages", log=str(log)), "".join(tail))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let a second start wait instead of installing into the same folder."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "set-up.lock").open("w", encoding="utf-8") as handle:
        if sys.platform == "win32":
            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _may_install() -> bool:
    # Windows has no geteuid, and no apt-get either.
    is_root = getattr(os, "geteuid", lambda: 1)() == 0
    return is_root and shutil.which("apt-get") is not None


def _is_snap_stub(path: Path) -> bool:
    # Ubuntu's chromium-browser is a script that asks for the snap; it may not be there.
    try:
        start = path.read_bytes()[:2000]
    except OSError:
        return True
    return start.startswith(b"#!") and b"snap install" in start


def _base_python() -> str:
    # The interpreter behind an environment; an environment must not be made by itself.
    return str(getattr(sys, "_base_executable", sys.executable))


def _python_in(folder: Path) -> Path:
    return _program_in(folder, "python")


def _program_in(folder: Path, name: str) -> Path:
    return folder / "Scripts" / f"{name}.exe" if IS_WINDOWS else folder / "bin" / name


def _begin(command: Sequence[str]) -> subprocess.Popen[bytes]:
    none, out, err = subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT
    env = _child_environment()
    return subprocess.Popen(command, cwd=ROOT, env=env, stdin=none, stdout=out, stderr=err)


def _child_environment() -> dict[str, str]:
    # What is compiled once is kept: the checks start thousands of processes.
    kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONUTF8": "1"}
    return {**os.environ, **kept, "PLAYWRIGHT_BROWSERS_PATH": str(BROWSERS)}


def _say(key: str, **params: str) -> None:
    # On standard error: standard output belongs to the command, as with --json.
    print(f"benban: {_words(key, **params)}", file=sys.stderr, flush=True)


def _words(key: str, **params: str) -> str:
    asked = next(
        (
            os.environ[variable]
            for variable in ("BENBAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
            if os.environ.get(variable)
        ),
        locale.getlocale()[0] or "",
    )
    words = VIETNAMESE if asked.lower().startswith("vi") else ENGLISH
    return words[key].format(**params)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
