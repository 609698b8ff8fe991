"""
Locks, private files and confined children on Windows. One of two homes of such modules.

Not yet tried on Windows.
"""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import ctypes
    import msvcrt

    # errhandlingapi.h: no crash box, no crash file of this process.
    _SEM_FAILCRITICALERRORS = 0x0001
    _SEM_NOGPFAULTERRORBOX = 0x0002

    class WindowsLock:
        """A held lock on the first byte of a file; it goes with the process."""

        def __init__(self, descriptor: int) -> None:
            self._descriptor: int | None = descriptor

        def release(self) -> None:
            """Let go; a second call does nothing."""
            if self._descriptor is None:
                return
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            msvcrt.locking(self._descriptor, msvcrt.LK_UNLCK, 1)
            os.close(self._descriptor)
            self._descriptor = None

    class WindowsPlatform:
        """The vault's :class:`benban.vault.ports.Platform` on Windows."""

        def lock(self, path: Path) -> WindowsLock | None:
            """Return a held lock on *path*, or None while somebody else holds it."""
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_BINARY | os.O_NOINHERIT)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            except OSError:
                os.close(descriptor)
                return None
            return WindowsLock(descriptor)

        def flush_folder(self, path: Path) -> None:
            """Do nothing: NTFS journals names, and a folder cannot be flushed there."""

        def set_private(self, path: Path) -> None:
            """Do nothing: the user's own data folder is closed to others by its inherited list."""

        def free_bytes(self, path: Path) -> int:
            """Return how many bytes this user may still write there."""
            return shutil.disk_usage(path).free

        def forbid_core_dumps(self) -> None:
            """Ask Windows to write no crash file of this process."""
            ctypes.windll.kernel32.SetErrorMode(_SEM_FAILCRITICALERRORS | _SEM_NOGPFAULTERRORBOX)

    # winnt.h, JOBOBJECTINFOCLASS: JobObjectExtendedLimitInformation.
    _EXTENDED_LIMITS = 9
    _LIMIT_PROCESS_TIME, _LIMIT_PROCESS_MEMORY = 0x0002, 0x0100
    _LIMIT_NO_CRASH_BOX, _LIMIT_KILL_ON_CLOSE = 0x0400, 0x2000
    # winbase.h: the child waits until it has been put into its job.
    _CREATE_SUSPENDED, _CREATE_NO_WINDOW = 0x00000004, 0x08000000
    _HUNDRED_NS = 10_000_000
    _KEPT_VARIABLES = ("SYSTEMROOT", "WINDIR", "TEMP", "TMP")

    class _BasicLimits(ctypes.Structure):
        _fields_ = (
            ("per_process_time", ctypes.c_int64),
            ("per_job_time", ctypes.c_int64),
            ("flags", ctypes.c_uint32),
            ("least_working_set", ctypes.c_size_t),
            ("most_working_set", ctypes.c_size_t),
            ("active_processes", ctypes.c_uint32),
            ("affinity", ctypes.c_size_t),
            ("priority", ctypes.c_uint32),
            ("scheduling", ctypes.c_uint32),
        )

    class _ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("basic", _BasicLimits),
            ("io_counters", ctypes.c_uint64 * 6),
            ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t),
            ("peak_process_memory", ctypes.c_size_t),
            ("peak_job_memory", ctypes.c_size_t),
        )

    class ConfinedProcess(subprocess.Popen[bytes]):
        """A child inside a job; the job's handle lives as long as this object."""

        job: int

    def start_confined(
        arguments: Sequence[str], *, memory_bytes: int, cpu_s: int
    ) -> ConfinedProcess:
        """
        Start a child with pipes inside a job that limits its memory and processor time.

        Raises:
            OSError: it could not be started or not be confined; then it does not run.
        """
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        process = ConfinedProcess(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            creationflags=_CREATE_SUSPENDED | _CREATE_NO_WINDOW,
        )
        # The only way to the handle of a Popen; the type stubs leave it out.
        handle = int(getattr(process, "_handle"))  # noqa: B009 - see above
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        process.job = kernel.CreateJobObjectW(None, None)
        limits = _ExtendedLimits()
        limits.basic.flags = (
            _LIMIT_PROCESS_TIME | _LIMIT_PROCESS_MEMORY | _LIMIT_NO_CRASH_BOX | _LIMIT_KILL_ON_CLOSE
        )
        limits.basic.per_process_time = cpu_s * _HUNDRED_NS
        # Unlike on Linux this counts what is committed, libraries included: they take about 300 MB.
        limits.process_memory = memory_bytes + 512 * 1024 * 1024
        job, child = ctypes.c_void_p(process.job), ctypes.c_void_p(handle)
        is_confined = kernel.SetInformationJobObject(
            job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        ) and kernel.AssignProcessToJobObject(job, child)
        if not is_confined:
            process.kill()
            raise ctypes.WinError(ctypes.get_last_error())
        ctypes.WinDLL("ntdll").NtResumeProcess(child)
        return process

    def end_child(process: ConfinedProcess) -> None:
        """End a child of :func:`start_confined` with its whole job; a dead one is no error."""
        if process.poll() is None:
            ctypes.WinDLL("kernel32").TerminateJobObject(ctypes.c_void_p(process.job), 1)
            process.wait()

    def is_of_this_user_alone(path: Path) -> bool:
        """Return whether it is there: the folder is closed to others by its inherited list."""
        return path.exists()

    def open_nameless(folder: Path) -> BinaryIO | None:
        """Return None: here a file has a name from its beginning."""
        del folder
        return None

    def give_name(descriptor: int, path: Path) -> None:
        """Refuse, with OSError: no file is without a name here."""
        raise OSError(errno.EINVAL, f"descriptor {descriptor} has a name", path.name)

    def runs_as_superuser() -> bool:
        """Return False: here a browser starts its sandbox for an administrator too."""
        return False

    class _MemoryCounters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_ = (
            ("cb", ctypes.c_uint32),
            ("page_faults", ctypes.c_uint32),
            ("peak_working_set", ctypes.c_size_t),
            ("working_set", ctypes.c_size_t),
            ("rest", ctypes.c_size_t * 6),
        )

    def resident_bytes(process_id: int) -> int:
        """Return the memory a process of this user occupies now; 0 when that cannot be told."""
        kernel = ctypes.WinDLL("kernel32")
        kernel.OpenProcess.restype = ctypes.c_void_p
        # PROCESS_QUERY_LIMITED_INFORMATION of winnt.h.
        handle = ctypes.c_void_p(kernel.OpenProcess(0x1000, False, process_id))
        if handle.value is None:
            return 0
        counters = _MemoryCounters(cb=ctypes.sizeof(_MemoryCounters))
        done = kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.cb)
        kernel.CloseHandle(handle)
        return int(counters.working_set) if done else 0

    def leave_network() -> bool:
        """Return False: nothing here closes the network for one process."""
        return False

    def limit_child(*, memory_bytes: int, cpu_s: int) -> tuple[str, ...]:
        """Return what the job of :func:`start_confined` holds this process to."""
        del memory_bytes, cpu_s
        return ("memory", "cpu-time", "no-crash-file")
