"""A PostgreSQL of the tests' own: started on a socket in a folder, gone with it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

# Debian keeps the server's programs out of the path.
_DEBIAN = Path("/usr/lib/postgresql")
OWNER, SERVICE = "owner", "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """
    A running server.

    Attributes:
        programs: where ``pg_ctl`` lies.
        folder: holds the data and the socket.
    """

    programs: Path
    folder: Path

    def address(self, role: str, database: str = "postgres") -> str:
        """Return the address at which *role* reaches *database*."""
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Run *statements* as the owner of everything."""
        address = self.address(OWNER, database)
        with psycopg.connect(address, autocommit=True) as connection:
            for one in statements:
                connection.execute(one.encode())

    def control(self, *arguments: str) -> None:
        """Start, stop or restart it."""
        log = self.folder / "log"
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections=50"
        command = [str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-w"]
        subprocess.run(
            _as_nobody_special([*command, "-o", options, "-l", str(log), *arguments]),
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def programs() -> Path | None:
    """Return where the server's programs lie, the newest first; None without a server."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def running() -> Iterator[Server]:
    """Return a server with an owner and a role that owns nothing; it ends with the block."""
    where = programs()
    if where is None:
        message = "PostgreSQL is missing: sudo apt-get install postgresql"
        raise RuntimeError(message)
    # A socket's path may have 107 bytes; pytest's folders are longer.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        make = [str(where / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", OWNER]
        subprocess.run(_as_nobody_special([*make, "--no-sync"]), check=True, capture_output=True)
        server = Server(programs=where, folder=folder)
        server.control("start")
        try:
            server.run(f"CREATE ROLE {SERVICE} LOGIN NOINHERIT")
            yield server
        finally:
            server.control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_nobody_special(command: list[str]) -> list[str]:
    # The server refuses to run for root.
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command
