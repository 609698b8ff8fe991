"""What programs read in case.jsonld is what the log says, or the dossier fails by name."""

import hashlib
import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from benban_verify import Anchors, CheckResult, verify

from tests.verifier.attacks import NOW, json_list, json_object
from tests.verifier.dossier_maker import (
    EXHIBITS,
    ORIGIN,
    Case,
    Files,
    Json,
    canonical,
    list_files_anew,
    opening,
    payload_of,
    seal,
    started_case,
    zip_of,
)

PATH = "data/case.jsonld"
SPACE = uuid.UUID("6b1f8f0e-6f5d-5c0a-9d4e-8c5f3a7d2b10")
ADDRESS = "https://example.test/1"
MASKED = "https://example.test/[đã-che/masked]"
CONTEXT: Json = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": "urn:benban:",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def name(kind: str, subject: str) -> str:
    return f"kb:{kind}-{uuid.uuid5(SPACE, f'{kind}|{subject}')}"


def url(subject: str, address: str) -> Json:
    return {
        "@id": name("URL", subject),
        "@type": "uco-observable:URL",
        "uco-core:hasFacet": {
            "@id": name("URLFacet", subject),
            "@type": "uco-observable:URLFacet",
            "uco-observable:fullValue": address,
        },
    }


def graph_of(case: Case) -> Json:
    """The graph as the page of the format describes it."""
    nodes: list[Json] = [
        {
            "@id": name("Tool", "dos-42"),
            "@type": "uco-tool:Tool",
            "uco-core:name": "benban",
            "uco-tool:version": "0.1.0",
        },
        url("sig-01", ADDRESS),
    ]
    for number, exhibit in enumerate(EXHIBITS, start=1):
        values, position, one = exhibit.values(), number + 1, exhibit.subject
        file, record = name("File", one), name("ProvenanceRecord", one)
        hashes: list[Json] = [
            {
                "@id": name("Hash", f"{one}|{method}"),
                "@type": "uco-types:Hash",
                "uco-types:hashMethod": method,
                "uco-types:hashValue": {
                    "@type": "xsd:hexBinary",
                    "@value": values[method.lower()].upper(),
                },
            }
            for method in ("SHA256", "SHA512")
        ]
        facet: Json = {
            "@id": name("ContentDataFacet", one),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:mimeType": values["media_type"],
            "uco-observable:sizeInBytes": {
                "@type": "xsd:integer",
                "@value": values["size_bytes"],
            },
            "uco-observable:hash": hashes,
        }
        nodes += [
            {
                "@id": file,
                "@type": "uco-observable:File",
                "uco-core:description": exhibit.kind,
                "uco-core:hasFacet": facet,
            },
            {
                "@id": record,
                "@type": "case-investigation:ProvenanceRecord",
                "case-investigation:exhibitNumber": f"E{number}",
                "uco-core:description": f"log entry {position}",
                "uco-core:object": {"@id": file},
            },
            {
                "@id": name("InvestigativeAction", f"{ORIGIN}|{position}"),
                "@type": "case-investigation:InvestigativeAction",
                "uco-core:name": "adopted",
                "uco-core:description": (
                    f"log entry {position}, leaf {case.leaves[position].hex()}"
                ),
                "uco-action:startTime": {
                    "@type": "xsd:dateTime",
                    "@value": "2026-11-22T08:15:30.123456Z",
                },
                "uco-action:instrument": {"@id": name("Tool", "dos-42")},
                "uco-action:object": {"@id": file},
                "uco-action:result": {"@id": record},
            },
        ]
    return {"@context": CONTEXT, "@graph": nodes}


def dossier(told: bytes, *, is_open: bool = True) -> Files:
    """A dossier sealed over *told*, as only whoever holds the key can make it."""
    case = started_case()
    files = seal(case, {**payload_of(case), PATH: told})
    proofs = json.loads(files["proofs.json"])
    proofs["records"].insert(0, opening(case, 1, ("address",) if is_open else ()))
    files["proofs.json"] = canonical(proofs)
    return list_files_anew(files)


def graph_check(files: Files, folder: Path) -> tuple[CheckResult, str]:
    path = folder / "d.zip"
    path.write_bytes(zip_of(files))
    report = verify(path, anchors=Anchors(), now=NOW, program=None)
    (found,) = [(one.result, one.message_id) for one in report.checks if one.name == "graph"]
    others = [one.name for one in report.checks if one.result is CheckResult.FAIL]
    assert others in ([], ["graph"])
    return found


def changed(old: str, new: str) -> bytes:
    whole = canonical(graph_of(started_case()))
    assert old.encode() in whole
    return whole.replace(old.encode(), new.encode())


