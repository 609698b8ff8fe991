"""While the list of repealed law or of words that blame cannot be read, nothing is written."""

from dataclasses import replace

import pytest

from benban.errors import CatalogueError
from benban.model.catalogue import GUARDS, CatalogueFault
from benban.notices.draft import draft_notice
from benban.notices.lint import lint_notice
from benban.wording import Language
from tests.unit.remedies.scenes import CATALOGUE, NOT_SPEECH, NOW, case, draft, sighting, step


@pytest.mark.parametrize("guard", GUARDS)
def test_no_notice_is_drafted(guard: str) -> None:
    fault = CatalogueFault(file=guard, line=3, key="-", rule="syntax", detail="")
    closed = replace(CATALOGUE, faults=(fault,), forms=())
    seen = sighting()

    with pytest.raises(CatalogueError) as caught:
        draft_notice(
            step(seen, "telegram-2"),
            seen,
            Language.VI,
            NOW,
            catalogue=closed,
            case=case(),
            answers=NOT_SPEECH,
        )

    assert caught.value.params == {"file": guard, "line": 3}


def test_a_draft_of_before_does_not_pass_the_lint_either() -> None:
    closed = replace(CATALOGUE, forms=(), repealed=(), avoided_terms=())

    findings = lint_notice(draft(sighting(), "telegram-2"), closed, sighting=sighting())

    assert ("form", True) in [(one.rule, one.blocks) for one in findings]
