"""``benban exchange``: from an empty folder to members, keys and banks."""

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benban.cli.main import main
from benban.exchange.card import ExchangeCard, read_card
from benban.exchange.life import RETENTION
from benban.model.shared_hash import Act, BankId, HashState, MemberId
from benban.outside.clock import SystemClock
from benban.outside.exchange_place import Place
from benban.outside.exchange_store.store import DatabaseStore
from benban.seal.note import key_id, public_key_of
from tests import postgresql
from tests.contract.exchange_stores import OPERATOR, server  # noqa: F401 - fixtures
from tests.unit.exchange.shared import shared_hash

# What the documents hold is what the tests ask.
_Run = Callable[..., dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the exchange will be."""
    return tmp_path / "exchange"


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> _Run:
    """Return what runs a command and gives its document."""

    def run(*arguments: str, code: int = 0) -> dict[str, Any]:
        given = main(["exchange", *arguments, "--folder", str(folder), "--json"])
        said: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert given == code, said
        return said

    return run


@pytest.fixture
def secrets(run: _Run, tmp_path: Path) -> dict[str, tuple[str, str, str, str]]:
    """Return how each of two people acts, after the exchange was made."""
    made = run("init", "--person", "An", "--person", "Binh")["people"]
    options: dict[str, tuple[str, str, str, str]] = {}
    for name, secret in dict(made).items():
        file = tmp_path / f"secret-{name}"
        file.write_text(secret + "\n")
        options[name] = ("--as", name, "--secret-file", str(file))
    return options


def test_two_people_let_a_member_in_and_make_it_a_bank_and_a_key(
    run: _Run, secrets: dict[str, tuple[str, ...]]
) -> None:
    asked = run("member", "add", "Hotline", *secrets["An"])
    # The one who proposed cannot agree.
    alone = run("agree", asked["proposal"], "--digest", asked["digest"], *secrets["An"], code=1)
    assert "BB-957" in str(alone)
    member = run("agree", asked["proposal"], "--digest", asked["digest"], *secrets["Binh"])
    name = member["changed"]
    asked = run("bank", "make", "Shared", "match", name, *secrets["Binh"])
    bank = run("agree", asked["proposal"], "--digest", asked["digest"], *secrets["An"])
    key = run("key", "make", name, "--scope", "lookup")
    rotated = run("key", "rotate", key["id"])

    assert run("list")["members"] == {name: "Hotline"}
    assert run("list")["banks"] == {bank["changed"]: "Shared"}
    assert key["key"].startswith("bbx_")
    assert rotated["key"] != key["key"]
    assert key["key"].split("_")[2] not in str(run("key", "list"))
    assert run("audit", "verify") == {"lines": 8, "holds": True}


def test_what_waits_is_said_with_who_proposed_it_and_until_when(
    run: _Run, secrets: dict[str, tuple[str, ...]]
) -> None:
    asked = run("member", "add", "Hotline", *secrets["An"])
    again = run("member", "add", " Hotline", *secrets["Binh"])

    assert (asked["proposed_by"], asked["until"][10:11]) == ("An", "T")
    assert again == asked
    run("agree", again["proposal"], "--digest", again["digest"], *secrets["Binh"])


def test_a_wrong_secret_or_a_name_that_is_not_known_does_nothing(
    run: _Run, secrets: dict[str, tuple[str, ...]]
) -> None:
    mixed = ("--as", "Binh", *secrets["An"][2:])
    nobody = ("--as", "Cuong", *secrets["An"][2:])
    for wrong in (mixed, nobody):
        assert "BB-987" in str(run("member", "add", "Hotline", *wrong, code=1))
    assert run("list")["proposals"] == []


def test_what_is_secret_is_for_this_user_alone_and_no_secret_is_kept(
    run: _Run, folder: Path, secrets: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    for name in ("signing-key", "people.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    shown = (tmp_path / "secret-An").read_text().strip()
    assert shown not in (folder / "people.json").read_text()
    key = (folder / "signing-key").read_bytes()
    assert "BB-990" in str(run("init", "--person", "An", "--person", "Binh", code=1))
    assert (folder / "signing-key").read_bytes() == key
    assert len(secrets) == 2


def test_the_check_says_what_is_missing_until_nothing_is(
    run: _Run, folder: Path, secrets: dict[str, tuple[str, ...]]
) -> None:
    missing = dict(run("check", code=2)["checks"])
    assert {name for name, is_well in missing.items() if not is_well} == {"duty", "volume"}

    (folder / "duty.txt").write_text("2026-11-01\nWhat we report, and to whom.\n")
    run("check", "--volume", "not-encrypted", "--by", "An", code=2)
    assert all(dict(run("check", "--volume", "encrypted", "--by", "An")["checks"]).values())

    said = Place(folder=folder).volume()
    assert (said["encrypted"], said["by"]) == ("yes", "An")
    assert secrets


def test_the_card_names_the_key_that_signs(
    run: _Run, folder: Path, secrets: dict[str, tuple[str, ...]]
) -> None:
    said = run("card", "--name", "X", "--withdraw-at", "https://x.example/w")
    public = public_key_of(Place(folder=folder).signing_key())

    card = read_card(said["card"].encode())

    assert card == ExchangeCard(name="X", key=key_id(public), withdraw_at="https://x.example/w")
    assert said["public_key"] == public.hex()
    assert run("card", "--name", "X", "--withdraw-at", "http://x.example", code=2)
    # What no program would read is not printed.
    for name in ("", "X" * 81, "X\n"):
        wrong = run("card", "--name", name, "--withdraw-at", "https://x.example/w", code=1)
        assert "BB-970" in str(wrong)
    assert secrets


def test_a_member_gets_what_its_plug_in_needs(
    run: _Run, folder: Path, secrets: dict[str, tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = run("member", "add", "Hotline", *secrets["An"])
    agreed = run("agree", asked["proposal"], "--digest", asked["digest"], *secrets["Binh"])
    member, public = agreed["changed"], public_key_of(Place(folder=folder).signing_key()).hex()
    options = ("--name", "X", "--withdraw-at", "https://x.example/w")

    said = run("card", *options, "--member", member)
    main(["exchange", "card", *options, "--member", member, "--folder", str(folder)])

    assert (said["member"], said["public_key"]) == (member, public)
    assert capsys.readouterr().out == f"--member {member} --public-key {public}\n"
    assert "BB-988" in str(run("card", *options, "--member", "mem-none", code=1))


def test_two_people_decide_about_a_disputed_hash_by_its_number(
    run: _Run, folder: Path, secrets: dict[str, tuple[str, ...]]
) -> None:
    def done(*act: str) -> str:
        asked = run(*act, *secrets["An"])
        agreed = run("agree", asked["proposal"], "--digest", asked["digest"], *secrets["Binh"])
        return str(agreed["changed"])

    members = [MemberId(done("member", "add", name)) for name in ("One", "Two")]
    bank = BankId(done("bank", "make", "Shared", "match", members[0]))
    done("bank", "open", bank, members[1], "reads")
    now = SystemClock().now()
    store = DatabaseStore(f"sqlite:///{folder / 'exchange.db'}")
    with store.within(OPERATOR) as work:
        disputed = replace(
            shared_hash(HashState.DISPUTED),
            bank=bank,
            attested_by=members[0],
            disputed_by=members[1],
            disputed_at=now,
            expires_at=now + RETENTION,
        )
        number = str(work.keep_hash(disputed, Act.DISPUTE, now).id)
    before = run("list")
    done("dispute", "keep", number)
    with store.within(OPERATOR) as work:
        kept = work.hash_of(disputed.id)
    store.close()

    assert (before["disputed"], run("list")["disputed"]) == ([number], [])
    assert (kept.state is HashState.DISPUTED, kept.pdq) == (False, disputed.pdq)
    assert "BB-989" in str(run("dispute", "keep", "", *secrets["An"], code=1))
    assert run("bank", "open", bank, members[1], "everything", *secrets["An"], code=2)


def test_one_person_alone_sets_nothing_up(run: _Run, folder: Path) -> None:
    run("init", "--person", "An", "--person", "An", code=2)
    assert not folder.exists()


def test_a_setting_that_is_not_known_is_refused(run: _Run, tmp_path: Path) -> None:
    config = tmp_path / "exchange.toml"
    config.write_text('databse = "sqlite:///x"\n')
    assert "databse" in str(run("list", "--config", str(config), code=2))
    config.write_text("workers = true\n")
    assert "workers" in str(run("list", "--config", str(config), code=2))


def test_the_owner_of_the_tables_is_told_apart_from_the_programs_role(
    server: postgresql.Server,  # noqa: F811 - a fixture
) -> None:
    owner = DatabaseStore(server.address(postgresql.OWNER))
    ours = DatabaseStore(server.address(postgresql.SERVICE))
    try:
        assert not owner.state().owns_nothing
        state = ours.state()
        assert (state.is_migrated, state.owns_nothing, state.is_row_security_forced) == (
            True,
            True,
            True,
        )
        server.run("ALTER TABLE hashes NO FORCE ROW LEVEL SECURITY")
        try:
            assert not ours.state().is_row_security_forced
        finally:
            server.run("ALTER TABLE hashes FORCE ROW LEVEL SECURITY")
        with ours.within(OPERATOR) as work:
            assert work.heads() is not None
    finally:
        owner.close()
        ours.close()


def test_an_account_is_admitted_as_one_of_the_people_and_dismissed_again(
    run: _Run, secrets: dict[str, tuple[str, ...]], folder: Path
) -> None:
    where = ("--origin", "https://exchange.example", "--issuer", "https://id.example")
    unset = run("pages", "admit", "An", "sub-1", "--role", "operator", *secrets["An"], code=2)
    run("pages", "set", *where, "--client-id", "benban", *secrets["An"])
    nobody = run("pages", "admit", "Eve", "sub-2", "--role", "operator", *secrets["An"], code=1)
    run("pages", "admit", "An", "sub-1", "--role", "operator", *secrets["Binh"])
    run("pages", "admit", "Eve", "sub-2", "--role", "auditor", *secrets["Binh"])
    open_ = run(
        "pages",
        "set",
        "--origin",
        "http://a.example",
        *where[2:],
        "--client-id",
        "b",
        *secrets["An"],
        code=1,
    )
    run("pages", "dismiss", "sub-1", *secrets["An"])

    assert "pages set" in str(unset)
    assert ("BB-988" in str(nobody), "BB-993" in str(open_)) == (True, True)
    assert run("pages", "list")["entries"] == {"https://id.example sub-2": ["auditor", "Eve"]}
    assert stat.S_IMODE((folder / "pages.json").stat().st_mode) == 0o600
    assert run("audit", "verify") == {"lines": 4, "holds": True}
