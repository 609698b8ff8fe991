import hashlib
from pathlib import Path

import benban
from benban.outside.workplace import source_sha256, workplace_fields


def test_the_device_is_the_only_sensitive_fact() -> None:
    fields = {field.name: field.is_sensitive for field in workplace_fields()}

    assert fields == {"device": True, "tools": False, "source_sha256": False, "time_source": False}


def test_the_digest_of_the_source_can_be_computed_by_anybody() -> None:
    root = Path(benban.__file__).parent
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.py"))
    listed = b"".join(
        name.encode() + b"\x00" + hashlib.sha256((root / name).read_bytes()).digest()
        for name in names
    )

    assert source_sha256() == hashlib.sha256(listed).hexdigest()


def test_the_programs_that_took_part_stand_with_their_versions() -> None:
    (tools,) = [field.value for field in workplace_fields() if field.name == "tools"]

    assert tools.startswith(f"benban {benban.__version__}, Python 3.")
