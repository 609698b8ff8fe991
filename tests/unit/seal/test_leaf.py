import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest

from benban.errors import BenbanError, CommitmentError, NotCanonicalError, RecordMalformedError
from benban.model.custody import EventDraft, EventKind, Field
from benban.seal.leaf import (
    FieldOpening,
    build_record,
    check_openings,
    field_commitment,
    fresh_salt,
    leaf_hash,
    parse_record,
    seal_event,
)
from tests.unit.seal.reading import Case, cases, named

COMMITMENTS = cases("log/records.json", "commitments")
RECORDS = cases("log/records.json", "records")
REFUSED = cases("log/records.json", "refused")
AT = datetime(2026, 11, 22, 8, 15, 30, 123456, tzinfo=UTC)
DRAFT = EventDraft(
    kind=EventKind.ADOPTED,
    subject="exh-0011223344556677",
    fields=(
        Field(name="address", value="https://example.test/nhóm", is_sensitive=True),
        Field(name="exhibit_kind", value="media", is_sensitive=False),
    ),
)


def draft_of(case: Case) -> EventDraft:
    return EventDraft(
        kind=EventKind(case.text("kind")),
        subject=case.text("subject"),
        fields=tuple(
            Field(
                name=field.name,
                value=field.text("value"),
                is_sensitive=field.flag("is_sensitive"),
            )
            for field in case.cases("fields")
        ),
    )


@pytest.mark.parametrize("case", COMMITMENTS, ids=named(COMMITMENTS))
def test_a_field_has_the_commitment_of_the_vector(case: Case) -> None:
    actual = field_commitment(case.text("field"), case.raw("salt"), case.text("value"))

    assert actual == case.raw("commitment")


@pytest.mark.parametrize("case", RECORDS, ids=named(RECORDS))
def test_an_event_has_the_record_of_the_vector(case: Case) -> None:
    actual = build_record(
        draft_of(case),
        at=datetime.fromisoformat(case.text("at")),
        monotonic_ns=int(case.text("mono")),
        local_utc_offset_s=case.number("off"),
        actor=case.text("actor"),
        field_salts={
            field.name: field.raw("salt")
            for field in case.cases("fields")
            if field.flag("is_sensitive")
        },
    )

    assert actual == base64.b64decode(case.text("record"))


@pytest.mark.parametrize("case", RECORDS, ids=named(RECORDS))
def test_a_record_has_the_leaf_of_the_vector(case: Case) -> None:
    actual = leaf_hash(case.raw("salt"), base64.b64decode(case.text("record")))

    assert actual == case.raw("leaf")


@pytest.mark.parametrize("case", RECORDS, ids=named(RECORDS))
def test_a_record_says_what_was_put_in(case: Case) -> None:
    record = parse_record(base64.b64decode(case.text("record")))

    assert (
        record.at,
        record.monotonic_ns,
        record.local_utc_offset_s,
        record.kind.value,
        record.subject,
        record.actor,
        {field.name: (field.is_sensitive, field.value) for field in record.fields},
    ) == (
        datetime.fromisoformat(case.text("at")),
        int(case.text("mono")),
        case.number("off"),
        case.text("kind"),
        case.text("subject"),
        case.text("actor"),
        {
            field.name: (
                field.flag("is_sensitive"),
                "" if field.flag("is_sensitive") else field.text("value"),
            )
            for field in case.cases("fields")
        },
    )


@pytest.mark.parametrize("case", REFUSED, ids=named(REFUSED))
def test_a_record_of_another_layout_is_refused(case: Case) -> None:
    with pytest.raises(BenbanError) as caught:
        parse_record(base64.b64decode(case.text("record")))

    assert caught.value.code == case.text("failure")


@pytest.mark.parametrize("clock", ["24:00:00", "23:60:00", "23:59:60", "0٣:00:00"])
def test_a_time_of_day_that_no_clock_shows_is_refused(clock: str) -> None:
    sealed = seal_event(DRAFT, at=AT, monotonic_ns=1, local_utc_offset_s=0, actor="person")

    with pytest.raises(RecordMalformedError):
        parse_record(sealed.record.replace(b"08:15:30", clock.encode()))


def test_a_sealed_event_opens_with_its_own_openings() -> None:
    sealed = seal_event(DRAFT, at=AT, monotonic_ns=1, local_utc_offset_s=25200, actor="person")

    check_openings(parse_record(sealed.record), sealed.openings)

    assert [(opening.name, opening.value) for opening in sealed.openings] == [
        ("address", "https://example.test/nhóm")
    ]
    assert sealed.leaf == leaf_hash(sealed.salt, sealed.record)


