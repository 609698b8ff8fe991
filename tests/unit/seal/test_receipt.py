from datetime import datetime

import pytest

from benban.errors import ReceiptMalformedError
from benban.model.custody import Receipt
from benban.seal.digests import as_sha256
from benban.seal.receipt import parse_receipt, receipt_text
from tests.unit.seal.reading import Case, cases, named

ACCEPTED = cases("log/receipts.json", "accepted")
TRAVELLED = cases("log/receipts.json", "travelled")
REFUSED = cases("log/receipts.json", "refused")


def receipt_of(case: Case) -> Receipt:
    return Receipt(
        origin=case.text("origin"),
        size=case.number("size"),
        root=as_sha256(case.raw("root")),
        key_id=case.text("key_id"),
        given_at=datetime.fromisoformat(case.text("given_at")),
        is_demonstration=case.flag("is_demonstration"),
    )


@pytest.mark.parametrize("case", ACCEPTED, ids=named(ACCEPTED))
def test_a_receipt_has_the_text_of_the_vector(case: Case) -> None:
    assert receipt_text(receipt_of(case)) == case.text("text")


@pytest.mark.parametrize("case", ACCEPTED, ids=named(ACCEPTED))
def test_the_text_of_the_vector_parses_to_its_receipt(case: Case) -> None:
    assert parse_receipt(case.text("text")) == receipt_of(case)


@pytest.mark.parametrize("case", TRAVELLED, ids=named(TRAVELLED))
def test_a_receipt_that_a_chat_reformatted_is_still_read(case: Case) -> None:
    assert parse_receipt(case.text("text")) == receipt_of(ACCEPTED[0])


@pytest.mark.parametrize("case", REFUSED, ids=named(REFUSED))
def test_a_text_that_is_no_receipt_is_refused(case: Case) -> None:
    with pytest.raises(ReceiptMalformedError) as caught:
        parse_receipt(case.text("text"))

    assert caught.value.code == case.text("failure")
