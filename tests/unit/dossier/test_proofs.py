import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from benban.dossier.disclosure import opened_fields, printed_fields
from benban.dossier.mask import make_masker
from benban.dossier.proofs import proofs_json
from benban.dossier.view import DossierView, OpenedField, OwnAccount, Sealed
from benban.errors import SealMismatchError
from benban.model.custody import EventKind, Field
from benban.seal.digests import sha256_of
from tests.unit.dossier.example import (
    authority_view,
    comparison,
    drawn_entry,
    event,
    full_view,
    own_account,
    sighting,
)
from tests.unit.dossier.fakelog import FakeLog, logged

MANIFEST = "ab" * 32
NOBODY = make_masker(OwnAccount())


def proofs(view: DossierView, log: FakeLog, account: OwnAccount | None = None) -> Any:  # noqa: ANN401 - JSON
    masker = make_masker(account or OwnAccount())
    return json.loads(proofs_json(view, log.seal(MANIFEST), MANIFEST, masker))


def opened_names(said: Any, position: int) -> set[str]:  # noqa: ANN401 - JSON
    return next(set(one["opened"]) for one in said["records"] if one["position"] == position)


def test_every_chosen_exhibit_opens_what_ties_it_to_the_inventory() -> None:
    view, log = logged(full_view())
    said = proofs(view, log)

    assert {frozenset(opened_names(said, entry.position)) for entry in view.exhibits} == {
        frozenset({"sha256", "sha512", "size_bytes", "media_type", "address"})
    }


def test_a_file_name_is_opened_for_an_authority_only() -> None:
    reading, one = logged(full_view())
    authority, other = logged(authority_view("age1x"))
    position = reading.exhibits[-1].position

    assert (
        "original_name" in opened_names(proofs(reading, one), position),
        "original_name" in opened_names(proofs(authority, other), position),
    ) == (False, True)


def test_what_the_reporter_wrote_stays_a_commitment_in_both_editions() -> None:
    names = [
        opened_names(proofs(*logged(view)), 1) for view in (full_view(), authority_view("age1x"))
    ]

    assert names == [{"address"}, {"address"}]


def test_an_exhibit_that_was_not_chosen_is_a_salted_leaf_and_nothing_else() -> None:
    view, log = logged(full_view())
    raw = proofs_json(view, log.seal(MANIFEST), MANIFEST, NOBODY)
    records = b"".join(base64.b64decode(one["record"]) for one in json.loads(raw)["records"])

    assert [
        canary
        for canary in (b"exh-ffffffffffffffff", b"HIDDEN-EXHIBIT")
        if canary in raw or canary in records
    ] == []


def test_a_photo_that_matches_nothing_is_not_opened() -> None:
    view, log = logged(full_view())
    assert view.declaration is not None
    places = [entry.position for entry in view.declaration.originals]
    said = {one["position"]: set(one["opened"]) for one in proofs(view, log)["records"]}

    assert [said.get(place) for place in places] == [None, {"sha256"}, None]


def test_an_address_with_an_own_trace_stays_a_commitment() -> None:
    base = sighting(1)
    assert base.address is not None
    raw = "https://t.me/canary_reporter/5"
    view, log = logged(
        full_view(sightings=(replace(base, address=replace(base.address, raw=raw)),))
    )

    assert opened_names(proofs(view, log, own_account()), 1) == set()


def test_the_digest_of_a_picture_is_opened_exactly_where_the_bag_holds_it() -> None:
    entry = drawn_entry()
    subject = entry.finding.id
    pictures = {"veiled": entry.veiled_png, "map": entry.map_png, "links": b"another"}
    fields = [
        Field(name=f"{name}_picture", value=str(sha256_of(png)), is_sensitive=True)
        for name, png in pictures.items()
        if png is not None
    ]
    told = event(91, EventKind.COMPARED, subject, *fields)
    view = full_view(comparison=replace(comparison(), entries=(entry,)))

    opened, elsewhere, without = (
        [one.name for one in opened_fields(seen, asked, make_masker(OwnAccount()))]
        for seen, asked in (
            (view, told),
            (view, replace(told, subject="cmp-00000000000000ff")),
            (replace(view, comparison=None), told),
        )
    )

    assert (opened, elsewhere, without) == (["veiled_picture", "map_picture"], [], [])
    assert printed_fields(view, told, make_masker(OwnAccount())) == ()


def _other_manifest(sealed: Sealed) -> Sealed:
    return replace(sealed, sealed_position=0)


def _short_leaves(sealed: Sealed) -> Sealed:
    return replace(sealed, leaves=sealed.leaves[:-1])


def _other_leaf(sealed: Sealed) -> Sealed:
    return replace(sealed, leaves=(b"\0" * 32, *sealed.leaves[1:]))


def _swapped_records(sealed: Sealed) -> Sealed:
    one, two, *rest = sealed.records
    return replace(sealed, records=(replace(one, position=1), replace(two, position=0), *rest))


def _no_records(sealed: Sealed) -> Sealed:
    return replace(sealed, records=sealed.records[-1:])


def _false_opening(sealed: Sealed) -> Sealed:
    return replace(
        sealed,
        records=tuple(
            replace(
                one,
                opened=tuple(
                    OpenedField(name=part.name, salt=part.salt, value=f"{part.value}0")
                    for part in one.opened
                ),
            )
            for one in sealed.records
        ),
    )


@pytest.mark.parametrize(
    "spoil",
    [_other_manifest, _short_leaves, _other_leaf, _swapped_records, _no_records, _false_opening],
)
def test_a_log_that_does_not_belong_to_the_payload_is_refused(
    spoil: Callable[[Sealed], Sealed],
) -> None:
    view, log = logged(full_view())
    sealed = spoil(log.seal(MANIFEST))

    with pytest.raises(SealMismatchError):
        proofs_json(view, sealed, MANIFEST, NOBODY)


def test_a_sealing_of_another_manifest_is_refused() -> None:
    view, log = logged(full_view())
    sealed = log.seal("cd" * 32)

    with pytest.raises(SealMismatchError):
        proofs_json(view, sealed, MANIFEST, NOBODY)


def test_an_exhibit_whose_record_says_another_digest_is_refused() -> None:
    view, log = logged(full_view())
    first = view.exhibits[0]
    wrong = replace(first, exhibit=replace(first.exhibit, size_bytes=1))
    sealed = log.seal(MANIFEST)

    with pytest.raises(SealMismatchError):
        proofs_json(replace(view, exhibits=(wrong, *view.exhibits[1:])), sealed, MANIFEST, NOBODY)


def test_an_event_told_otherwise_than_its_record_is_refused() -> None:
    view, log = logged(full_view())
    told = tuple(
        replace(one, kind=EventKind.SHOWN_VEILED) if one.position == 1 else one
        for one in view.events
    )
    sealed = log.seal(MANIFEST)

    with pytest.raises(SealMismatchError):
        proofs_json(replace(view, events=told), sealed, MANIFEST, NOBODY)