def with_nodes(change: Callable[[list[Json]], object]) -> bytes:
    graph = graph_of(started_case())
    change(json_list(graph, "@graph"))
    return canonical(graph)


def without(kind: str) -> bytes:
    def drop(nodes: list[Json]) -> None:
        nodes.remove(next(one for one in nodes if json_object(one)["@type"] == kind))

    return with_nodes(drop)


SHA256 = EXHIBITS[0].values()["sha256"].upper()
OTHER_SHA256 = hashlib.sha256(b"another cat").hexdigest().upper()
CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "another digest": (lambda: changed(SHA256, OTHER_SHA256), "graph.other"),
    "another size": (lambda: changed('"@value":"5"', '"@value":"6"'), "graph.other"),
    "another media type": (lambda: changed("image/png", "image/gif"), "graph.other"),
    "another time": (lambda: changed("22T08:15:30", "21T08:15:30"), "graph.other"),
    "another leaf": (
        lambda: changed(started_case().leaves[2].hex(), started_case().leaves[3].hex()),
        "graph.other",
    ),
    "another kind of event": (lambda: changed('"adopted"', '"shown veiled"'), "graph.other"),
    "another number": (lambda: changed('"E1"', '"E4"'), "graph.other"),
    "another program": (lambda: changed('"0.1.0"', '"9.9.9"'), "graph.other"),
    "another address": (lambda: changed(ADDRESS, "https://example.test/2"), "graph.other"),
    "an address masked that the log shows": (lambda: changed(ADDRESS, MASKED), "graph.other"),
    "the id of another exhibit": (
        lambda: changed(name("File", EXHIBITS[0].subject), name("File", "exh-00000000000000ff")),
        "graph.unknown",
    ),
    "more than the log says": (
        lambda: changed(
            '"uco-core:name":"benban"', '"uco-core:name":"benban","uco-core:other":"x"'
        ),
        "graph.other",
    ),
    "a place nobody reported": (
        lambda: with_nodes(lambda nodes: nodes.append(url("sig-02", ADDRESS))),
        "graph.unknown",
    ),
    "an exhibit as a place": (
        lambda: with_nodes(
            lambda nodes: nodes.append(
                url(EXHIBITS[0].subject, EXHIBITS[0].values().get("address", ADDRESS))
            )
        ),
        "graph.unknown",
    ),
    "an exhibit left out": (lambda: without("uco-observable:File"), "graph.missing"),
    "an event left out": (
        lambda: without("case-investigation:InvestigativeAction"),
        "graph.missing",
    ),
    "a node twice": (
        lambda: with_nodes(lambda nodes: nodes.append(nodes[0])),
        "graph.unreadable",
    ),
    "words that mean something else": (
        lambda: changed("caseontology.org", "example.test"),
        "graph.unreadable",
    ),
    "a node without a name": (
        lambda: with_nodes(lambda nodes: nodes.append({"@type": "x"})),
        "graph.unreadable",
    ),
    "not canonical": (lambda: b" " + canonical(graph_of(started_case())), "graph.unreadable"),
}


def test_the_graph_that_follows_from_the_log_passes(tmp_path: Path) -> None:
    found = graph_check(dossier(canonical(graph_of(started_case()))), tmp_path)

    assert found == (CheckResult.PASS, "graph.pass")


def test_the_order_of_nodes_says_nothing(tmp_path: Path) -> None:
    turned = with_nodes(lambda nodes: nodes.reverse())

    assert graph_check(dossier(turned), tmp_path) == (CheckResult.PASS, "graph.pass")


def test_a_masked_address_passes_where_the_log_keeps_it_closed(tmp_path: Path) -> None:
    found = graph_check(dossier(changed(ADDRESS, MASKED), is_open=False), tmp_path)

    assert found == (CheckResult.PASS, "graph.pass")


def test_a_whole_address_fails_where_the_log_keeps_it_closed(tmp_path: Path) -> None:
    whole = canonical(graph_of(started_case()))

    assert graph_check(dossier(whole, is_open=False), tmp_path) == (
        CheckResult.FAIL,
        "graph.other",
    )


@pytest.mark.parametrize("case", CASES)
def test_anything_else_fails_by_name(tmp_path: Path, case: str) -> None:
    make, message = CASES[case]

    assert graph_check(dossier(make()), tmp_path) == (CheckResult.FAIL, message)


def test_a_dossier_without_the_graph_has_no_such_check(tmp_path: Path) -> None:
    case = started_case()
    path = tmp_path / "d.zip"
    path.write_bytes(zip_of(seal(case, payload_of(case))))

    report = verify(path, anchors=Anchors(), now=NOW, program=None)

    assert "graph" not in [one.name for one in report.checks]
