"""HARM 19: a hash is shared by the person's yes for exactly that, and taken back by them alone."""

import json
from pathlib import Path

import pytest

from benban.exchange.attestation import check_proof, read_proof
from benban.exchange.card import ExchangeCard, card_bytes
from benban.exchange.withdrawal import read_withdrawal, require_withdrawal
from benban.outside.clock import SystemClock
from tests.harm.scenes import ADDRESS, SENTENCE
from tests.harm.walk import ANSWERS, Ran, Walk

CARD = ExchangeCard(
    name="Nơi trao đổi thử",
    key="here-here-here-here-here-here-here-here",
    withdraw_at="https://kho.example/rut",
)


@pytest.fixture
def shared(terminal: Walk) -> Walk:
    """A case with one questioned picture and the ordinary photo it was made from."""
    terminal.case = terminal.ask("case", "new")["case"]
    places = terminal.file("noi.txt", ADDRESS)
    fake = terminal.file("hinh.jpg", terminal.example.fake)
    added = terminal.ask(
        *("add", terminal.case, fake, "--from", places, "--kind", "published", "--visit", "no"),
        *ANSWERS,
    )
    terminal.exhibits = [one["exhibit"] for one in added["files"]]
    return terminal


def share(walk: Walk, *words: str, item: str = "", out: str = "f.json") -> Ran:
    card = walk.file("the.json", card_bytes(CARD))
    asked = ("--exchange", card, "--out", walk.out(out))
    return walk.run("share-hash", walk.case, item or walk.exhibits[0], *asked, *words)


def withdrawals(walk: Walk, folder: str = "rut") -> list[bytes]:
    out = walk.out(folder)
    written = walk.ask("share-hash", walk.case, "--withdraw", "--out", out)["withdrawals"]
    assert {Path(one["file"]).parent for one in written} == {Path(out)}
    return [Path(one["file"]).read_bytes() for one in written]


def required(walk: Walk, file: bytes) -> None:
    """Take a withdrawal as the exchange does that took the proof."""
    proof = read_proof(Path(walk.out("f.json")).read_bytes())
    said = check_proof(proof, exchange=CARD.key, now=SystemClock().now())
    withdrawal = read_withdrawal(file)
    assert withdrawal.leaf == said.leaf
    require_withdrawal(withdrawal, consent_key=said.key, exchange=CARD.key)


def test_what_is_written_is_what_was_shown_and_the_exchange_takes_it(shared: Walk) -> None:
    ran = share(shared, "--agree", "yes")

    assert ran.code == 0, ran.err
    proof = Path(shared.out("f.json")).read_bytes()
    said = check_proof(read_proof(proof), exchange=CARD.key, now=SystemClock().now())
    shown = ran.out
    assert [one in shown for one in (said.pdq.hex, CARD.key, CARD.name)] == [True] * 3


@pytest.mark.parametrize("answer", [("--agree", "no"), ()])
def test_without_a_yes_nothing_is_written_or_logged(shared: Walk, answer: tuple[str, ...]) -> None:
    ran = share(shared, *answer)

    assert (ran.code != 0, Path(shared.out("f.json")).exists()) == (True, False)
    assert "sharing of a hash agreed" not in json.dumps(
        shared.ask("custody", shared.case), ensure_ascii=False
    )


def test_an_ordinary_photo_cannot_be_shared(shared: Walk) -> None:
    statement = shared.file("loi-khai", SENTENCE)
    photo = shared.file("anh.jpg", shared.example.original)
    added = shared.ask("original", "add", shared.case, photo, "--declaration", statement)
    (original,) = added["originals"]

    ran = share(shared, "--agree", "yes", "--json", item=original["original"])

    assert (ran.json["error"]["code"], Path(shared.out("f.json")).exists()) == ("BB-104", False)


@pytest.mark.parametrize("kept", [(), ("--digests-only",)])
def test_a_questioned_picture_that_is_the_ordinary_photo_is_not_shared(
    shared: Walk, kept: tuple[str, ...]
) -> None:
    statement = shared.file("loi-khai", SENTENCE)
    same = shared.file("anh.jpg", shared.example.fake)
    shared.ask("original", "add", shared.case, same, "--declaration", statement, *kept)

    ran = share(shared, "--agree", "yes", "--json")

    assert (ran.json["error"]["code"], Path(shared.out("f.json")).exists()) == ("BB-972", False)
    # What is said is true of both: nobody looked at a picture that is not kept.
    assert "dấu vân tay số" in json.dumps(ran.json, ensure_ascii=False)


