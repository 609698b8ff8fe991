"""Where both programs must say the same although they share no line."""

import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path

import certifi
from benban_verify.limits import MAX_ROOT_FILE_BYTES
from benban_verify.records import KINDS
from benban_verify.root_list import BUILT_IN
from benban_verify.roots import certificates_in, certificates_of_this_computer, listed_roots

from benban.model.custody import EventKind
from tests.verifier.tsa_maker import issue

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "log-format.md"


def test_both_know_the_same_kinds_of_events_and_the_page_lists_them() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    assert {kind.value for kind in EventKind} == KINDS
    assert [kind for kind in sorted(KINDS) if f"`{kind}`" not in page] == []


def test_every_authority_with_a_known_root_is_known_to_the_verifier() -> None:
    text = files("benban.catalogue").joinpath("tsa.toml").read_text(encoding="utf-8")
    listed = {
        root for authority in tomllib.loads(text)["authority"] for root in authority["root_sha256"]
    }
    assert listed == set(BUILT_IN)


def test_every_built_in_fingerprint_is_that_of_a_certificate_in_certifi() -> None:
    bundle = Path(certifi.where()).read_bytes()
    assert len(bundle) < MAX_ROOT_FILE_BYTES
    found = listed_roots(certificates_in(bundle))
    assert {root.certificate.sha256: root.name for root in found} == dict(BUILT_IN)


def test_built_in_roots_are_found_on_this_computer() -> None:
    found = listed_roots(certificates_of_this_computer())
    assert {root.certificate.sha256 for root in found} == set(BUILT_IN)
    assert {root.is_given for root in found} == {False}


def test_a_certificate_that_only_bears_a_listed_name_is_no_root() -> None:
    name = next(iter(BUILT_IN.values()))
    assert listed_roots([issue(name, issuer=None).der]) == ()


def test_a_listed_root_counts_wherever_its_certificate_came_from() -> None:
    root = issue("listed", issuer=None)
    fingerprint = hashlib.sha256(root.der).hexdigest()
    (found,) = listed_roots([issue("other", issuer=None).der, root.der], {fingerprint: "a name"})
    assert (found.name, found.certificate.raw) == ("a name", root.der)
