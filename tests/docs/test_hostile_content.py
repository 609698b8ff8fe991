"""The table of attacks: every number has a row, and every test it names is there."""

import re
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "hostile-content.md"
NUMBERS = {*range(43, 58), *range(67, 73)}
_DEFINED = re.compile(r"^def (test_\w+)", re.MULTILINE)


def rows() -> dict[int, str]:
    found: dict[int, str] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        numbers, *cells = line.strip("|").split("|")
        if len(cells) == 2 and re.fullmatch(r" [\d, ]+ ", numbers):
            found |= {int(number): cells[-1] for number in re.findall(r"\d+", numbers)}
    return found


def test_every_attack_of_the_list_has_a_row() -> None:
    assert set(rows()) == NUMBERS


def test_every_test_the_table_names_is_there() -> None:
    defined = {
        path.relative_to(ROOT).as_posix(): _DEFINED.findall(path.read_text(encoding="utf-8"))
        for path in (ROOT / "tests").rglob("test_*.py")
    }
    hostile = [name for path, names in defined.items() if "/hostile/" in path for name in names]
    missing = []
    for cell in rows().values():
        for named in re.findall(r"`([^`]+)`", cell):
            file, _, test = named.partition("::")
            wanted = (test or file).partition("[")[0]
            if file.endswith(".py"):
                paths = [file, f"tests/hostile/{file}"]
                names = [one for path in paths for one in defined.get(path, [])]
                is_there = any(fnmatch(one, wanted) for one in names) if test else bool(names)
            elif wanted.startswith("test_"):
                is_there = any(fnmatch(one, wanted) for one in hostile)
            else:
                continue
            if not is_there:
                missing.append(named)

    assert missing == []


def test_every_number_stands_in_the_name_of_a_test() -> None:
    names = " ".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests/hostile").glob("*.py")
    )

    assert [number for number in sorted(NUMBERS) if f"def test_b5_{number}_" not in names] == []
