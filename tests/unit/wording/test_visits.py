"""What a visit misses is said in both languages; what nobody foresaw is said as it is."""

import pytest

from benban.capture.ports import BodyState
from benban.outside.proxy import Outcome
from benban.wording import Language
from benban.wording.visits import say_missing, say_reason

# What is kept apart is asked for by itself; if that fails, it is said by its own reason.
_NOTHING_MISSING = {"decoded", "none", "streamed", "apart"}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "reason",
    [
        *(each.value for each in BodyState if each.value not in _NOTHING_MISSING),
        *(each.value for each in Outcome if each.value not in {"connected", "not-asked-for"}),
        "never-quiet",
        "no-permit",
        "pictures could not be covered",
        "the item has none",
        "pixels: 16000/19670",
        "BB-207 ERR_CERT_DATE_INVALID",
        *(f"BB-{code}" for code in (202, 203, 204, 205, 206, 208, 209, 210, 212, 213)),
    ],
)
def test_every_reason_has_words(language: Language, reason: str) -> None:
    assert say_reason(language, reason) != reason


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "what", ["request: 10.0.0.1", "body: Script", "late parts of the page", "page-pdf"]
)
def test_every_missing_thing_has_words(language: Language, what: str) -> None:
    assert say_missing(language, what) != what


def test_a_detail_stays_in_the_sentence() -> None:
    assert say_missing(Language.VI, "request: 10.0.0.1") == "yêu cầu tới 10.0.0.1"
    assert "ERR_CERT_DATE_INVALID" in say_reason(Language.EN, "BB-207 ERR_CERT_DATE_INVALID")


def test_what_nobody_foresaw_is_said_as_it_is() -> None:
    assert say_reason(Language.VI, "net::ERR_FAILED") == "net::ERR_FAILED"
    assert say_missing(Language.VI, "something") == "something"
