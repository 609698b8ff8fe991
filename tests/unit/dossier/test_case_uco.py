"""The graph for CASE/UCO: what the dossier says, and nothing more."""

import json
import uuid
from dataclasses import replace

import pytest

from benban.dossier.case_uco import case_uco
from benban.dossier.mask import make_masker
from benban.dossier.view import Audience, DossierView
from tests.unit.dossier.example import full_view
from tests.unit.dossier.fakelog import logged

Node = dict[str, object]


def nodes(view: DossierView) -> list[Node]:
    graph = json.loads(case_uco(view, make_masker(view.own_account)))["@graph"]
    assert isinstance(graph, list)
    return graph


def of_type(found: list[Node], kind: str) -> list[Node]:
    return [node for node in found if node["@type"] == kind]


@pytest.fixture
def view() -> DossierView:
    return logged(full_view())[0]


def test_every_item_has_its_digests_and_its_record(view: DossierView) -> None:
    found = nodes(view)

    told = {
        value["uco-types:hashValue"]["@value"]
        for node in of_type(found, "uco-observable:File")
        for value in node["uco-core:hasFacet"]["uco-observable:hash"]  # type: ignore[index]
    }
    digests = {
        digest.hex.upper()
        for entry in view.exhibits
        for digest in (entry.exhibit.sha256, entry.exhibit.sha512)
    }
    assert told == digests
    numbers = [
        node["case-investigation:exhibitNumber"]
        for node in of_type(found, "case-investigation:ProvenanceRecord")
    ]
    assert numbers == [f"E{number}" for number in range(1, len(view.exhibits) + 1)]


def test_every_node_ends_with_a_uuid_and_every_link_leads_to_a_node(view: DossierView) -> None:
    found = nodes(view)
    names = [str(node["@id"]) for node in found]

    assert all(uuid.UUID(name[-36:]).version == 5 for name in names)
    assert len(set(names)) == len(names)
    links = {
        str(node[link]["@id"])  # type: ignore[index]
        for node in found
        for link in ("uco-core:object", "uco-action:object", "uco-action:result")
        if link in node
    }
    assert links <= set(names)


def test_without_leave_to_name_others_no_address_stands_in_it(view: DossierView) -> None:
    for_a_lawyer = of_type(nodes(view), "uco-observable:URL")
    for_oneself = of_type(nodes(replace(view, audience=Audience.MYSELF)), "uco-observable:URL")

    assert (len(for_a_lawyer) > 0, for_oneself) == (True, [])


def test_the_same_view_gives_the_same_bytes(view: DossierView) -> None:
    masker = make_masker(view.own_account)

    assert case_uco(view, masker) == case_uco(view, masker)
