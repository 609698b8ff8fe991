import pytest

from benban.dossier import rates
from benban.dossier.mask import make_masker
from benban.dossier.rates import kept_rates, measured_rates, rate_in_words, used_thresholds
from benban.dossier.view import OwnAccount
from benban.dossier.voice import Voice
from benban.wording import Language, message_ids


def test_synthetic_and_real_pairs_stand_in_rows_of_their_own() -> None:
    rows = [(rate.pictures, rate.is_synthetic) for rate in kept_rates()]

    assert (len(set(rows)), {kind for _, kind in rows}) == (len(rows), {True, False})
    assert all(rate.different_pairs > 0 for rate in kept_rates())


def test_no_row_claims_more_than_was_tried() -> None:
    over = [
        rate
        for rate in kept_rates()
        if rate.tier_a_wrong > rate.different_pairs or rate.tier_a_right > rate.same_pairs
    ]

    assert over == []


@pytest.mark.parametrize("language", Language)
def test_a_kind_of_which_no_pair_was_measured_prints_no_count(language: Language) -> None:
    voice = Voice(language=language, masker=make_masker(OwnAccount()), glyphs=frozenset())
    rows = kept_rates()

    right = [rate_in_words(voice, rate)[3] for rate in rows]

    assert [one == "–" for one in right] == [rate.same_pairs == 0 for rate in rows]
    assert "–" in right


def test_every_kind_of_pictures_has_words_in_both_languages() -> None:
    wanted = {f"dossier.pictures.{rate.pictures}" for rate in kept_rates()}

    assert [wanted - message_ids(language) for language in Language] == [set(), set()]


def test_rates_of_other_thresholds_than_those_that_decide_are_not_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = type(rates._file())(  # noqa: SLF001 - the file as it would be after a change
        method="m", measured_on="d", version="v", thresholds="another", rate=kept_rates()
    )
    same = type(other)(
        method="m", measured_on="d", version="v", thresholds=used_thresholds(), rate=other.rate
    )

    shown = []
    for file in (other, same):
        monkeypatch.setattr(rates, "_file", lambda file=file: file)
        measured_rates.cache_clear()
        shown.append(measured_rates())
    measured_rates.cache_clear()

    assert shown == [(), other.rate]
