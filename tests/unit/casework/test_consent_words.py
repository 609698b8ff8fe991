"""The words of one version never change: who reads a dossier sees by it what was agreed to."""

import hashlib

import pytest

from benban.casework.consent import consent_text, version_of_words
from benban.model.consent import ConsentPurpose
from benban.wording import Language

# Other words are another version: raise it, and keep what stands here as what the old one was.
_SHARE_HASH = {
    "1": {Language.VI: "ac0472eea02e4f80", Language.EN: "ece9146f64c22c24"},
    "2": {Language.VI: "9bc2593cfa221a35", Language.EN: "2dae3c3470c52b0f"},
}
_OTHERS = {
    "1": {Language.VI: "8f22b3f0637046f1", Language.EN: "0e446367f11194ff"},
}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("purpose", "known"),
    [(ConsentPurpose.SHARE_HASH, _SHARE_HASH), (ConsentPurpose.DOSSIER, _OTHERS)],
)
def test_other_words_have_another_version(
    purpose: ConsentPurpose, known: dict[str, dict[Language, str]], language: Language
) -> None:
    text = consent_text(purpose, "Kho thử", language)

    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    assert known[version_of_words(purpose)][language] == digest
