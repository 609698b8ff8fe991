"""B5 106 beyond HTTP: commands, a subscriber's feed, StopNCII, and lists for a scan."""

import importlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benban.errors.exchange import FeedRefusedError, HashRefusedError
from benban.errors.scan import ScanBankError
from benban.exchange.card import ExchangeCard, card_bytes
from benban.exchange.feed import open_delta
from benban.exchange.fit import has_hash, without_hashes
from benban.model.fingerprint import Pdq
from benban.outside.scan_bank import open_banked
from benban.outside.stopncii import Endpoint, Keys, Opinion, StopNcii
from benban.outside.stopncii_records import FeedbackValue, Reason, read_page
from benban.outside.subscription import Subscription
from benban.seal.canonical import JsonValue, canonical_json
from benban.seal.note import key_id, public_key_of
from benban.testing.clock import FakeClock
from tests.hostile.bad_hashes import BAD, FLAT, MALFORMED, PLAIN, pieces_of
from tests.path.terminal import Ran, Terminal, run
from tests.service.exchange_client import SIGNING_KEY
from tests.service.served import served
from tests.service.threatexchange_shapes import PLUGIN, standing_in
from tests.unit.exchange.shared import ATTESTER, NOW, pdq

# A command begins anew for each: one of every kind. No shell hands on a NUL.
_TYPED = ("one digit short", "upper case", "Arabic digits", "wide digits", "a line end behind")
TYPED = [PLAIN, "1" * 64, *(BAD[name] for name in _TYPED)]

# benban exchange ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Return how somebody acts at an exchange that was just made."""
    folder = tmp_path_factory.mktemp("exchange")
    place = ("--folder", str(folder / "x"))
    made = run("exchange", "init", "--person", "An", "--person", "Binh", *place, "--json").json
    (folder / "secret").write_text(made["people"]["An"])
    return ("--as", "An", "--secret-file", str(folder / "secret"), *place)


COMMANDS: dict[str, tuple[str, ...]] = {
    "release": ("release", "{}"),
    "member stop": ("member", "stop", "{}"),
    "bank close": ("bank", "close", "{}"),
    "propose": ("propose", "let-member-in", "name={}"),
    "agree": ("agree", "{}", "--digest", "{}"),
    "key make": ("key", "make", "{}", "--scope", "lookup"),
    "key revoke": ("key", "revoke", "{}"),
    "card": ("card", "--name", "X", "--withdraw-at", "https://x.example/", "--member", "{}"),
    "pages dismiss": ("pages", "dismiss", "{}"),
}
_BY_NOBODY = ("key make", "key revoke", "card")


def _words(name: str, bad: str, office: tuple[str, ...]) -> tuple[str, ...]:
    by = office[-2:] if name in _BY_NOBODY else office
    return ("exchange", *(one.format(bad) for one in COMMANDS[name]), *by)


def _require_refused(ran: Ran, bad: str) -> None:
    assert ran.code in {1, 2}, bad
    assert pieces_of(ran.out + ran.err) == []
    assert bad not in ran.out + ran.err


@pytest.mark.parametrize("name", COMMANDS)
def test_b5_106_no_command_of_an_operator_takes_a_hash_or_repeats_it(
    office: tuple[str, ...], name: str
) -> None:
    for bad in TYPED:
        _require_refused(run(*_words(name, bad, office), "--json"), bad)

    said = run("exchange", "list", *office[-2:], "--json").json
    assert said["proposals"] == []
    assert run("exchange", "audit", "verify", *office[-2:], "--json").json["lines"] == 0


def test_b5_106_what_somebody_types_is_read_for_hashes_in_any_script() -> None:
    named = ["Đường dây phía bắc", "mem-" + "a" * 16, "prp-0123456789ab", "", "9" * 19]
    hidden = [PLAIN, PLAIN.upper(), f"x {PLAIN[:20]} y", BAD["Arabic digits"], BAD["wide digits"]]

    assert [has_hash(one) for one in named] == [False] * len(named)
    assert [has_hash(one) for one in hidden] == [True] * len(hidden)
    assert [without_hashes(one) for one in named] == named
    assert [pieces_of(without_hashes(one)) for one in hidden] == [[]] * len(hidden)
    assert without_hashes(f"x {PLAIN} y") == "x … y"


# benban share-hash ----------------------------------------------------------------------------


def test_b5_106_a_person_names_an_item_and_no_hash(tmp_path: Path) -> None:
    terminal = Terminal.with_vault(tmp_path)
    case = terminal.new_case()
    card = ExchangeCard(
        name="Kho", key="here-here-here-here-here-here-here-here", withdraw_at="https://k.example/"
    )
    out = tmp_path / "out.json"
    asked = ("--exchange", terminal.file("the.json", card_bytes(card)), "--out", str(out))

    for bad in TYPED:
        ran = terminal.run("share-hash", case, bad, *asked, "--agree", "yes")
        assert (ran.code, ran.json["error"]["code"]) == (1, "BB-104"), ran.err
        assert pieces_of(ran.out + ran.err) == []

    assert not out.exists()


# A scan's bank --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, bad in MALFORMED.items() if "\n" not in bad])
def test_b5_106_a_line_of_a_bank_that_is_no_hash_is_named_by_its_number_alone(
    tmp_path: Path, name: str
) -> None:
    bank = tmp_path / "bank.csv"
    bank.write_text(f"1,{pdq(1).hex}\n2,{MALFORMED[name]}\n", encoding="utf-8")

    with pytest.raises(ScanBankError) as refused:
        open_banked(bank)

    assert refused.value.params["line"] == 2
    assert pieces_of(f"{refused.value!r} {refused.value.params}") == []


