"""Nothing that was found out is silently missing: every fact is in use, or says why it is not."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from benban.model.remedy import Channel, Confidence, Provision
from benban.remedies import packaged_catalogue

CATALOGUE = packaged_catalogue()
ACCOUNT = tomllib.loads((Path(__file__).parent / "facts.toml").read_text(encoding="utf-8"))
# The facts lie beside the checkout; a clone without them has the account above.
FACTS = Path(__file__).parents[4] / "shared" / "facts"
needs_facts = pytest.mark.skipif(not FACTS.is_dir(), reason="the facts do not lie beside the clone")

HELD_BACK = dict(CATALOGUE.withheld)
_GRADES = {"verified_primary_text": "A", "secondary": "B", "unverified": "D"}
# The name of the form rests on two sources; its address, on one, is not given at all.
_BETTER_THAN_ITS_FACT = {"bing_microsoft-1"}
# Ways that are told in words: who is behind a service, an address on paper.
_TOLD_IN_PATH = {"duckduckgo-1", "mastodon-4", "zalo-3", *_BETTER_THAN_ITS_FACT}


def _known(name: str) -> bool:
    return CATALOGUE.channel(name) is not None or CATALOGUE.provision(name) is not None


def _became(section: str, name: str) -> str:
    said: str = ACCOUNT[section][name]
    if said.startswith("left out: "):
        return said
    if said == "in":
        return "in use" if _known(name) else "missing"
    if said == "withheld":
        return "withheld" if name in HELD_BACK and not _known(name) else "missing"
    return "elsewhere" if _known(said) or said in HELD_BACK else "missing"


def test_the_account_is_whole() -> None:
    counts = {name: len(section) for name, section in ACCOUNT.items()}

    assert counts == {
        "services": 39,
        "file_hosts": 6,
        "channels": 97,
        "provisions": 75,
        "beside_services": 16,
    }


@pytest.mark.parametrize("name", ACCOUNT["services"])
def test_every_service_is_there(name: str) -> None:
    said = ACCOUNT["services"][name]
    wanted = [name] if said == "in" else said.split(", ")
    if said.startswith("step host"):
        # What is in no catalogue is looked up; a written list of hosts would be a guess.
        assert CATALOGUE.service(name) is None
        return

    assert [one for one in wanted if CATALOGUE.service(one) is None] == []


@pytest.mark.parametrize(
    ("section", "name"),
    [
        (section, name)
        for section in ("file_hosts", "channels", "provisions", "beside_services")
        for name in ACCOUNT[section]
    ],
)
def test_every_fact_is_in_use_withheld_or_elsewhere(section: str, name: str) -> None:
    assert _became(section, name) != "missing"


def test_what_is_withheld_says_why_and_since_when() -> None:
    silent = [
        one.id
        for one in CATALOGUE.held_back
        if not (one.reason and one.source and one.checked_on.year == 2026)
    ]

    assert (len(CATALOGUE.held_back) > 20, silent) == (True, [])


@needs_facts
def test_the_account_names_the_facts_and_no_others() -> None:
    services, laws = _facts("channels"), _facts("law")
    hosts = next(one for one in services["services"] if one["id"] == "file_hosts")["members"]
    found = {
        "services": {one["id"] for one in services["services"]},
        "file_hosts": {one["id"] for one in hosts},
        "channels": {name for name, _ in _channels()},
        "provisions": {one["id"] for one in laws["provisions"]},
        "beside_services": {
            one["id"] if "id" in one else f"regulator-{one['cc']}"
            for section in ("hash_programmes", "vietnam", "regulators", "measure")
            for one in services[section]
        },
    }

    assert {name: set(section) for name, section in ACCOUNT.items()} == found


@needs_facts
def test_no_address_differs_from_the_one_that_was_found() -> None:
    different = {
        name: (fact.get("address"), used.address)
        for name, fact in _channels()
        if (used := _used(name)) is not None
        and name not in _TOLD_IN_PATH
        and used.address not in {fact.get("address", ""), fact.get("via")}
    }

    assert different == {}


@needs_facts
def test_no_fact_is_surer_here_than_it_was_found() -> None:
    order = [one.value for one in Confidence]
    surer = {
        name
        for name, fact in _channels()
        if (used := _used(name)) is not None
        and order.index(used.confidence.value) < order.index(str(fact.get("conf", "D")))
    }

    assert surer == _BETTER_THAN_ITS_FACT


@needs_facts
def test_no_rule_differs_from_what_was_read() -> None:
    different = [
        fact["id"]
        for fact in _facts("law")["provisions"]
        if (rule := CATALOGUE.provision(fact["id"])) is not None and not _agrees(rule, fact)
    ]

    assert different == []


@needs_facts
def test_no_repealed_rule_is_missing_from_the_list() -> None:
    ends = {str(one["ended"]) for one in _facts("law")["repealed_do_not_cite"]}
    listed = len(_facts("law")["repealed_do_not_cite"])

    assert len(CATALOGUE.repealed) == listed
    assert {f"{one.ended_on:%Y-%m-%d}" for one in CATALOGUE.repealed} == ends


def _agrees(rule: Provision, fact: dict[str, Any]) -> bool:
    first = fact.get("in_force_from", "")
    begins = "" if rule.valid_from is None else f"{rule.valid_from:%Y-%m-%d}"
    return (
        rule.confidence.value == _GRADES[fact["confidence"]]
        and begins.startswith(first)
        and rule.clock_h == fact.get("deadline_hours")
        and rule.source == fact["source_url"]
        and len(rule.elements) == len(fact["required_fields"])
    )


def _used(name: str) -> Channel | None:
    said: str = ACCOUNT["channels"][name]
    return CATALOGUE.channel(name) if said == "in" else None


def _channels() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{service['id']}-{place}", channel)
        for service in _facts("channels")["services"]
        for place, channel in enumerate(service.get("channels", []), 1)
    ]


def _facts(name: str) -> dict[str, list[dict[str, Any]]]:
    read: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        (FACTS / f"{name}.yaml").read_text(encoding="utf-8")
    )
    return read
