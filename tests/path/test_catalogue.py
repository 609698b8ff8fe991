"""The catalogue at a terminal: shown, checked, and renewed from a file."""

import base64
import importlib.util
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from types import ModuleType

import pytest

from benban.remedies import packaged_catalogue
from benban.remedies.catalogue_words import (
    ASKS_ID,
    CHANNEL_KINDS,
    EXPOSES,
    MAY_FILE,
    NEEDS_ACCOUNT,
    ONLY_IF,
    STARTERS,
    SYNTHETIC,
)
from benban.wording import Language, message_ids
from tests.path.terminal import Terminal, explanation, run
from tests.unit.catalogue.copies import replace_in

MAKER = Path(__file__).parents[2] / "docs" / "make_bundle.py"
KNOWN = packaged_catalogue()


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_bundle", MAKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The catalogue of a publisher, one edition further."""
    with as_file(files("benban.catalogue")) as packaged:
        shutil.copytree(packaged, tmp_path / "catalogue")
    replace_in(tmp_path / "catalogue" / "edition.toml", "serial = 1", "serial = 7")
    return tmp_path / "catalogue"


@pytest.fixture
def signed(
    maker: ModuleType, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[str, str]:
    """A bundle and the publisher's public key, made with the publisher's own tool."""
    assert maker.main(["new-key", str(tmp_path / "key")]) == 0
    (tmp_path / "key.pub").write_text(capsys.readouterr().out, encoding="utf-8")
    replace_in(folder / "channels/telegram.toml", '"abuse@telegram.org"', '"new@telegram.org"')
    made = maker.main(["sign", str(tmp_path / "key"), str(tmp_path / "b.zip"), str(folder)])
    capsys.readouterr()
    assert made == 0
    return str(tmp_path / "b.zip"), str(tmp_path / "key.pub")


def test_everything_is_listed_without_a_vault() -> None:
    shown = run("catalogue", "show", "--json").json

    assert shown["services"] == [one.id for one in KNOWN.services]
    assert shown["provisions"] == [one.id for one in KNOWN.provisions]
    assert shown["held_back"] == dict(KNOWN.withheld)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("telegram", "abuse@telegram.org"),
        ("x-1", "OTA vlopses-us-versions"),
        ("vn-nd147-23i", "2026-11-22"),
        ("eu-gdpr-17", "general knowledge"),
    ],
)
@pytest.mark.parametrize("language", Language)
def test_one_name_is_shown_with_source_day_and_confidence(
    name: str, said: str, language: Language
) -> None:
    shown = run("catalogue", "show", name, "--language", language.value)

    assert (shown.code, said in shown.out, "2026-11-22" in shown.out) == (0, True, True)


@pytest.mark.parametrize("language", Language)
def test_every_name_can_be_shown_in_both_languages(language: Language) -> None:
    from benban.cli.catalogue_pages import page_of
    from benban.cli.words import Words

    channels = [one.id for service in KNOWN.services for one in service.channels]
    names = [
        *(one.id for one in KNOWN.services),
        *channels,
        *(one.id for one in KNOWN.provisions),
        *(one.id for one in KNOWN.held_back),
    ]

    pages = [page_of(Words(language), KNOWN, one) for one in names]

    assert [one for one, page in zip(names, pages, strict=True) if not page or not page.lines] == []


def test_a_name_that_is_not_there_is_said() -> None:
    refusals = [
        explanation(run("catalogue", "show", "khong-co", "--language", one.value), one)
        for one in Language
    ]

    assert refusals == ["BB-625", "BB-625"]


def test_a_sound_catalogue_ends_with_0() -> None:
    checked = run("catalogue", "check", "--json")

    assert (checked.code, checked.json["faults"]) == (0, [])


@pytest.mark.parametrize("language", Language)
def test_a_fault_is_named_with_file_line_and_mend(folder: Path, language: Language) -> None:
    replace_in(folder / "channels/x.toml", "batch = 5", "batch = -5")

    checked = run("catalogue", "check", "--folder", str(folder), "--language", language.value)

    lines = (folder / "channels/x.toml").read_text(encoding="utf-8").splitlines()
    number = lines.index("batch = -5") + 1
    assert (checked.code, f"channels/x.toml:{number}  channel[0].batch" in checked.out) == (1, True)


def test_a_hostile_value_does_not_steer_the_terminal(folder: Path) -> None:
    replace_in(folder / "channels/x.toml", 'id = "x"\n', 'id = "\\u001b[2J\\u202e"\n')

    checked = run("catalogue", "check", "--folder", str(folder))

    assert (checked.code, "\x1b" in checked.out, "\u202e" in checked.out) == (1, False, False)


