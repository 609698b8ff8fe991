"""What is wrong in a file of the catalogue is named, and blocks nothing but that file."""

import re
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from benban.model.catalogue import Catalogue, CatalogueFault
from benban.remedies import load_catalogue, packaged_catalogue
from benban.wording import Language, message_ids, template
from tests.unit.catalogue.copies import replace_in

CATALOGUE = packaged_catalogue()
SOURCES = Path(__file__).parents[3] / "src" / "benban" / "remedies"
X, TELEGRAM, PLATFORMS = "channels/x.toml", "channels/telegram.toml", "laws/vn/platforms.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the packaged files that a test may spoil."""
    with as_file(files("benban.catalogue")) as packaged:
        shutil.copytree(packaged, tmp_path / "catalogue")
    return tmp_path / "catalogue"


def _only(catalogue: Catalogue) -> CatalogueFault:
    assert len(catalogue.faults) == 1
    return catalogue.faults[0]


def _line(folder: Path, name: str, part: str) -> int:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if part in line)


def test_the_packaged_catalogue_has_no_fault() -> None:
    assert CATALOGUE.faults == ()


def test_an_unknown_key_is_named_with_its_line(folder: Path) -> None:
    replace_in(folder / X, 'needs_account = "yes"', 'needs_acount = "yes"')

    fault = _only(load_catalogue(folder))

    assert (fault.file, fault.rule, fault.detail) == (X, "unknown-key", "needs_acount")
    assert fault.line == _line(folder, X, "needs_acount")


def test_a_faulty_file_stands_aside_and_the_others_load(folder: Path) -> None:
    replace_in(folder / X, 'needs_account = "yes"', 'needs_acount = "yes"')

    found = load_catalogue(folder)

    assert {one.id for one in found.services} == {one.id for one in CATALOGUE.services} - {"x"}
    assert (found.provisions, found.forms) == (CATALOGUE.provisions, CATALOGUE.forms)


def test_a_missing_key_is_named_with_its_entry(folder: Path) -> None:
    replace_in(folder / X, "checked_on = 2026-11-22\n", "")

    fault = _only(load_catalogue(folder))

    assert (fault.rule, fault.detail, fault.key) == ("missing-key", "checked_on", "channel[0]")
    assert fault.line == _line(folder, X, "[[channel]]")


def test_a_wrong_type_is_named_with_its_line(folder: Path) -> None:
    replace_in(folder / X, "order = 2", 'order = "second"')

    fault = _only(load_catalogue(folder))

    assert (fault.rule, fault.key) == ("wrong-type", "channel[1].order")
    assert fault.line == _line(folder, X, 'order = "second"')


@pytest.mark.parametrize(
    ("text", "line"), [("id = ", 1), ('id = "x"\nname = "', 2), ("\n\n= 3\n", 3)]
)
def test_broken_toml_is_named_with_its_line(folder: Path, text: str, line: int) -> None:
    (folder / X).write_text(text, encoding="utf-8")

    fault = _only(load_catalogue(folder))

    assert (fault.file, fault.rule, fault.line) == (X, "syntax", line)


def test_what_is_not_utf_8_is_named_with_its_line(folder: Path) -> None:
    (folder / X).write_bytes(b'id = "x"\nname = "\xff"\n')

    fault = _only(load_catalogue(folder))

    assert (fault.file, fault.rule, fault.line) == (X, "not-utf-8", 2)


def test_brackets_without_end_are_a_fault(folder: Path) -> None:
    (folder / X).write_text("id = " + "[" * 100_000, encoding="utf-8")

    assert _only(load_catalogue(folder)).file == X


def test_a_file_beyond_all_measure_is_not_parsed(folder: Path) -> None:
    (folder / X).write_text("# \n" * 400_000, encoding="utf-8")

    assert _only(load_catalogue(folder)).rule == "too-large"


ADDRESS = "https://help.x.com/en/forms/safety-and-sensitive-content/private-information.html"

