"""HARM 8: police is never first or a condition; the file holds chosen things and no traits."""

import dataclasses
import io
import re
import zipfile

import click
import pyrage
import pytest

import benban.model.case
import benban.model.consent
import benban.model.damage
import benban.model.exhibit
import benban.model.paper
import benban.model.remedy
import benban.model.sighting
import benban.notices.paper_facts
from benban.casework.conclude import DossierRequest, conclude
from benban.cli.main import make_group
from benban.cli.words import Words
from benban.dossier.view import Disclosure, Edition
from benban.model.exhibit import Exhibit
from benban.outside.fence import Fence
from benban.wording import Language
from tests.harm.scenes import (
    Example,
    a_case,
    compared,
    declared,
    kept,
    new_vault,
    reported,
    ticking,
)
from tests.harm.walk import Walk
from tests.unit.dossier.reading import text

TRAITS = re.compile(
    r"orientation|gender|\bsex\b|marital|married|spouse|occupation|profession|\bjob\b|religion"
    r"|ethnic|criminal_record|history_of|giới tính|xu hướng|hôn nhân|nghề nghiệp|tôn giáo|dân tộc",
    re.IGNORECASE,
)
MODULES = (
    benban.model.case,
    benban.model.consent,
    benban.model.damage,
    benban.model.paper,
    benban.notices.paper_facts,
    benban.model.exhibit,
    benban.model.remedy,
    benban.model.sighting,
)


def test_police_is_last_and_nothing_is_selected(walk: Walk) -> None:
    kinds = [step["kind"] for step in walk.ran["plan"].json["plans"][0]["steps"]]
    first_police = kinds.index("police")

    assert (first_police > 2, set(kinds[first_police:])) == (True, {"police"})


def test_no_value_of_the_work_has_a_place_for_traits_of_a_person() -> None:
    names = [
        f"{kind.__name__}.{one.name}"
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
        for one in dataclasses.fields(kind)
    ]

    assert (len(names) > 80, [one for one in names if TRAITS.search(one)]) == (True, [])


@pytest.mark.parametrize("language", Language)
def test_no_command_asks_for_traits_of_a_person(language: Language) -> None:
    words = Words(language)
    group = make_group(words)
    context = click.Context(group)
    commands = [group.get_command(context, name) for name in group.list_commands(context)]
    said = [
        f"{option.name} {option.help}"
        for command in commands
        for inner in (command.commands.values() if isinstance(command, click.Group) else [command])
        if inner is not None
        for option in inner.params
        if isinstance(option, click.Option)
    ]

    assert (len(said) > 60, [one for one in said if TRAITS.search(one)]) == (True, [])


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Both editions of a dossier of one exhibit, unpacked, and the exhibit that was left out."""

    exhibit: Exhibit
    left: Exhibit
    unpacked: dict[Edition, bytes]


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory, fence: Fence, example: Example) -> Chosen:
    folder, clock = tmp_path_factory.mktemp("chosen"), ticking()
    key = pyrage.x25519.Identity.generate()
    recipient = Disclosure(
        recipient="R", purpose="P", legal_basis="L", recipient_key=str(key.to_public())
    )
    with new_vault(folder / "kho", clock) as vault, vault.create_case(a_case()) as store:
        other = reported(store, clock, address="https://t.me/kenh_thu_hai/9")
        (exhibit,) = kept(store, reported(store, clock), clock, example.fake)
        (left,) = kept(store, other, clock, example.compressed_again)
        declared(store, fence, clock, example.original)
        compared(store, fence, clock)
        unpacked = {}
        for edition in Edition:
            request = DossierRequest(
                edition=edition,
                languages=(Language.EN,),
                exhibits=(exhibit.id,),
                disclosure=recipient if edition is Edition.AUTHORITY else None,
            )
            out = io.BytesIO()
            conclude(store, request, (), out_file=out, clock=clock, vault=vault)
            unpacked[edition] = _unpacked(out.getvalue(), key)
    return Chosen(exhibit=exhibit, left=left, unpacked=unpacked)


@pytest.mark.parametrize("edition", Edition)
def test_a_dossier_of_chosen_exhibits_tells_nothing_of_another(
    chosen: Chosen, example: Example, edition: Edition
) -> None:
    everything, left = chosen.unpacked[edition], chosen.left
    traces = {
        "id": left.id,
        "sha256": left.sha256.hex,
        "sha512": left.sha512.hex,
        "sighting": left.sighting_id,
        "address": "kenh_thu_hai",
    }

    assert chosen.exhibit.sha256.hex.encode() in everything
    assert [name for name, trace in traces.items() if trace.encode() in everything] == []
    assert example.compressed_again[4000:4064] not in everything


def _unpacked(bag: bytes, key: pyrage.x25519.Identity) -> bytes:
    found = []
    with zipfile.ZipFile(io.BytesIO(bag)) as opened:
        for name in opened.namelist():
            data = opened.read(name)
            if name.endswith(".pdf"):
                data += text(data).encode()
            if name.endswith(".age"):
                data = pyrage.decrypt(data, [key])
            found += [name.encode(), data]
    return b"\n".join(found)
