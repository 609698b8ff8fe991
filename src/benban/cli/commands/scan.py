"""``benban scan``: an operator's own store of files against a bank of shared hashes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benban.cli.options import output_options
from benban.cli.out import Out
from benban.cli.session import take_out
from benban.cli.words import Words
from benban.model.fingerprint import MATCH_DISTANCE_BITS

if TYPE_CHECKING:
    from benban.outside.scan_folder import ScanSummary
    from benban.scan.ports import Engine

_ENGINES = ("local", "ray")


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("scan", help=words("cli.scan.help"))
    @click.argument("source")
    @click.option(
        "--bank", required=True, type=click.Path(path_type=Path), help=words("cli.scan.o.bank")
    )
    @click.option(
        "--out",
        "folder",
        required=True,
        type=click.Path(path_type=Path),
        help=words("cli.scan.o.out"),
    )
    @click.option(
        "--engine",
        type=click.Choice(_ENGINES),
        default="local",
        help=words("cli.scan.o.engine"),
    )
    @click.option("--workers", type=click.IntRange(1, 1024), help=words("cli.scan.o.workers"))
    @click.option("--column", default="", help=words("cli.scan.o.column"))
    @click.option("--ray-address", default="", help=words("cli.scan.o.ray-address"))
    @output_options(words)
    def scan(source: str, bank: Path, folder: Path, column: str, **given: Any) -> None:
        # Late: --help does not wait for tables and arrays.
        from benban.outside.scan_bank import open_banked
        from benban.outside.scan_places import whole_source
        from benban.outside.scan_run import run_scan
        from benban.scan.ports import Work

        out = take_out(words, given)
        work = Work(
            source=whole_source(source),
            column=column,
            border_bits=MATCH_DISTANCE_BITS,
            banked=open_banked(bank),
        )
        engine = _engine(given["engine"], given["workers"], given["ray_address"])
        _print(out, run_scan(work, engine, folder))

    return scan


def _engine(name: str, workers: int | None, ray_address: str) -> "Engine":
    if name == "ray":
        from benban.outside.scan_ray import RayEngine

        return RayEngine(workers=workers, address=ray_address)
    from benban.outside.scan_local import LocalEngine

    return LocalEngine(workers)


def _print(out: Out, found: "ScanSummary") -> None:
    problems = sum(found.problems.values())
    out.say("cli.scan.done", files=found.files, matched=found.matched, problems=problems)
    out.say("cli.scan.no-picture", count=found.no_picture)
    for code, count in found.problems.items():
        out.line(f"  {code}  {count}")
    out.say("cli.scan.review")
    out.document(
        {
            "files": found.files,
            "matched": found.matched,
            "action": "review",
            "no_picture": found.no_picture,
            "problems": found.problems,
        }
    )