LISTS = """canonical = "https://x.com/i/lists/{id}"
example = "https://x.com/i/lists/12345"
example_canonical = "https://x.com/i/lists/12345"
"""
# Each reading adds a digit, so that the form never comes to rest.
AGAIN = LISTS.replace("{id}", "9{id}").replace(
    'canonical = "https://x.com/i/lists/1', 'canonical = "https://x.com/i/lists/91'
)
ADDS_A_DIGIT = (LISTS, AGAIN)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('kind = "in_app"', 'kind = "telepathy"', "choice"),
        ('needs_account = "yes"', 'needs_account = "maybe"', "choice"),
        ('confidence = "A"\nsource = "OTA vlo', 'confidence = "Z"\nsource = "OTA vlo', "choice"),
        ('may_file = ["person", "rep', 'may_file = ["friend", "rep', "choice"),
        ('stopncii = "no"', 'stopncii = "perhaps"', "choice"),
        ('exposes_identity_to = ["platform"]', "exposes_identity_to = []", "empty"),
        (
            'exposes_identity_to = ["platform"]',
            'exposes_identity_to = ["platform"]\nasks_id = "yes"',
            "id-not-said",
        ),
        (ADDRESS, "https://help-x.com/en/forms/private-information.html", "not-official"),
        (ADDRESS, "http://help.x.com/en/forms/private-information.html", "not-official"),
        (ADDRESS, "HTTPS://help-x.com/private-information.html", "not-official"),
        (ADDRESS, "javascript://help-x.com/%0aalert(1)", "not-official"),
        ('deadline_starts_with = "valid-request"\n', "", "half-a-clock"),
        ('only_if = "authority"', 'only_if = "copyright"', "filed-by"),
        ("batch = 5", "batch = -5", "negative"),
        ('form = "x-report"', 'form = "y-report"', "no-such-form"),
        ('id = "x"\n', 'id = "y"\n', "other-name"),
        (r"'''^/i/lists/(?P<id>\d+)'''", "'''^/i/(lists'''", "pattern-broken"),
        ('example = "https://x.com/i/lists/12345"', 'example = "nothing"', "pattern-other"),
        ('example = "https://x.com/i/lists/12345"', 'example = ""', "pattern-example"),
        (
            'example_canonical = "https://x.com/someuser"',
            'example_canonical = "https://x.com/SomeUser"',
            "pattern-canonical",
        ),
        (
            ADDS_A_DIGIT[0],
            ADDS_A_DIGIT[1],
            "pattern-unstable",
        ),
    ],
)
def test_a_value_that_cannot_be_is_a_fault(folder: Path, old: str, new: str, rule: str) -> None:
    replace_in(folder / X, old, new)

    found = load_catalogue(folder)

    assert {(one.file, one.rule) for one in found.faults} == {(X, rule)}
    assert found.service("x") is None


def test_every_fault_of_a_file_is_named_at_once(folder: Path) -> None:
    replace_in(folder / X, 'kind = "in_app"', 'kind = "telepathy"')
    replace_in(folder / X, "batch = 5", "batch = -5")

    assert {one.rule for one in load_catalogue(folder).faults} == {"choice", "negative"}


def test_an_address_that_is_not_the_services_own_is_a_fault(folder: Path) -> None:
    replace_in(folder / TELEGRAM, '"abuse@telegram.org"', '"dsa@telegram.org"')

    fault = _only(load_catalogue(folder))

    assert (fault.rule, fault.detail) == ("do-not-use", "dsa@telegram.org")


def test_what_is_no_mail_address_is_a_fault(folder: Path) -> None:
    replace_in(folder / TELEGRAM, '"abuse@telegram.org"', '"abuse@telegram.org, a@b.example"')

    assert _only(load_catalogue(folder)).rule == "not-a-mail-address"


def test_when_two_services_claim_a_host_neither_is_believed(folder: Path) -> None:
    replace_in(folder / "channels/vk.toml", 'domains = ["vk.com"', 'domains = ["x.com", "vk.com"')

    found = load_catalogue(folder)

    assert {(one.file, one.rule, one.detail) for one in found.faults} == {
        ("channels/vk.toml", "hosts-twice", '"x.com"'),
        (X, "hosts-twice", '"x.com"'),
    }
    assert (found.service("x"), found.service("vk")) == (None, None)


def test_when_two_rules_have_one_name_neither_is_believed(folder: Path) -> None:
    replace_in(folder / PLATFORMS, 'id = "vn-nd147-24-4"', 'id = "vn-l116-7"')

    found = load_catalogue(folder)

    assert {one.rule for one in found.faults} == {"id-twice"}
    assert found.provision("vn-l116-7") is None


def test_a_clock_without_a_starter_is_a_fault(folder: Path) -> None:
    replace_in(folder / PLATFORMS, 'clock_started_by = "person-complaint"\n', "")

    fault = _only(load_catalogue(folder))

    assert (fault.rule, fault.line) == ("half-a-clock", _line(folder, PLATFORMS, "clock_h = 48"))


