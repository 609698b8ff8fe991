"""What a catalogue from elsewhere may add to and never take away: the marks that protect people."""

import re
import string
from collections.abc import Iterable
from dataclasses import replace

from benban.model.catalogue import Catalogue, Form, Service, UrlPattern
from benban.wording import Language, message_ids

# Stands for the statement that fits who is writing (notices/statements.py).
_KNOWN_AS = frozenset({"entitled"})


def with_guards(given: Catalogue, own: Catalogue) -> Catalogue:
    """
    Return *given* with every mark of *own* that keeps a place closed or a word out of a notice.

    ``mixed_victims``, ``never_capture``, ``do_not_use``, repealed law, words that blame. A service
    with such a mark that *given* does not name stays known by its hosts, with no channel.
    """
    ours = {one.id: one for one in own.services}
    kept = tuple(_service(one, ours[one.id]) if one.id in ours else one for one in given.services)
    named = {one.id for one in given.services}
    closed = tuple(
        replace(one, channels=())
        for one in own.services
        if one.id not in named and (one.mixed_victims or one.never_capture)
    )
    terms = {(one.language, one.term): one for one in (*given.avoided_terms, *own.avoided_terms)}
    return replace(
        given,
        services=(*kept, *closed),
        # Whole entries: the same law with fewer spellings would be found less often.
        repealed=tuple(dict.fromkeys((*own.repealed, *given.repealed))),
        avoided_terms=tuple(terms.values()),
    )


def broken_guards(given: Catalogue, own: Catalogue) -> tuple[str, ...]:
    """Return the files of *given* that hold what *own* keeps out of every notice."""
    forms = (f"forms/forms.toml {one.id}" for one in given.forms if _is_kept_out(one, own))
    ours = {one.id: one for one in own.services}
    addresses = (
        f"channels/{service.id}.toml {channel.id}"
        for service in given.services
        for channel in service.channels
        if service.id in ours and channel.address in ours[service.id].do_not_use
    )
    return (*forms, *addresses)


def _is_kept_out(form: Form, own: Catalogue) -> bool:
    # A place or a statement that the program does not know would end in an error before the person.
    if not _places_of((form,)) <= _places_of(own.forms):
        return True
    if any(one not in _KNOWN_AS and not _has_sentence(one) for one in form.statements):
        return True
    for text in form.texts:
        whole = f"{text.subject}\n{text.body}"
        if any(rule.cited_in(whole) for rule in own.repealed):
            return True
        meant = (
            one.term
            for one in own.avoided_terms
            if one.language is text.language and (form.is_for_minors or not one.is_for_minors_only)
        )
        if any(re.search(one, whole.lower()) for one in meant):
            return True
    return False


def _places_of(forms: Iterable[Form]) -> set[str]:
    texts = (text for form in forms for text in form.texts)
    return {
        place
        for text in texts
        for _, place, _, _ in string.Formatter().parse(f"{text.subject}{text.body}")
        if place is not None
    }


def _has_sentence(statement: str) -> bool:
    wanted = f"notice.statement.{statement}"
    return all(wanted in message_ids(language) for language in Language)


def _service(given: Service, own: Service) -> Service:
    marked = {one.kind: one for one in own.patterns}
    # A shape that was renamed, left out or shadowed by a wider one keeps its mark all the same.
    closed = tuple(one for one in own.patterns if one.mixed_victims or one.never_capture)
    return replace(
        given,
        mixed_victims=given.mixed_victims or own.mixed_victims,
        never_capture=given.never_capture or own.never_capture,
        do_not_use=tuple(dict.fromkeys((*given.do_not_use, *own.do_not_use))),
        patterns=(
            *closed,
            *(
                _pattern(one, marked[one.kind]) if one.kind in marked else one
                for one in given.patterns
            ),
        ),
    )


def _pattern(given: UrlPattern, own: UrlPattern) -> UrlPattern:
    return replace(
        given,
        mixed_victims=given.mixed_victims or own.mixed_victims,
        never_capture=given.never_capture or own.never_capture,
    )