@pytest.mark.parametrize(
    ("day", "code", "is_aged"),
    [("2026-11-22", 0, False), ("2027-02-20", 0, False), ("2027-02-21", 2, True)],
)
def test_what_has_aged_on_a_day_is_named(day: str, code: int, is_aged: bool) -> None:
    checked = run("catalogue", "check", "--aged-on", day, "--json")

    assert (checked.code, bool(checked.json["aged"])) == (code, is_aged)


def test_half_a_year_later_rules_have_aged_as_well() -> None:
    aged = run("catalogue", "check", "--aged-on", "2027-05-22", "--json").json["aged"]

    assert {one["kind"] for one in aged} == {"channel", "provision", "held-back"}


def test_what_is_no_day_is_wrong_usage() -> None:
    assert run("catalogue", "check", "--aged-on", "soon").code == 2


def test_a_bundle_of_a_stranger_is_refused(terminal: Terminal, signed: tuple[str, str]) -> None:
    refusals = terminal.refusals("catalogue", "update", signed[0], "--sure", "yes")

    assert refusals == ["BB-622"] * len(Language)


def test_without_a_yes_nothing_is_changed(terminal: Terminal, signed: tuple[str, str]) -> None:
    file, key = signed

    asked = terminal.run("catalogue", "update", file, "--signer", key, "--json")

    assert (asked.code, asked.json["taken"]) == (0, False)
    assert asked.json["changed"] == ["telegram-2"]


def test_a_taken_catalogue_is_what_the_plan_goes_by(
    tmp_path: Path, signed: tuple[str, str]
) -> None:
    terminal = Terminal.with_vault(tmp_path)
    case = terminal.new_case()
    terminal.run("add", case, "--from", str(_address_file(tmp_path)), *_SEEN)
    file, key = signed

    taken = terminal.run("catalogue", "update", file, "--signer", key, "--sure", "yes", "--json")
    plan = terminal.run("plan", case, "--json").json["plans"][0]
    shown = terminal.run("catalogue", "show", "telegram-2", "--in-use", "--json").json
    again = terminal.run("catalogue", "update", file, "--sure", "yes")

    assert (taken.json["taken"], taken.json["edition"]) == (True, 7)
    assert plan["catalogue"] != KNOWN.version
    assert shown["address"] == "new@telegram.org"
    assert "[BB-623]" in again.err


def test_a_signed_bundle_can_be_checked_without_a_vault(signed: tuple[str, str]) -> None:
    file, key = signed

    checked = run("catalogue", "check", "--bundle", file, "--signer", key, "--json")

    assert (checked.code, checked.json["edition"]) == (0, 7)


def test_a_catalogue_with_a_fault_is_not_signed(
    maker: ModuleType, folder: Path, tmp_path: Path
) -> None:
    maker.main(["new-key", str(tmp_path / "key")])
    replace_in(folder / "channels/x.toml", "batch = 5", "batch = -5")

    made = maker.main(["sign", str(tmp_path / "key"), str(tmp_path / "b.zip"), str(folder)])

    assert (made, (tmp_path / "b.zip").exists()) == (1, False)


def test_a_new_key_is_for_its_owner_alone_and_overwrites_none(
    maker: ModuleType, tmp_path: Path
) -> None:
    maker.main(["new-key", str(tmp_path / "key")])
    first = (tmp_path / "key").read_text(encoding="ascii")

    with pytest.raises(FileExistsError):
        maker.main(["new-key", str(tmp_path / "key")])

    assert (tmp_path / "key").read_text(encoding="ascii") == first
    assert len(base64.b64decode(first)) == 32


_SEEN = (
    *("--kind", "published", "--visit", "no"),
    *("--adult-now", "yes", "--adult-in-picture", "yes", "--nobody-doubts", "yes"),
)


def _address_file(folder: Path) -> Path:
    file = folder / "places.txt"
    file.write_text("https://t.me/kenh_vi_du/5\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("language", Language)
def test_every_id_a_file_may_choose_has_words(language: Language) -> None:
    chosen = {
        "kind": CHANNEL_KINDS,
        "only_if": ONLY_IF - {""},
        "may_file": MAY_FILE,
        "starts": STARTERS - {""},
    }
    wanted = {
        *(f"cli.catalogue.v.{name}.{one}" for name, ids in chosen.items() for one in ids),
        *(f"cli.catalogue.v.{one}" for one in NEEDS_ACCOUNT | ASKS_ID | SYNTHETIC),
        *(f"notice.reveals.{one}" for one in EXPOSES),
    }

    assert wanted <= message_ids(language)
