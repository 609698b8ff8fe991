"""What the log says of an event, in words; ``custody.json`` holds the log's own words."""

from benban.dossier.disclosure import printed_fields
from benban.dossier.sections.scene import Scene
from benban.model.custody import CustodyEvent, EventKind, Field

# Field -> the family of messages that has words for its values.
_FAMILIES = {
    "act": "act",
    "against": "against",
    "arrival": "arrival",
    "capacity": "capacity",
    "digest_covers": "import-covers",
    "direction": "direction",
    "egress": "egress",
    "edition": "edition-name",
    "exhibit_kind": "exhibit",
    "format": "import-format",
    "login": "login",
    "presence": "presence",
    "reason": "reason",
    "sighting_kind": "sighting",
}
_YES_OR_NO = frozenset({"demonstration"})
_STAMP = "stamp "


def details(scene: Scene, event: CustodyEvent) -> str:
    """Return the printed fields of *event*, one to a line."""
    return "\n".join(
        f"{scene.voice.known('field', field.name)}: {_value(scene, event, field)}"
        for field in printed_fields(scene.view, event, scene.voice.masker)
        if field.value
    )


def _value(scene: Scene, event: CustodyEvent, field: Field) -> str:
    voice, value = scene.voice, field.value
    label = scene.labels.of(value)
    if label:
        return label
    if field.name in _YES_OR_NO and value in {"yes", "no"}:
        return voice.say(value)
    if field.name == "state":
        return voice.known("token" if event.kind is EventKind.STAMPED else "state", value)
    if field.name == "act" and value.startswith(_STAMP):
        return f"{voice.say('act.stamp')} {voice.user(value.removeprefix(_STAMP))}"
    if field.name in _FAMILIES:
        return voice.known(_FAMILIES[field.name], value)
    return voice.user(value)
