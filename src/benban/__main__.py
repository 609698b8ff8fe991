"""``python -m benban``: the command line, which is told here how the desk is opened."""

import sys
from pathlib import Path

from benban.cli.desks import ExchangeTurnedOn
from benban.cli.main import main
from benban.wording import Language


def _open_desk(folder: Path, language: Language, *, opens_window: bool) -> int:
    # Late: no other command pays for a web server.
    from benban.desk.main import run_desk

    return run_desk(folder, language, opens_window=opens_window)


def _open_server(
    folder: Path, language: Language, *, origin: str, port: int, backups: Path | None
) -> int:
    from benban.desk.server.start import start_server

    return start_server(folder, language, origin=origin, port=port, backups=backups)


def _open_exchange(
    folder: Path,
    database: str,
    *,
    host: str,
    port: int,
    workers: int,
    turned_on: ExchangeTurnedOn,
) -> int:
    from benban.service.serve import Serving, serve

    return serve(
        Serving(
            folder=folder,
            database=database,
            host=host,
            port=port,
            workers=workers,
            trusted_proxy=turned_on.trusted_proxy,
            hma_get=turned_on.hma_get,
            hashing=turned_on.hashing,
        )
    )


if __name__ == "__main__":
    sys.exit(
        main(
            sys.argv[1:],
            open_desk=_open_desk,
            open_server=_open_server,
            open_exchange=_open_exchange,
        )
    )
