"""What the terminal says beside an order of two pictures."""

import pytest

from benban.cli.commands.compare import print_order
from benban.cli.out import Out
from benban.cli.words import Words
from benban.model.finding import Direction, Order
from benban.model.ids import new_comparison_id
from benban.wording import Language, say


@pytest.mark.parametrize("language", Language)
def test_no_order_is_said_without_what_it_rests_on(
    language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    later = Direction(
        comparison_id=new_comparison_id(),
        order=Order.QUESTIONED_IS_LATER,
        support=("wider-field", "finer-detail"),
        notes=("stamp-later-says-nothing",),
    )

    print_order(Out(Words(language), is_json=False), later)

    said = " ".join(capsys.readouterr().out.split())
    signs = (say(language, f"dossier.support.{one}") for one in later.support)
    note = say(language, f"dossier.support.{later.notes[0]}")
    assert said == " ".join(
        (
            say(language, "cli.compare.later"),
            say(language, "dossier.direction.support", items="; ".join(signs)),
            say(language, "dossier.direction.limit"),
            say(language, "dossier.direction.note", items=note),
        )
    )


@pytest.mark.parametrize("language", Language)
def test_an_order_that_rests_on_nothing_is_not_said(
    language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = Direction(
        comparison_id=new_comparison_id(),
        order=Order.QUESTIONED_IS_LATER,
        support=(),
        notes=(),
    )

    print_order(Out(Words(language), is_json=False), bare)

    assert capsys.readouterr().out.strip() == say(language, "cli.compare.not-determined")
