"""Locks, flushed folders, private files on Linux and macOS. One of two homes of such modules."""

import ctypes
import fcntl
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO, cast

# prctl(2): PR_SET_DUMPABLE, also keeps other processes of this user from attaching.
_PR_SET_DUMPABLE = 4
# What Linux gives a user's pipe at most, unless it is set otherwise.
_PIPE_BYTES = 1 << 20


class PosixLock:
    """A held flock(2); it goes with the open file, so it cannot outlive the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class PosixPlatform:
    """The vault's :class:`benban.vault.ports.Platform` on Linux and macOS."""

    def lock(self, path: Path) -> PosixLock | None:
        """Return a held lock on *path*, or None while somebody else holds it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            os.close(descriptor)
            raise
        return PosixLock(descriptor)

    def flush_folder(self, path: Path) -> None:
        """Make the names in *path* last."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def set_private(self, path: Path) -> None:
        """Let only this user read *path*."""
        path.chmod(0o700 if path.is_dir() else 0o600)

    def free_bytes(self, path: Path) -> int:
        """Return how many bytes this user may still write there."""
        return shutil.disk_usage(path).free

    def forbid_core_dumps(self) -> None:
        """Set the core limit to zero and, on Linux, make the process undumpable."""
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
        if sys.platform == "linux":
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def is_of_this_user_alone(path: Path) -> bool:
    """Return whether *path* belongs to this user and nobody else may read or write it."""
    found = path.lstat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o077


def open_nameless(folder: Path) -> BinaryIO | None:
    """
    Return a new private file in *folder* that has no name, so that a killed program leaves none.

    None where that cannot be done: on macOS, on some disks, in a folder that cannot be written to.
    """
    if sys.platform != "linux":
        return None
    try:
        descriptor = os.open(folder, os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    return os.fdopen(descriptor, "w+b")


def give_name(descriptor: int, path: Path) -> None:
    """
    Give a file of :func:`open_nameless` its name.

    Raises:
        OSError: FileExistsError when the name is taken.

    Source: open(2), O_TMPFILE.
    """
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # With a folder Python calls linkat(2), which follows this path to the file itself.
        os.link(f"/proc/self/fd/{descriptor}", path.name, dst_dir_fd=folder)
    finally:
        os.close(folder)


# clone(2), prctl(2), landlock(7): the numbers of Linux, the same on x86-64 and arm64.
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_PATH_BENEATH = 1
# LANDLOCK_ACCESS_FS_* of the first version: execute, read, write, list, remove, make: bits 0..12.
_LANDLOCK_ALL_FILES = (1 << 13) - 1
# Execute, read file, list folder: bits 0, 2 and 3; a file cannot be listed.
_LANDLOCK_READING, _LANDLOCK_READING_A_FILE = 0b1101, 0b0101
# Where a system keeps programs, their libraries and data, and nothing that belongs to a person.
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix", "/gnu")
_SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/etc/alternatives",
    "/dev/null",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/sys/devices/system/cpu",
)
# A program's libraries and data; a reader of text has some ten open.
_MOST_FILES = 64


# One thread: with more, the memory limit would be eaten by stacks and sums could vary.
_CHILD_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OMP_THREAD_LIMIT": "1",
    "LC_ALL": "C.UTF-8",
}


# bubblewrap(1), where the distribution's package is installed: no other process to be seen or
# signalled, no network, nothing shared, nothing to write to. Not "--die-with-parent": that would be
# the thread that started it; an end of input ends it as well.
_BUBBLEWRAP = "/usr/bin/bwrap"
# Where people, their vaults and the sockets of services are (D-Bus, containers, the screen): none
# of them is there inside, but for Python and this program if they lie there.
_HIDDEN = ("/home", "/root", "/run", "/tmp", "/var", "/media", "/mnt", "/srv")  # noqa: S108
_WRAPPED = "BENBAN_WRAPPED"
_TRIAL_S = 20