def test_the_same_event_sealed_twice_shares_no_salt_commitment_or_leaf() -> None:
    one = seal_event(DRAFT, at=AT, monotonic_ns=1, local_utc_offset_s=0, actor="person")
    two = seal_event(DRAFT, at=AT, monotonic_ns=1, local_utc_offset_s=0, actor="person")

    assert one.record != two.record
    assert one.leaf != two.leaf
    assert len({one.salt, one.openings[0].salt, two.salt, two.openings[0].salt}) == 4


def test_a_sensitive_value_stands_nowhere_in_the_record() -> None:
    sealed = seal_event(DRAFT, at=AT, monotonic_ns=1, local_utc_offset_s=0, actor="person")

    assert "nhóm".encode() not in sealed.record


@pytest.mark.parametrize(
    "change",
    [{"value": "https://example.test/khác"}, {"salt": bytes(32)}, {"name": "exhibit_kind"}],
    ids=["another value", "another salt", "a plain field"],
)
def test_an_opening_that_is_not_of_the_record_is_refused(change: dict[str, object]) -> None:
    sealed = seal_event(DRAFT, at=AT, monotonic_ns=1, local_utc_offset_s=0, actor="person")
    true = sealed.openings[0]
    parts = {"name": true.name, "salt": true.salt, "value": true.value, **change}
    name, salt, value = parts["name"], parts["salt"], parts["value"]
    assert isinstance(name, str)
    assert isinstance(salt, bytes)
    assert isinstance(value, str)

    with pytest.raises(CommitmentError) as caught:
        check_openings(
            parse_record(sealed.record), [FieldOpening(name=name, salt=salt, value=value)]
        )

    assert caught.value.params == {"field": name}


def test_a_time_in_another_zone_is_written_in_utc() -> None:
    sealed = seal_event(
        DRAFT,
        at=datetime(2026, 11, 22, 0, 15, 30, tzinfo=timezone(timedelta(hours=7))),
        monotonic_ns=1,
        local_utc_offset_s=25200,
        actor="person",
    )

    assert parse_record(sealed.record).at == datetime(2026, 11, 21, 17, 15, 30, tzinfo=UTC)


def build(
    draft: EventDraft = DRAFT,
    at: datetime = AT,
    monotonic_ns: int = 1,
    offset: int = 0,
    salts: dict[str, bytes] | None = None,
) -> bytes:
    return build_record(
        draft,
        at=at,
        monotonic_ns=monotonic_ns,
        local_utc_offset_s=offset,
        actor="person",
        field_salts={"address": bytes(32)} if salts is None else salts,
    )


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(RecordMalformedError):
        build(at=AT.replace(tzinfo=None))


def test_a_negative_monotonic_clock_is_refused() -> None:
    with pytest.raises(RecordMalformedError):
        build(monotonic_ns=-1)


def test_an_offset_of_a_day_is_refused() -> None:
    with pytest.raises(RecordMalformedError):
        build(offset=86_400)


def test_a_missing_salt_is_refused() -> None:
    with pytest.raises(RecordMalformedError):
        build(salts={})


def test_a_salt_for_a_plain_field_is_refused() -> None:
    with pytest.raises(RecordMalformedError):
        build(salts={"address": bytes(32), "exhibit_kind": bytes(32)})


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(RecordMalformedError):
        build(salts={"address": bytes(31)})


def test_a_leaf_with_a_short_salt_is_refused() -> None:
    with pytest.raises(RecordMalformedError):
        leaf_hash(bytes(16), b"{}")


def test_a_field_that_stands_twice_is_refused() -> None:
    twice = EventDraft(kind=EventKind.REPORTED, fields=(DRAFT.fields[1], DRAFT.fields[1]))

    with pytest.raises(RecordMalformedError):
        build(draft=twice, salts={})


@pytest.mark.parametrize("name", ["", "a\x00b"], ids=["empty", "with NUL"])
def test_a_field_name_that_could_be_two_is_refused(name: str) -> None:
    draft = EventDraft(
        kind=EventKind.REPORTED, fields=(Field(name=name, value="", is_sensitive=False),)
    )

    with pytest.raises(RecordMalformedError):
        build(draft=draft, salts={})


def test_a_sensitive_value_with_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(RecordMalformedError):
        field_commitment("text", bytes(32), "\ud800")


def test_a_plain_value_with_a_lone_surrogate_is_refused() -> None:
    draft = EventDraft(
        kind=EventKind.REPORTED, fields=(Field(name="text", value="\ud800", is_sensitive=False),)
    )

    with pytest.raises(NotCanonicalError):
        build(draft=draft, salts={})


def test_a_salt_is_thirty_two_bytes() -> None:
    assert len(fresh_salt()) == 32
