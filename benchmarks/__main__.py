"""
Run one benchmark: ``./run bench NAME [--quick] [--json]``.

A benchmark is ``benchmarks/NAME.py`` or ``NAME/claims.py`` with ``run(quick) -> Document``. It
measures against its peer in the same run. With ``--quick`` it ends within a minute on smaller data.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks._document import Claim, Document


def main(arguments: Sequence[str]) -> int:
    """Return 0 when the benchmark ran, also when a target was missed: a number is no failure."""
    here = Path(__file__).parent
    found = (*here.glob("*.py"), *(path.parent for path in here.glob("*/__init__.py")))
    names = sorted(path.stem for path in found if not path.stem.startswith("_"))
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure one claim.")
    parser.add_argument("name", choices=names, metavar="NAME", help=", ".join(names) or "none yet")
    parser.add_argument("--quick", action="store_true", help="smaller data, within a minute")
    parser.add_argument("--json", action="store_true", help="one JSON document and nothing else")
    options = parser.parse_args(arguments)

    # As in the fence, and before numpy is loaded: a thread that waits for the others would count as
    # processor time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    is_package = (here / options.name).is_dir()
    module = f"benchmarks.{options.name}" + (".claims" if is_package else "")
    document = importlib.import_module(module).run(quick=options.quick)
    if not isinstance(document, Document):
        message = f"benchmarks/{options.name}.py: run() must return a Document"
        raise TypeError(message)
    if options.json:
        print(json.dumps(document.as_json(), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_line_of(claim) for claim in document.claims))
    return 0


def _line_of(claim: Claim) -> str:
    verdict = {True: "met", False: "NOT MET", None: "measured"}[claim.is_met]
    target = ""
    if claim.target is not None and claim.comparison is not None:
        target = f", asked {claim.comparison.value} {claim.target:g}"
    peer = ""
    if claim.peer is not None:
        peer = f", {claim.peer.name} {claim.peer.version}: {claim.peer.value:g}"
    return (
        f"{verdict:8}  {claim.name}: {claim.value:g} {claim.unit}{target}{peer}"
        f" (n={claim.n}; {claim.note})"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