def start_confined(
    arguments: Sequence[str], *, memory_bytes: int, cpu_s: int, program: str = sys.executable
) -> subprocess.Popen[bytes]:
    """
    Start a child with pipes, without this program's environment, in a session of its own.

    Here the child limits itself (:func:`limit_child`) before it reads anything; the two limits
    are only needed on Windows. Where bubblewrap is installed and allowed, it starts inside one, in
    which *program*, that it becomes, is there too.

    Raises:
        OSError: it could not be started.
    """
    del memory_bytes, cpu_s
    wrapped = {_WRAPPED: "yes"} if _can_be_wrapped() else {}
    child = subprocess.Popen(
        [*(_bubblewrap(program) if wrapped else ()), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**_CHILD_ENVIRONMENT, **wrapped},
        start_new_session=True,
    )
    _widen(cast("BinaryIO", child.stdin))
    return child


def _widen(pipe: BinaryIO) -> None:
    """Let a pipe take a megabyte at once: a photo then costs a few changes between processes."""
    wider = getattr(fcntl, "F_SETPIPE_SZ", None)  # Linux
    if wider is not None:
        with suppress(OSError):  # a user's pipes may hold only so much together
            fcntl.fcntl(pipe, wider, _PIPE_BYTES)


def start_program(
    arguments: Sequence[str], *, memory_bytes: int, cpu_s: int
) -> subprocess.Popen[bytes]:
    """
    Start a program of the system with pipes: no network, no file written, limited time and memory.

    It may read what it needs itself, libraries and data, and no file of a person: Landlock and
    bubblewrap see to it, each where it is there.

    Raises:
        OSError: it could not be started.
    """
    folder = str(Path(__file__).parent.parent.parent)
    call = (
        f"import sys; sys.path.insert(0, {folder!r}); "
        "from benban.outside.posix import become_program; become_program(sys.argv[1:])"
    )
    limits = [str(memory_bytes), str(cpu_s)]
    python = [sys.executable, "-I", "-B", "-c", call]
    return start_confined(
        [*python, *limits, *arguments],
        memory_bytes=memory_bytes,
        cpu_s=cpu_s,
        program=arguments[0],
    )


def become_program(arguments: Sequence[str]) -> None:
    """
    Confine this process and run a program in its place.

    Args:
        arguments: memory in bytes, processor time in seconds, then the program's own; its path is
            absolute.
    """
    memory_bytes, cpu_s, *command = arguments
    leave_network()
    for which, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, int(cpu_s)),
        (resource.RLIMIT_NOFILE, _MOST_FILES),
    ):
        _limit(which, value)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, int(memory_bytes))
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        program = Path(command[0])
        system = [Path(one) for one in (*_SYSTEM, *_SYSTEM_FILES)]
        _closes_file_system(libc, [*system, *_needed(program), program])
    os.execve(command[0], command, _CHILD_ENVIRONMENT)  # noqa: S606 - no shell, a list


@cache
def _bubblewrap(program: str = sys.executable) -> tuple[str, ...]:
    """Return bubblewrap with its options, as far as the command that it starts."""
    needed = _needed(Path(program))
    folders = {Path(one) for one in _HIDDEN} | {Path.home()}
    hidden = sorted(
        one for one in folders if one.is_dir() and not one.is_symlink() and one != Path("/")
    )
    options = [_BUBBLEWRAP, "--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev"]
    options += ["--proc", "/proc"]
    for folder in hidden:
        options += ["--tmpfs", str(folder)]
    for place in sorted(needed):
        if any(place.is_relative_to(folder) for folder in hidden):
            options += ["--ro-bind", str(place), str(place)]
    for folder in hidden:
        options += ["--remount-ro", str(folder)]
    return (*options, "--")


def _needed(program: Path) -> set[Path]:
    """Return the folders that Python, this package and *program* need, wherever they lie."""
    package, beside = Path(__file__).parent.parent.parent, program.parent
    needed = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).parent, package}
    # A program that somebody installed for themselves, with its libraries and data.
    there = (beside, beside.parent / "lib", beside.parent / "share" / "tessdata")
    needed |= {one for one in there if one.is_dir()}
    return needed | {one.resolve() for one in needed}