def test_a_rule_that_ends_before_it_begins_is_a_fault(folder: Path) -> None:
    new = "valid_from = 2024-12-25\nvalid_until = 2024-12-24"
    replace_in(folder / PLATFORMS, "valid_from = 2024-12-25", new)

    assert _only(load_catalogue(folder)).rule == "ends-before-it-begins"


def test_a_form_without_its_text_stands_aside_alone(folder: Path) -> None:
    (folder / "forms/vi/us-tida.txt").unlink()

    found = load_catalogue(folder)

    assert (_only(found).file, found.form("us-tida")) == ("forms/vi/us-tida.txt", None)
    assert len(found.forms) == len(CATALOGUE.forms) - 1


def test_a_channel_whose_form_stands_aside_takes_no_text(folder: Path) -> None:
    (folder / "forms/vi/us-tida.txt").unlink()

    found = load_catalogue(folder)

    assert (found.channel("x-3") is not None, found.form_of("x-3")) == (True, "")


@pytest.mark.parametrize("spelling", ["Luật 24/2018/QH14", "LUẬT AN NINH  MẠNG NĂM 2018"])
def test_repealed_law_in_a_form_is_a_fault(folder: Path, spelling: str) -> None:
    name = "forms/vi/vn-decree-147.txt"
    file = folder / name
    file.write_text(f"{file.read_text(encoding='utf-8')}{spelling}\n", encoding="utf-8")

    found = load_catalogue(folder)

    assert ((one := _only(found)).file, one.rule) == (name, "repealed")
    assert found.form("vn-decree-147") is None


def test_repealed_law_in_the_name_of_a_rule_is_a_fault(folder: Path) -> None:
    replace_in(folder / PLATFORMS, "Nghị định 147/2024/NĐ-CP", "Nghị định 72/2013/NĐ-CP")

    fault = _only(load_catalogue(folder))

    assert (fault.rule, fault.detail) == ("repealed", "72/2013")


@pytest.mark.parametrize("name", ["laws/repealed.toml", "terms.toml"])
@pytest.mark.parametrize("text", ["id = ", "", None])
def test_without_its_guards_the_catalogue_has_no_form(
    folder: Path, name: str, text: str | None
) -> None:
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text, encoding="utf-8")

    found = load_catalogue(folder)

    assert (found.forms, found.closed_by is not None) == ((), True)
    assert len(found.services) == len(CATALOGUE.services)


def test_a_list_of_repealed_law_without_spellings_guards_nothing(folder: Path) -> None:
    replace_in(folder / "laws/repealed.toml", 'spellings = ["15/2020"]', "spellings = []")

    found = load_catalogue(folder)

    assert (found.forms, found.closed_by is not None) == ((), True)


def test_a_missing_folder_is_a_fault_and_no_error(tmp_path: Path) -> None:
    found = load_catalogue(tmp_path / "nowhere")

    assert (found.services, found.forms) == ((), ())
    assert {"channels", "laws"} <= {one.file for one in found.faults}


@pytest.mark.parametrize("language", Language)
def test_every_fault_has_words_and_a_mend(language: Language) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    told = {one for one in message_ids(language) if one.startswith("catalogue.fault.")}
    rules = {one.removeprefix("catalogue.fault.") for one in told}

    assert {one for one in rules if f'"{one}"' not in text and "-twice" not in one} == set()
    assert {f"catalogue.mend.{one}" for one in rules} <= message_ids(language)


def test_the_rules_that_the_program_names_are_the_ones_with_words() -> None:
    text = "".join(
        (SOURCES / f"{name}.py").read_text(encoding="utf-8")
        for name in ("catalogue_checks", "catalogue_reading", "catalogue", "forms")
    )
    named = set(re.findall(r'(?:\)|key\)|place), "([a-z8-]+)",', text))

    assert len(named) > 15
    assert {one for one in named if f"catalogue.fault.{one}" not in message_ids(Language.VI)} == (
        set()
    )


def test_the_mend_of_a_choice_names_what_may_stand_there(folder: Path) -> None:
    replace_in(folder / X, 'needs_account = "yes"', 'needs_account = "maybe"')

    fault = _only(load_catalogue(folder))

    said = template(Language.EN, "catalogue.mend.choice").format(detail=fault.detail)
    assert said == "use one of: no, unknown, yes"