def test_the_person_alone_takes_it_back_and_nothing_of_the_hash_is_in_the_file(
    shared: Walk,
) -> None:
    share(shared, "--agree", "yes")

    (file,) = withdrawals(shared)

    required(shared, file)
    assert set(json.loads(file)) == {"v", "leaf", "exchange", "signature"}


RECALLING = {
    "minor": lambda walk: walk.run("minor", walk.case, walk.exhibits[0]),
    "forget": lambda walk: walk.run("forget", walk.case, walk.exhibits[0], "--destroy", "yes"),
    "answer": lambda walk: walk.run(
        *("add", walk.case, "--from", walk.file("noi.txt", ADDRESS), "--kind", "published"),
        *("--visit", "no", "--adult-now", "yes", "--adult-in-picture", "unsure"),
        *("--nobody-doubts", "yes"),
    ),
    "own photo": lambda walk: walk.run(
        *("original", "add", walk.case, walk.file("anh.jpg", walk.example.fake)),
        *("--declaration", walk.file("loi-khai", SENTENCE)),
    ),
}


@pytest.mark.parametrize("act", RECALLING)
def test_what_closes_a_picture_says_that_its_hash_is_recalled_and_where_that_goes(
    shared: Walk, act: str
) -> None:
    share(shared, "--agree", "yes")

    ran = RECALLING[act](shared)

    assert ran.code == 0, ran.err
    assert [one in ran.err for one in (CARD.name, CARD.withdraw_at, "--withdraw")] == [True] * 3
    (file,) = withdrawals(shared)
    required(shared, file)


@pytest.mark.parametrize("act", RECALLING)
def test_it_is_named_until_the_person_says_that_the_exchange_has_it(shared: Walk, act: str) -> None:
    share(shared, "--agree", "yes")
    withdrawals(shared)
    told = RECALLING[act](shared).err

    said = shared.ask("share-hash", shared.case, "--handed-in")

    assert (CARD.withdraw_at in told, len(said["handed_in"])) == (True, 1)
    forgotten = shared.run("forget", shared.case, shared.exhibits[0], "--destroy", "yes")
    assert CARD.withdraw_at not in forgotten.out + forgotten.err


def test_the_way_back_lies_beside_the_proof_and_nothing_is_withdrawn_by_it(shared: Walk) -> None:
    ran = share(shared, "--agree", "yes", "--json")

    required(shared, Path(ran.json["way_back"]).read_bytes())
    assert Path(ran.json["way_back"]).parent == Path(shared.out("f.json")).parent
    assert "sharing of a hash withdrawn" not in json.dumps(
        shared.ask("custody", shared.case), ensure_ascii=False
    )


def test_what_is_asked_for_has_to_be_whole(shared: Walk) -> None:
    wrong = [(), ("--withdraw",), ("--withdraw", "--handed-in", "--out", "r"), ("--out", "r")]

    ran = [shared.run("share-hash", shared.case, *words, "--json") for words in wrong]

    assert [one.json["error"]["code"] for one in ran] == ["BB-001"] * 4


def test_an_act_on_another_picture_says_nothing_of_this_one(shared: Walk) -> None:
    share(shared, "--agree", "yes")

    ran = shared.run("case", "show", shared.case)

    assert CARD.withdraw_at not in ran.out + ran.err


def test_a_file_that_is_no_card_ends_it_before_the_vault_is_opened(shared: Walk) -> None:
    card = shared.file("the.json", b'{"name":"Kho"}')

    ran = shared.run(
        *("share-hash", "no-such-case", "x", "--exchange", card, "--out", shared.out("f.json")),
        "--json",
    )

    assert ran.json["error"]["code"] == "BB-970"


def test_nothing_is_taken_back_where_nothing_was_shared(shared: Walk) -> None:
    ran = shared.run("share-hash", shared.case, "--withdraw", "--out", shared.out("rut"), "--json")

    assert (ran.json["error"]["code"], Path(shared.out("rut")).exists()) == ("BB-973", False)


def test_a_taken_name_ends_it_before_a_yes_is_logged(shared: Walk) -> None:
    Path(shared.out("f.json")).parent.mkdir(parents=True, exist_ok=True)
    Path(shared.out("f.json")).write_text("của bạn", encoding="utf-8")

    ran = share(shared, "--agree", "yes", "--json")

    assert (ran.json["error"]["code"], Path(shared.out("f.json")).read_text("utf-8")) == (
        "BB-003",
        "của bạn",
    )
    again = shared.run("share-hash", shared.case, "--withdraw", "--out", shared.out("r"), "--json")
    assert again.json["error"]["code"] == "BB-973"
