import re
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

import benban.remedies.rules_in_force as rules
from benban.model.case import Capacity
from benban.model.remedy import Confidence
from benban.notices.statements import required_statements, statement_text
from benban.remedies import load_catalogue, packaged_catalogue
from benban.wording import Language
from tests.unit.catalogue.copies import replace_in

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
        shutil.copytree(packaged, copy)
    return copy


def test_the_services_of_the_spine_are_there() -> None:
    assert {service.id for service in CATALOGUE.services} >= SPINE


def test_a_copy_of_the_files_gives_the_same_catalogue(folder: Path) -> None:
    assert load_catalogue(folder) == CATALOGUE


def test_the_version_changes_with_any_byte(folder: Path) -> None:
    replace_in(folder / "forms" / "en" / "us-tida.txt", "To {service},", "To  {service},")

    assert load_catalogue(folder).version != CATALOGUE.version


def test_the_version_carries_the_newest_check_date() -> None:
    assert re.fullmatch(r"2026-11-22\+[0-9a-f]{8}", CATALOGUE.version)


def test_no_unsure_fact_can_be_used() -> None:
    channels = [one for service in CATALOGUE.services for one in service.channels]

    assert [one.id for one in channels if one.confidence is Confidence.D] == []


def test_a_channel_set_to_d_disappears_and_is_named(folder: Path) -> None:
    file = folder / "channels" / "telegram.toml"
    replace_in(file, 'path = ""\nconfidence = "A"', 'path = ""\nconfidence = "D"')

    loaded = load_catalogue(folder)

    assert (loaded.channel("telegram-2"), dict(loaded.withheld)["telegram-2"]) == (
        None,
        "confidence-d",
    )


def test_a_rule_set_to_d_disappears_and_is_named(folder: Path) -> None:
    file = folder / "laws" / "vn" / "children.toml"
    replace_in(file, 'confidence = "A"', 'confidence = "D"')

    loaded = load_catalogue(folder)

    assert (loaded.provision("vn-child-36"), dict(loaded.withheld)["vn-child-36"]) == (
        None,
        "confidence-d",
    )


def test_a_rule_without_a_known_first_day_is_withheld() -> None:
    assert dict(CATALOGUE.withheld)["uk-cpa-48h"] == "first-day-unknown"


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
