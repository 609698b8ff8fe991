import tomllib
from importlib.resources import files

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from benban.errors import AuthoritySettingsError
from benban.model.remedy import Confidence
from benban.seal.authorities import (
    default_roots,
    load_authorities,
    parse_authorities,
    roots_of,
)

ENTRY = """
version = 1
[[authority]]
id = "one"
name = "One"
owner = "One Ltd"
url = "http://tsa.example.test"
root_name = ""
root_sha256 = []
enabled = false
confidence = "D"
source = ""
note = ""
"""


def test_every_enabled_authority_has_a_root_that_certifi_carries() -> None:
    missing = [entry.id for entry in load_authorities() if entry.is_enabled and not roots_of(entry)]

    assert missing == []


def test_the_enabled_authorities_have_different_owners() -> None:
    owners = [entry.owner for entry in load_authorities() if entry.is_enabled]

    assert len(owners) >= 2
    assert len(set(owners)) == len(owners)


def test_each_root_has_the_name_that_the_list_gives_it() -> None:
    text = files("benban.catalogue").joinpath("tsa.toml").read_text(encoding="utf-8")
    written = {entry["id"]: entry["root_name"] for entry in tomllib.loads(text)["authority"]}
    found = {
        entry.id: x509.load_der_x509_certificate(root)
        .subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0]
        .value
        for entry in load_authorities()
        for root in roots_of(entry)
    }

    assert found == {name: value for name, value in written.items() if value}


def test_default_roots_are_exactly_those_of_the_enabled_authorities() -> None:
    wanted = {
        fingerprint.hex
        for entry in load_authorities()
        if entry.is_enabled
        for fingerprint in entry.root_sha256
    }

    found = {
        x509.load_der_x509_certificate(root).fingerprint(hashes.SHA256()).hex()
        for root in default_roots()
    }

    assert found == wanted


def test_an_authority_without_a_root_yields_none() -> None:
    (entry,) = parse_authorities(ENTRY)

    assert (entry.confidence, roots_of(entry)) == (Confidence.D, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version = 1", "version = 2"),
        ("version = 1", ""),
        ("version = 1", "version = "),
        ("enabled = false", "enabled = true"),
        ("enabled = false", 'enabled = "no"'),
        ('confidence = "D"', 'confidence = "E"'),
        ("root_sha256 = []", 'root_sha256 = ["ab"]'),
        ("root_sha256 = []", 'root_sha256 = "ab"'),
        ('id = "one"', 'id = "../one"'),
        ('id = "one"', "id = 1"),
        ('url = "http:', 'url = "file:'),
        ('owner = "One Ltd"', ""),
    ],
    ids=[
        *("another version", "no version", "not TOML", "enabled without a root", "no switch"),
        *("unknown confidence", "no fingerprint", "no list", "a path as id", "a number as id"),
        *("not a web address", "no owner"),
    ],
)
def test_a_list_that_is_not_in_its_layout_is_refused(old: str, new: str) -> None:
    assert old in ENTRY

    with pytest.raises(AuthoritySettingsError):
        parse_authorities(ENTRY.replace(old, new, 1))


def test_an_authority_that_stands_twice_is_refused() -> None:
    with pytest.raises(AuthoritySettingsError):
        parse_authorities(ENTRY + ENTRY.replace("version = 1", ""))