def test_b5_106_a_scan_with_such_a_bank_ends_by_its_code(tmp_path: Path) -> None:
    bank, store = tmp_path / "bank.csv", tmp_path / "store"
    store.mkdir()

    for bad in TYPED[2:]:
        bank.write_text(f"1,{bad}x\n", encoding="utf-8")
        words = ("scan", str(store), "--bank", str(bank), "--out", str(tmp_path / "out"))
        ran = run(*words, "--json")
        assert (ran.code, ran.json["error"]["code"]) == (1, "BB-982"), ran.err
        assert pieces_of(ran.out + ran.err) == []


# A subscriber's feed --------------------------------------------------------------------------


def _page(bad: str, *, quality: int = 90) -> bytes:
    """Return what an exchange with the right key would sign, if it were not ours."""
    items: list[JsonValue] = [
        {"number": f"{at}" * 32, "pdq": one, "quality": quality, "is_negative": False}
        for at, one in enumerate((pdq(1).hex, bad))
    ]
    said = canonical_json(
        {
            "v": 1,
            "exchange": key_id(public_key_of(SIGNING_KEY)),
            "member": ATTESTER,
            "after": 0,
            "through": 2,
            "mark": "0" * 32,
            "made_at": int(NOW.timestamp()),
            "items": items,
            "has_more": False,
        }
    )
    key = Ed25519PrivateKey.from_private_bytes(SIGNING_KEY)
    signature = key.sign(b"benban/v1/exchange-delta\x00" + said)
    return said + b"\n" + signature.hex().encode() + b"\n"


def _opened(page: bytes, now: datetime = NOW) -> object:
    return open_delta(
        page, public_key=public_key_of(SIGNING_KEY), member=ATTESTER, after=0, now=now
    )


@pytest.mark.parametrize("name", BAD)
def test_b5_106_a_signed_delta_with_one_bad_hash_is_not_taken_over(name: str) -> None:
    with pytest.raises(FeedRefusedError) as refused:
        _opened(_page(BAD[name]))

    assert refused.value.params["why"] == "layout"
    assert pieces_of(f"{refused.value!r} {refused.value.params}") == []


@pytest.mark.parametrize("quality", [49, 0, 101])
def test_b5_106_nor_is_one_with_a_quality_that_no_exchange_takes(quality: int) -> None:
    assert _opened(_page(PLAIN)) is not None
    with pytest.raises(FeedRefusedError):
        _opened(_page(PLAIN, quality=quality))


@pytest.fixture(scope="module")
def plugin() -> Iterator[ModuleType]:
    """The module that a user names to python-threatexchange."""
    shapes = standing_in()
    next(shapes)
    yield importlib.import_module(PLUGIN)
    next(shapes, None)


def test_b5_106_the_plug_in_hands_none_of_them_on(plugin: ModuleType) -> None:
    # Each question loads the roots of TLS anew: some of them.
    asked = ("upper case", "NUL inside", "all zero", "two of them")
    waiting = [_page(BAD[name]) for name in asked]

    async def changes(_request: Request) -> Response:
        return Response(waiting.pop(), media_type="application/vnd.benban.delta")

    handed_on: list[object] = []
    with served(Starlette(routes=[Route("/v1/changes", changes)])) as address:
        api = plugin.BenbanExchangeAPI(
            Subscription(
                base_url=address,
                key="bbx_",
                member=ATTESTER,
                public_key=public_key_of(SIGNING_KEY),
                clock=FakeClock(NOW),
            )
        )
        for _ in asked:
            with pytest.raises(FeedRefusedError):
                handed_on.extend(api.fetch_iter([], None))

    assert (handed_on, waiting) == ([], [])


# StopNCII -------------------------------------------------------------------------------------


def test_b5_106_stopncii_s_records_with_bad_hashes_are_left_out_and_counted() -> None:
    # The service's own letters may be capitals; ours are not: the one form that is lowered.
    lowered = {"upper case", "one capital"}
    records = [
        {"hashValue": bad, "hashStatus": "Active", "signalType": "ImagePDQ"} for bad in BAD.values()
    ]
    page = {"hasMoreRecords": False, "nextSetTimestamp": 5, "hashRecords": records}

    found = read_page(json.dumps(page).encode(), 10)

    assert [one.pdq for one in found.held] == [PLAIN]
    assert found.skipped == {
        Reason.MALFORMED_HASH: len(MALFORMED) - len(lowered),
        Reason.FLAT_HASH: len(FLAT),
    }


def test_b5_106_nothing_bad_is_sent_to_stopncii() -> None:
    functions = dict.fromkeys(Endpoint, "key")
    # Nobody listens there: whatever was sent would be another error.
    client = StopNcii("http://127.0.0.1:9/v1", Keys(subscription="s", functions=functions))
    opinion = Opinion(value=FeedbackValue.NOT_BLOCKED)

    for name, bad in MALFORMED.items():
        if name not in {"upper case", "one capital"}:
            with pytest.raises(HashRefusedError):
                client.give_feedback([(pdq(1).hex, opinion), (bad, opinion)])
    for bad in FLAT.values():
        with pytest.raises(HashRefusedError):
            client.submit([(Pdq(hex=bad, quality=90), opinion)])
    with pytest.raises(HashRefusedError):
        client.submit([(Pdq(hex=PLAIN, quality=49), opinion)])
