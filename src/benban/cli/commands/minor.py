"""``benban minor``: someone here may be under 18. One act, no confirmation (HARM 2)."""

from typing import Any

import click

from benban.casework.make_plan import make_plan
from benban.casework.mark_minor import MinorMarked, mark_minor, mark_minor_photo
from benban.cli.options import common_options
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import BenbanError, ExhibitMissingError
from benban.model.exhibit import Exhibit, Original
from benban.wiring_case import CaseStore, catalogue, system_clock


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("minor", help=words("cli.minor.help"))
    @click.argument("case")
    @click.argument("exhibit")
    @common_options(words)
    def minor(case: str, exhibit: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            marked = _marked(store, exhibit)
            # The plan as it is now, for whoever opens it next (HARM 2).
            for sighting in marked.sightings:
                make_plan(store, sighting, catalogue(), system_clock())
            case_id = store.case.id
        out.say("cli.minor.done", count=len(marked.forgotten))
        if marked.originals:
            out.say("cli.minor.originals", count=len(marked.originals))
        out.say("cli.minor.limits")
        out.say("cli.minor.help-is-open", case=case_id)
        out.document(
            {
                "sightings": [sighting.id for sighting in marked.sightings],
                "forgotten": list(marked.forgotten),
                "originals": list(marked.originals),
            }
        )

    return minor


def _marked(store: CaseStore, text: str) -> MinorMarked:
    """Mark the one thing that *text* names: a preserved one, else a photo of the person's own."""
    try:
        return mark_minor(store, find_one(store, Exhibit, text).id)
    except ExhibitMissingError:
        try:
            photo = find_one(store, Original, text)
        except BenbanError:
            photo = None
        if photo is None:
            raise
        return mark_minor_photo(store, photo.id, system_clock())
