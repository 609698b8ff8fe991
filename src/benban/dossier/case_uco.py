"""
``data/case.jsonld``: for programs that read CASE/UCO; it says nothing that the rest does not.

Source: CASE 1.4 and UCO 1.4 ontologies (caseontology.org, unifiedcyberontology.org): File, URL,
ContentDataFacet, Hash, ProvenanceRecord, InvestigativeAction, Tool.
"""

import uuid

import benban
from benban.dossier.disclosure import is_disclosable, names_others
from benban.dossier.labels import Labels, label_all
from benban.dossier.mask import Masker
from benban.dossier.times import record_time
from benban.dossier.view import DossierView, ExhibitEntry
from benban.model.custody import CustodyEvent, EventKind
from benban.model.ids import Digest
from benban.seal.canonical import JsonValue, canonical_json

PATH = "data/case.jsonld"
# Every node's name ends with a UUID, as UCO wants; made from our own random ids, so that the same
# view gives the same bytes.
_SPACE = uuid.UUID("6b1f8f0e-6f5d-5c0a-9d4e-8c5f3a7d2b10")
_CONTEXT: dict[str, JsonValue] = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": "urn:benban:",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def case_uco(view: DossierView, masker: Masker) -> bytes:
    """Return the graph as canonical JSON."""
    labels = label_all(view)
    known = {entry.exhibit.id for entry in view.exhibits}
    told = [one for one in view.events if not one.is_forgotten and is_disclosable(one, masker)]
    # Only what a disclosed entry says may stand here: the verifier compares every node.
    reported = {one.subject for one in told if one.kind is EventKind.REPORTED}
    graph: list[JsonValue] = [_tool(view)]
    for entry in view.exhibits:
        graph += [_file(entry), _provenance(entry, labels)]
    if names_others(view):
        graph += [
            _url(one.id, masker.text(one.address.raw))
            for one in view.sightings
            if one.address and one.id in reported
        ]
    graph += [_action(view, event) for event in told if event.subject in known]
    return canonical_json({"@context": _CONTEXT, "@graph": graph})


def _tool(view: DossierView) -> JsonValue:
    return {
        "@id": _name("Tool", view.dossier_id),
        "@type": "uco-tool:Tool",
        "uco-core:name": "benban",
        "uco-tool:version": benban.__version__,
    }


def _file(entry: ExhibitEntry) -> JsonValue:
    exhibit = entry.exhibit
    facet: dict[str, JsonValue] = {
        "@id": _name("ContentDataFacet", exhibit.id),
        "@type": "uco-observable:ContentDataFacet",
        "uco-observable:mimeType": exhibit.media_type,
        "uco-observable:sizeInBytes": _typed("integer", str(exhibit.size_bytes)),
        "uco-observable:hash": [
            _hash(exhibit.id, "SHA256", exhibit.sha256),
            _hash(exhibit.id, "SHA512", exhibit.sha512),
        ],
    }
    return {
        "@id": _name("File", exhibit.id),
        "@type": "uco-observable:File",
        "uco-core:description": exhibit.kind.value,
        "uco-core:hasFacet": facet,
    }


def _hash(subject: str, method: str, digest: Digest) -> JsonValue:
    return {
        "@id": _name("Hash", f"{subject}|{method}"),
        "@type": "uco-types:Hash",
        "uco-types:hashMethod": method,
        "uco-types:hashValue": _typed("hexBinary", digest.hex.upper()),
    }


def _provenance(entry: ExhibitEntry, labels: Labels) -> JsonValue:
    return {
        "@id": _name("ProvenanceRecord", entry.exhibit.id),
        "@type": "case-investigation:ProvenanceRecord",
        "case-investigation:exhibitNumber": labels.of(entry.exhibit.id),
        "uco-core:description": f"log entry {entry.position}",
        "uco-core:object": {"@id": _name("File", entry.exhibit.id)},
    }


def _url(sighting_id: str, address: str) -> JsonValue:
    return {
        "@id": _name("URL", sighting_id),
        "@type": "uco-observable:URL",
        "uco-core:hasFacet": {
            "@id": _name("URLFacet", sighting_id),
            "@type": "uco-observable:URLFacet",
            "uco-observable:fullValue": address,
        },
    }


def _action(view: DossierView, event: CustodyEvent) -> JsonValue:
    kind = event.kind.value if event.kind else ""
    at = record_time(event.at) if event.at else ""
    return {
        "@id": _name("InvestigativeAction", f"{view.origin}|{event.position}"),
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": kind,
        "uco-core:description": f"log entry {event.position}, leaf {event.leaf_sha256.hex}",
        "uco-action:startTime": _typed("dateTime", at),
        "uco-action:instrument": {"@id": _name("Tool", view.dossier_id)},
        "uco-action:object": {"@id": _name("File", event.subject)},
        "uco-action:result": {"@id": _name("ProvenanceRecord", event.subject)},
    }


def _typed(kind: str, value: str) -> JsonValue:
    return {"@type": f"xsd:{kind}", "@value": value}


def _name(kind: str, subject: str) -> str:
    return f"kb:{kind}-{uuid.uuid5(_SPACE, f'{kind}|{subject}')}"