@cache
def _can_be_wrapped() -> bool:
    """Return whether bubblewrap is there and this system lets it work."""
    if sys.platform != "linux" or not Path(_BUBBLEWRAP).exists():
        return False
    try:
        tried = subprocess.run(
            [*_bubblewrap(), sys.executable, "-I", "-c", ""],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_CHILD_ENVIRONMENT,
            timeout=_TRIAL_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def end_child(process: subprocess.Popen[bytes]) -> None:
    """End a child of :func:`start_confined` and every copy of it; a dead one is no error."""
    # The group's number is the child's own and stays taken until the child has been waited for.
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run_in_copy(work: Callable[[], bool]) -> bool:
    """Run *work* in a copy of this process and return what it says; False if the copy died."""
    copy = os.fork()
    if copy == 0:
        try:
            goes_on = work()
        except BaseException:  # noqa: BLE001 - nothing may unwind into the loop of the original
            os._exit(1)
        os._exit(0 if goes_on else 1)
    _, status = os.waitpid(copy, 0)
    return status == 0


def runs_as_superuser() -> bool:
    """Return whether this process is root, where no browser can start its own sandbox."""
    return os.geteuid() == 0


def resident_bytes(process_id: int) -> int:
    """Return the memory a process of this user occupies now; 0 when that cannot be told."""
    if sys.platform != "linux":
        command = ["/bin/ps", "-o", "rss=", "-p", str(process_id)]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        return int(told) * 1024 if told.isdigit() else 0
    try:
        pages = Path(f"/proc/{process_id}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * resource.getpagesize()


def leave_network() -> bool:
    """
    Move this process into a network of its own without any interface; say whether that worked.

    Must run before the process has a second thread. Linux only; a system may forbid it.
    """
    if sys.platform != "linux":
        return False
    if _WRAPPED in os.environ:
        return True
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
    done: int = ctypes.CDLL(None, use_errno=True).unshare(flags)
    return done == 0


def limit_child(*, memory_bytes: int, cpu_s: int) -> tuple[str, ...]:
    """
    Confine this process for the rest of its life and return the names of what is in force.

    Everything it needs must be loaded: from here on it opens no file and no socket, writes no
    file, starts no process and leaves no core dump.

    Args:
        memory_bytes: address space it may take on top of what it has.
        cpu_s: processor time it may still use.
    """
    in_force = ["cpu-time", "no-file-written", "no-file-opened", "no-core"]
    if os.geteuid() != 0:
        in_force.append("no-process")  # root may always start one
    if _WRAPPED in os.environ:
        in_force.append("own-processes")  # it sees and signals none but its own copies
    if sys.platform == "linux":
        in_force += _limit_like_linux(memory_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + cpu_s)
    # Standard input, output and error are the only descriptors there will ever be.
    _limit(resource.RLIMIT_NOFILE, 3)
    return tuple(in_force)


def _limit_like_linux(memory_bytes: int) -> list[str]:
    # macOS takes a limit on address space and does not keep to it; it is not claimed there.
    # As bytes: for text, every copy would load a codec from the disk.
    taken_pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    _limit(resource.RLIMIT_AS, taken_pages * resource.getpagesize() + memory_bytes)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    closed = ["landlock"] if _closes_file_system(libc) else []
    return ["memory", "no-new-privileges", *closed]


def _closes_file_system(libc: ctypes.CDLL, readable: Sequence[Path] = ()) -> bool:
    """Give up all rights on files but to read below *readable* (landlock), where there is one."""
    rights = ctypes.c_uint64(_LANDLOCK_ALL_FILES)
    ruleset: int = libc.syscall(
        _LANDLOCK_CREATE_RULESET, ctypes.byref(rights), ctypes.sizeof(rights), 0
    )
    if ruleset < 0:
        return False
    for path in readable:
        with suppress(OSError):  # what is not there need not be read
            _allow_reading(libc, ruleset, path)
    done: int = libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return done == 0


def _allow_reading(libc: ctypes.CDLL, ruleset: int, path: Path) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _LANDLOCK_READING if path.is_dir() else _LANDLOCK_READING_A_FILE
        rule = struct.pack("=Qi", rights, place)
        libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_PATH_BENEATH, rule, 0)
    finally:
        os.close(place)


def _limit(which: int, value: int) -> None:
    resource.setrlimit(which, (value, value))
