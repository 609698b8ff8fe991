"""
Make a signed bundle of the catalogue, or the key that signs it; for whoever publishes one.

``make_bundle.py new-key KEY_FILE`` writes a private key and prints the public one;
``make_bundle.py sign KEY_FILE BUNDLE [FOLDER]`` writes a bundle of FOLDER, by default of the
catalogue of this checkout. How and when: docs/how-to/publish-a-catalogue.md.
"""

import argparse
import base64
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from benban.errors import BundleFaultyError
from benban.remedies.bundle import write_bundle
from benban.remedies.catalogue import load_catalogue
from benban.seal.edition_note import NAME
from benban.seal.note import key_id, public_key_of, verifier_key

CATALOGUE = Path(__file__).parents[1] / "src" / "benban" / "catalogue"
_KEY_BYTES = 32


def main(arguments: Sequence[str]) -> int:
    """Return 0 when the file was written; an existing file is never overwritten."""
    parser = argparse.ArgumentParser(prog="make_bundle.py", description="Publish a catalogue.")
    commands = parser.add_subparsers(dest="command", required=True)
    new_key = commands.add_parser("new-key", help="make a key")
    new_key.add_argument("key", type=Path)
    sign = commands.add_parser("sign", help="sign the catalogue in a folder")
    sign.add_argument("key", type=Path)
    sign.add_argument("bundle", type=Path)
    sign.add_argument("folder", type=Path, nargs="?", default=CATALOGUE)
    given = parser.parse_args(arguments)
    return _new_key(given.key) if given.command == "new-key" else _sign(given)


def _new_key(file: Path) -> int:
    private_key = secrets.token_bytes(_KEY_BYTES)
    # Readable by its owner alone, and never over another key.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(base64.b64encode(private_key).decode() + "\n")
    _say(verifier_key(NAME, public_key_of(private_key)))
    return 0


def _sign(given: argparse.Namespace) -> int:
    private_key = base64.b64decode(given.key.read_text(encoding="ascii").strip(), validate=True)
    if len(private_key) != _KEY_BYTES:
        _say("not a key of 32 bytes")
        return 1
    try:
        with given.bundle.open("xb") as out:
            catalogue = write_bundle(given.folder, out, private_key)
    except BundleFaultyError:
        given.bundle.unlink()
        for one in load_catalogue(given.folder).faults:
            _say(f"{one.file}:{one.line}  {one.key}: {one.rule} {one.detail}")
        return 1
    _say(f"edition {catalogue.edition}, {catalogue.version}")
    _say(f"signed by {key_id(public_key_of(private_key))}")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
