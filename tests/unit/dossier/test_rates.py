from benban.dossier.rates import measured_rates
from benban.wording import Language, message_ids


def test_synthetic_and_real_pairs_stand_in_rows_of_their_own() -> None:
    rows = [(rate.pictures, rate.is_synthetic) for rate in measured_rates()]

    assert (len(set(rows)), {kind for _, kind in rows}) == (len(rows), {True, False})
    assert all(rate.different_pairs > 0 for rate in measured_rates())


def test_no_row_claims_more_than_was_tried() -> None:
    over = [
        rate
        for rate in measured_rates()
        if rate.tier_a_wrong > rate.different_pairs or rate.tier_a_right > rate.same_pairs
    ]

    assert over == []


def test_every_kind_of_pictures_has_words_in_both_languages() -> None:
    wanted = {f"dossier.pictures.{rate.pictures}" for rate in measured_rates()}

    assert [wanted - message_ids(language) for language in Language] == [set(), set()]
