"""What is read before an act that cannot be taken back."""

import pytest

from benban.notices.lint import find_avoided_words
from benban.notices.warnings import IrreversibleAct, warning_text
from benban.remedies import packaged_catalogue
from benban.wording import Language


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("act", IrreversibleAct)
def test_every_act_has_its_warning_in_plain_words(act: IrreversibleAct, language: Language) -> None:
    said = warning_text(act, language)

    avoided = find_avoided_words(said, language, packaged_catalogue(), for_minors=False)
    assert (len(said) > 60, avoided) == (True, ())


@pytest.mark.parametrize(
    ("act", "vietnamese"),
    [
        (IrreversibleAct.WITHDRAW_REQUEST, "không được yêu cầu lại"),
        (IrreversibleAct.DMCA, "tên của bạn sẽ đến tay người đăng"),
        (IrreversibleAct.DELETE_CHAT, "chứng cứ duy nhất"),
        (IrreversibleAct.REPORT_BEFORE_CAPTURE, "có thể biến mất"),
    ],
)
def test_a_warning_says_what_follows(act: IrreversibleAct, vietnamese: str) -> None:
    assert vietnamese in warning_text(act, Language.VI)
