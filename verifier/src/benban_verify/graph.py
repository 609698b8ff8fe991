"""
``case.jsonld``, node by node, held against the inventory and the entries of the log.

Programs that read CASE/UCO see this file alone, so it may say nothing else than the dossier. What
it must say follows from the inventory and the disclosed entries: every node is made here anew and
compared whole, and a node that does not follow from them is refused.

Source: docs/reference/bag-format.md, case.jsonld.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from benban_verify.bag import Bag, read_whole
from benban_verify.bagit import GRAPH
from benban_verify.canonical import (
    JsonRefusedError,
    JsonValue,
    list_of,
    object_of,
    parse_canonical,
    text_of,
)
from benban_verify.inventory import Inventory, InventoryExhibit
from benban_verify.limits import MAX_JSON_BYTES
from benban_verify.records import Proofs, Record
from benban_verify.refusal import Refusal, printable

# docs/reference/bag-format.md: what the names of the nodes are made from.
_SPACE: Final = uuid.UUID("6b1f8f0e-6f5d-5c0a-9d4e-8c5f3a7d2b10")
_CONTEXT: Final[Mapping[str, JsonValue]] = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": "urn:benban:",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_URL: Final = "uco-observable:URL"
# Stands where something of the reporter's own was taken out of an address.
_MASKED: Final = "[đã-che/masked]"

_Node = Mapping[str, JsonValue]


def check_graph(
    bag: Bag, inventory: Inventory, proofs: Proofs, records: Mapping[int, Record]
) -> int:
    """
    Return how many nodes the graph has; each says what the inventory and the entries say.

    Args:
        bag: where the file lies.
        inventory: what the dossier says.
        proofs: for the leaves and the name of the log.
        records: position -> entry, checked.
    """
    try:
        told = _read(bag)
    except JsonRefusedError as error:
        raise Refusal("graph.unreadable", why=str(error)) from error
    wanted = dict(_wanted(inventory, proofs, records))
    addresses = _addresses(records)
    for name, node in told.items():
        if name in wanted:
            subject, expected = wanted[name]
            if node != expected:
                raise Refusal("graph.other", subject=printable(subject))
        elif name in addresses:
            _check_address(name, node, *addresses[name])
        else:
            raise Refusal("graph.unknown", name=printable(name))
    for name, (subject, _) in wanted.items():
        if name not in told:
            raise Refusal("graph.missing", subject=printable(subject))
    return len(told)


def _read(bag: Bag) -> Mapping[str, _Node]:
    """Return the nodes by name."""
    top = object_of(parse_canonical(read_whole(bag, GRAPH, MAX_JSON_BYTES)), ("@context", "@graph"))
    if top["@context"] != _CONTEXT:
        # Another context gives the same words another meaning.
        raise JsonRefusedError("another context")
    nodes = [object_of(one) for one in list_of(top["@graph"])]
    found = {text_of(node.get("@id")): node for node in nodes}
    if len(found) != len(nodes):
        raise JsonRefusedError("a node twice")
    return found


def _wanted(
    inventory: Inventory, proofs: Proofs, records: Mapping[int, Record]
) -> Iterator[tuple[str, tuple[str, _Node]]]:
    """Yield name, what it speaks of and the whole node, for all but the addresses."""
    tool = _tool(inventory)
    yield text_of(tool["@id"]), (inventory.info.dossier_id, tool)
    for number, item in enumerate(inventory.exhibits, start=1):
        for node in (_file(item), _provenance(item, number)):
            yield text_of(node["@id"]), (item.subject, node)
    subjects = {item.subject for item in inventory.exhibits}
    for record in records.values():
        if record.subject in subjects:
            node = _action(inventory, proofs, record)
            yield text_of(node["@id"]), (f"{record.subject}, {record.position}", node)


def _addresses(records: Mapping[int, Record]) -> Mapping[str, tuple[str, Sequence[str | None]]]:
    """
    Return the place that was reported and its addresses, by the name of the node.

    None stands for an address that a record keeps closed.
    """
    found: dict[str, tuple[str, list[str | None]]] = {}
    for record in records.values():
        if record.kind == "reported":
            name = _name("URL", record.subject)
            _, known = found.setdefault(name, (record.subject, []))
            known.append(record.opened.get("address"))
    return found


def _check_address(name: str, node: _Node, subject: str, known: Sequence[str | None]) -> None:
    """Refuse an address that no entry discloses; one that was masked could not be disclosed."""
    facet = node.get("uco-core:hasFacet")
    value = facet.get("uco-observable:fullValue") if isinstance(facet, dict) else None
    whole: _Node = {
        "@id": name,
        "@type": _URL,
        "uco-core:hasFacet": {
            "@id": _name("URLFacet", subject),
            "@type": "uco-observable:URLFacet",
            "uco-observable:fullValue": value,
        },
    }
    is_masked = None in known and isinstance(value, str) and _MASKED in value
    is_known = is_masked or (isinstance(value, str) and value in known)
    if node != whole or not is_known:
        raise Refusal("graph.other", subject=printable(subject))


def _tool(inventory: Inventory) -> _Node:
    name, _, version = inventory.info.software.partition(" ")
    return {
        "@id": _name("Tool", inventory.info.dossier_id),
        "@type": "uco-tool:Tool",
        "uco-core:name": name,
        "uco-tool:version": version,
    }


def _file(item: InventoryExhibit) -> _Node:
    return {
        "@id": _name("File", item.subject),
        "@type": "uco-observable:File",
        "uco-core:description": item.kind,
        "uco-core:hasFacet": {
            "@id": _name("ContentDataFacet", item.subject),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:mimeType": item.values["media_type"],
            "uco-observable:sizeInBytes": _typed("integer", item.values["size_bytes"]),
            "uco-observable:hash": [_hash(item, name) for name in ("sha256", "sha512")],
        },
    }


def _hash(item: InventoryExhibit, name: str) -> JsonValue:
    method = name.upper()
    return {
        "@id": _name("Hash", f"{item.subject}|{method}"),
        "@type": "uco-types:Hash",
        "uco-types:hashMethod": method,
        "uco-types:hashValue": _typed("hexBinary", item.values[name].upper()),
    }


def _provenance(item: InventoryExhibit, number: int) -> _Node:
    return {
        "@id": _name("ProvenanceRecord", item.subject),
        "@type": "case-investigation:ProvenanceRecord",
        "case-investigation:exhibitNumber": f"E{number}",
        "uco-core:description": f"log entry {item.position}",
        "uco-core:object": {"@id": _name("File", item.subject)},
    }


def _action(inventory: Inventory, proofs: Proofs, record: Record) -> _Node:
    leaf = proofs.leaves[record.position].hex()
    return {
        "@id": _name("InvestigativeAction", f"{proofs.origin}|{record.position}"),
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": record.kind,
        "uco-core:description": f"log entry {record.position}, leaf {leaf}",
        "uco-action:startTime": _typed("dateTime", record.at),
        "uco-action:instrument": {"@id": _name("Tool", inventory.info.dossier_id)},
        "uco-action:object": {"@id": _name("File", record.subject)},
        "uco-action:result": {"@id": _name("ProvenanceRecord", record.subject)},
    }


def _typed(kind: str, value: str) -> JsonValue:
    return {"@type": f"xsd:{kind}", "@value": value}


def _name(kind: str, subject: str) -> str:
    return f"kb:{kind}-{uuid.uuid5(_SPACE, f'{kind}|{subject}')}"
