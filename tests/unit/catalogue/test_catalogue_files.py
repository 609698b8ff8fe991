import re
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

import benban.remedies.rules_in_force as rules
from benban.errors import CatalogueError
from benban.model.case import Capacity
from benban.model.remedy import Confidence
from benban.notices.statements import required_statements, statement_text
from benban.remedies import load_catalogue, packaged_catalogue
from benban.wording import Language

CATALOGUE = packaged_catalogue()
SPINE = {
    "x",
    "telegram",
    "facebook",
    "instagram",
    "tiktok",
    "youtube",
    "google_search",
    "zalo",
    "stopncii",
    "ncmec_take_it_down",
    "vn_child_111",
    "vn_police",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the packaged files that a test may spoil."""
    copy = tmp_path / "catalogue"
    with as_file(files("benban.catalogue")) as packaged:
        for part in ("channels", "laws", "forms"):
            shutil.copytree(packaged / part, copy / part)
        shutil.copy(packaged / "terms.toml", copy / "terms.toml")
    return copy


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def _fault(folder: Path) -> tuple[str | int, str | int, str | int]:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    params = caught.value.params
    return params["file"], params["key"], params["problem"]


def test_the_services_of_the_spine_are_there() -> None:
    assert {service.id for service in CATALOGUE.services} >= SPINE


def test_a_copy_of_the_files_gives_the_same_catalogue(folder: Path) -> None:
    assert load_catalogue(folder) == CATALOGUE


def test_the_version_changes_with_any_byte(folder: Path) -> None:
    _replace(folder / "forms" / "en" / "us-tida.txt", "To {service},", "To  {service},")

    assert load_catalogue(folder).version != CATALOGUE.version


def test_the_version_carries_the_newest_check_date() -> None:
    assert re.fullmatch(r"2026-11-22\+[0-9a-f]{8}", CATALOGUE.version)


def test_no_unsure_fact_can_be_used() -> None:
    channels = [one for service in CATALOGUE.services for one in service.channels]

    assert [one.id for one in channels if one.confidence is Confidence.D] == []


def test_a_channel_set_to_d_disappears_and_is_named(folder: Path) -> None:
    file = folder / "channels" / "telegram.toml"
    _replace(file, 'path = ""\nconfidence = "A"', 'path = ""\nconfidence = "D"')

    loaded = load_catalogue(folder)

    assert (loaded.channel("telegram-2"), dict(loaded.withheld)["telegram-2"]) == (
        None,
        "confidence D",
    )


def test_a_rule_set_to_d_disappears_and_is_named(folder: Path) -> None:
    file = folder / "laws" / "vn" / "children.toml"
    _replace(file, 'confidence = "A"', 'confidence = "D"')

    loaded = load_catalogue(folder)

    assert (loaded.provision("vn-child-36"), dict(loaded.withheld)["vn-child-36"]) == (
        None,
        "confidence D",
    )


def test_a_rule_without_a_known_first_day_is_withheld() -> None:
    assert dict(CATALOGUE.withheld)["uk-cpa-48h"] == "first day not verified"


def test_an_unknown_key_is_an_error_with_file_and_place(folder: Path) -> None:
    _replace(folder / "channels" / "x.toml", 'needs_account = "yes"', 'needs_acount = "yes"')

    file, key, problem = _fault(folder)

    assert (file, key) == ("x.toml", "$.channel[0]")
    assert "needs_acount" in str(problem)


def test_a_missing_key_is_an_error(folder: Path) -> None:
    _replace(folder / "channels" / "x.toml", "checked_on = 2026-11-22\n", "")

    assert _fault(folder)[:2] == ("x.toml", "$.channel[0]")


def test_a_wrong_type_is_an_error(folder: Path) -> None:
    _replace(folder / "channels" / "x.toml", "order = 1", 'order = "first"')

    assert _fault(folder)[:2] == ("x.toml", "$.channel[0].order")


def test_broken_toml_is_an_error(folder: Path) -> None:
    (folder / "channels" / "x.toml").write_text("id = ", encoding="utf-8")

    assert _fault(folder)[0] == "x.toml"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('kind = "in_app"', 'kind = "telepathy"', "x-1 kind"),
        ('needs_account = "yes"', 'needs_account = "maybe"', "x-1 needs_account"),
        (
            'exposes_identity_to = ["platform"]',
            "exposes_identity_to = []",
            "x-1 exposes_identity_to",
        ),
        (
            "https://help.x.com/en/forms/safety-and-sensitive-content/private-information.html",
            "https://help-x.com/en/forms/private-information.html",
            "x-2 address",
        ),
        (
            "https://help.x.com/en/forms/safety-and-sensitive-content/private-information.html",
            "http://help.x.com/en/forms/private-information.html",
            "x-2 address",
        ),
        ('deadline_starts_with = "valid-request"\n', "", "x-3 deadline_h"),
        ('only_if = "authority"', 'only_if = "rich"', "x-4 only_if"),
    ],
)
def test_a_value_the_plan_does_not_understand_is_an_error(
    folder: Path, old: str, new: str, key: str
) -> None:
    _replace(folder / "channels" / "x.toml", old, new)

    assert _fault(folder)[:2] == ("x.toml", key)


def test_an_address_that_is_not_the_services_own_is_an_error(folder: Path) -> None:
    _replace(
        folder / "channels" / "telegram.toml",
        'address = "abuse@telegram.org"',
        'address = "dsa@telegram.org"',
    )

    assert _fault(folder)[:2] == ("telegram.toml", "telegram-2 address")


def test_a_host_of_two_services_is_an_error(folder: Path) -> None:
    _replace(folder / "channels" / "vk.toml", 'domains = ["vk.com"', 'domains = ["x.com", "vk.com"')

    assert _fault(folder)[1:] == ("x.com", "stands twice")


def test_a_pattern_that_does_not_fit_its_example_is_an_error(folder: Path) -> None:
    _replace(
        folder / "channels" / "x.toml", "https://x.com/i/lists/12345", "https://x.com/i/list/1"
    )

    assert _fault(folder)[:2] == ("x.toml", "url_pattern list")


def test_a_pattern_with_another_canonical_form_is_an_error(folder: Path) -> None:
    _replace(
        folder / "channels" / "x.toml",
        'example_canonical = "https://x.com/someuser"',
        'example_canonical = "https://x.com/SomeUser"',
    )

    assert _fault(folder)[:2] == ("x.toml", "url_pattern profile")


def test_an_expression_that_does_not_compile_is_an_error(folder: Path) -> None:
    _replace(folder / "channels" / "x.toml", r"'''^/i/lists/(?P<id>\d+)'''", "'''^/i/(lists'''")

    assert _fault(folder) == ("x.toml", "url_pattern list", "not a regular expression")


def test_a_channel_with_a_form_that_is_not_there_is_an_error(folder: Path) -> None:
    _replace(folder / "channels" / "x.toml", 'form = "x-report"', 'form = "y-report"')

    assert _fault(folder)[:2] == ("forms.toml", "y-report")


def test_a_form_without_its_text_is_an_error(folder: Path) -> None:
    (folder / "forms" / "vi" / "us-tida.txt").unlink()

    assert _fault(folder)[:2] == ("vi/us-tida.txt", "us-tida")


def test_a_clock_without_a_starter_is_an_error(folder: Path) -> None:
    _replace(
        folder / "laws" / "vn" / "platforms.toml", 'clock_started_by = "person-complaint"\n', ""
    )

    assert _fault(folder)[1] == "vn-nd147-23i"


def test_repealed_law_in_a_form_is_an_error(folder: Path) -> None:
    file = folder / "forms" / "vi" / "vn-decree-147.txt"
    file.write_text(file.read_text(encoding="utf-8") + "Luật 24/2018/QH14\n", encoding="utf-8")

    assert _fault(folder) == ("vi/vn-decree-147.txt", "24/2018", "repealed law")


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    assert _fault(tmp_path / "nowhere")[2] == "cannot be read"


def test_the_only_number_is_the_one_that_was_verified() -> None:
    numbers = {
        channel.address
        for service in CATALOGUE.services
        for channel in service.channels
        if channel.kind == "phone"
    }

    assert numbers == {"111"}


def test_no_text_of_the_catalogue_holds_another_telephone_number() -> None:
    number = re.compile(r"\b(?:1800|1900)\d{4,}\b|\+\d{1,3}[ \d]{7,}|\b0\d{9}\b")
    with as_file(files("benban.catalogue")) as packaged:
        found = {
            (path.name, hit)
            for pattern in ("channels/*.toml", "laws/*/*.toml", "forms/*/*.txt")
            for path in packaged.glob(pattern)
            for hit in number.findall(path.read_text(encoding="utf-8"))
        }

    # An example of an address of Zalo, whose path is a number that belongs to nobody.
    assert found == {("zalo.toml", "0900000000")}


def test_every_rule_a_plan_may_name_is_known() -> None:
    wanted = {
        one
        for name, value in vars(rules).items()
        if name.endswith(("_RULES", "_THREATS", "_MINOR")) and isinstance(value, tuple)
        for one in value
    }

    assert (len(wanted) > 20, {one for one in wanted if CATALOGUE.provision(one) is None}) == (
        True,
        set(),
    )


def test_every_statement_has_a_sentence() -> None:
    sentences = [
        statement_text(language, one)
        for form in CATALOGUE.forms
        for capacity in Capacity
        for language in Language
        for one in required_statements(form, capacity)
    ]

    assert "" not in sentences


def test_notices_to_services_are_for_published_content_only() -> None:
    kinds = {form.id: form.kinds for form in CATALOGUE.forms if form.id != "crime-report"}

    assert set(kinds.values()) == {("published",)}


def test_every_fact_has_a_source_and_a_day() -> None:
    channels = [channel for service in CATALOGUE.services for channel in service.channels]
    facts = [
        *[(one.id, one.source, one.checked_on) for one in channels],
        *[(one.id, one.source, one.checked_on) for one in CATALOGUE.provisions],
    ]

    assert [name for name, source, day in facts if not source or day.year < 2026] == []
