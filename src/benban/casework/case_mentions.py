"""What the kept messages of one sighting name (HARM 14); read anew each time, kept nowhere."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from benban.casework.mentions import Said, find_mentions
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.ids import ExhibitId
from benban.model.mention import Mentions
from benban.model.sighting import Sighting
from benban.seal.canonical import JsonValue, parse_canonical
from benban.vault import CaseStore

# As casework.conversation_text writes it where something is left out.
_MASK = "[…]"


def mentions_of(
    store: CaseStore, sighting: Sighting, chosen: Collection[ExhibitId] | None = None
) -> Mentions:
    """
    Return what the words of *sighting* name: its own text, ticked messages and those around them.

    Args:
        store: the case it belongs to.
        sighting: the place.
        chosen: of these exhibits only; None for all that are kept.

    Only ever of one sighting of one case: nothing here compares cases or joins people.
    """
    said = [Said(text=sighting.text)] if sighting.text else []
    for exhibit in store.all(Exhibit):
        is_chosen = chosen is None or exhibit.id in chosen
        is_here = exhibit.sighting_id == sighting.id and is_chosen
        if is_here and exhibit.kind is ExhibitKind.CONVERSATION:
            with store.open_exhibit(exhibit.id) as stream:
                said += _messages(parse_canonical(stream.read()))
    return find_mentions(sighting.id, said)


def _messages(document: JsonValue) -> Iterator[Said]:
    parts = document.get("parts") if isinstance(document, Mapping) else None
    for part in parts if isinstance(parts, Sequence) and not isinstance(parts, str) else ():
        if not isinstance(part, Mapping) or "unread" in part:
            continue
        spans = part.get("spans")
        targets = [
            _text(span, "target") or (_text(span, "text") if _is_bot(span) else "")
            for span in (spans if isinstance(spans, Sequence) else ())
            if isinstance(span, Mapping)
        ]
        poster = _text(part, "sender") if part.get("ticked") is True else ""
        yield Said(
            text=_text(part, "text"),
            targets=tuple(one for one in targets if one),
            poster="" if poster == _MASK else poster,
        )


def _is_bot(span: Mapping[str, JsonValue]) -> bool:
    return span.get("kind") == "via_bot"


def _text(values: Mapping[str, JsonValue], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""
