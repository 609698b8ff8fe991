"""What a dossier says about which of two pictures came first, and how often that was right."""

import pytest

from benban.dossier.mask import make_masker
from benban.dossier.order_rates import order_rates
from benban.dossier.report import render_pdf
from benban.dossier.view import OwnAccount
from benban.dossier.voice import Voice
from benban.wording import Language, say
from tests.unit.dossier.example import full_view
from tests.unit.dossier.reading import squeezed, text


@pytest.mark.parametrize("language", Language)
def test_an_order_never_stands_without_what_it_leaves_open_and_its_rates(
    language: Language,
) -> None:
    printed = text(render_pdf(full_view(), language))
    voice = Voice(language=language, masker=make_masker(OwnAccount()), glyphs=frozenset())
    rates, number = order_rates(), voice.number
    (every,) = (one for one in rates.rate if one.sign == "all")
    measured = say(
        language,
        "dossier.rates.order",
        scenes=number(rates.photographs),
        claimed=number(every.stated),
        right=number(every.right),
        altered=number(every.altered_stated),
        pairs=number(rates.altered_pairs),
    )

    assert squeezed(say(language, "dossier.direction.questioned-is-later")) in printed
    assert squeezed(say(language, "dossier.direction.limit")) in printed
    assert squeezed(measured) in printed


def test_every_sign_that_is_stated_has_its_rate_and_an_unused_one_has_none() -> None:
    assert {one.sign for one in order_rates().rate} == {"all", "wider-field", "finer-detail"}


def test_no_count_is_larger_than_what_it_was_counted_among() -> None:
    rates = order_rates()
    assert all(one.right <= one.stated for one in rates.rate)
    assert all(one.altered_stated <= rates.altered_pairs for one in rates.rate)
