"""HARM 14: what messages name leaves for an authority only, without those who did nothing."""

import ast
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pyrage
import pytest

from benban.casework.case_mentions import mentions_of
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.import_conversation import opened_import
from benban.casework.mentions import Said, find_mentions
from benban.dossier.check import check_view
from benban.dossier.view import Disclosure, Edition
from benban.errors import NotForThisEditionError
from benban.model.exhibit import Exhibit
from benban.model.ids import SightingId
from benban.model.mention import MentionKind, Mentions
from benban.model.sighting import Sighting
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, Vault
from benban.wording import Language
from tests.architecture.sources import product_sources
from tests.harm.export import CHOSEN, POSTER, write_export
from tests.harm.scenes import a_case, new_vault, reported, ticking
from tests.unit.dossier.example import full_view
from tests.unit.dossier.reading import squeezed, text

SELLER = "@ve_tranh_bot"
INVITE = "https://t.me/+AbCdEf123456"
ACCOUNT = "0123456789"
PRICE = "50k"
SITE = "https://ban-tranh.example/gia"
BYSTANDER = "nguoi_dung_ngoai"
FAR_SELLER = "@xa_lam_bot"
TEXTS: dict[int, object] = {
    CHOSEN: f"Vẽ tượng giá {PRICE}, nhắn {SELLER}, xem {SITE}",
    CHOSEN - 2: f"nhóm kín {INVITE} nhé, STK {ACCOUNT} MB",
    CHOSEN + 3: f"@{BYSTANDER} ơi vào xem, gọi 0900 000 009",
    CHOSEN + 11: f"rẻ hơn 20k {FAR_SELLER}",
}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vault, CaseStore, FakeClock]]:
    folder = tmp_path_factory.mktemp("mentions")
    clock = ticking()
    vault: Vault = new_vault(folder / "kho", clock)
    with vault, vault.create_case(a_case()) as store:
        sighting = reported(store, clock, text="")
        path = write_export(folder / "export", TEXTS)
        with opened_import(store, sighting, path, clock) as doing:
            doing.keep(doing.chats()[0], [CHOSEN])
        yield vault, store, clock


@pytest.fixture(scope="module")
def found(case: tuple[Vault, CaseStore, FakeClock]) -> Mentions:
    _, store, _ = case
    return mentions_of(store, store.all(Sighting)[0])


def written(case: tuple[Vault, CaseStore, FakeClock], edition: Edition) -> str:
    """Return every word of a dossier: members as text, and what its reports print."""
    vault, store, clock = case
    key = str(pyrage.x25519.Identity.generate().to_public())
    disclosure = Disclosure(
        recipient="Văn phòng luật ví dụ",
        purpose="tư vấn",
        legal_basis="giấy ủy quyền",
        recipient_key=key,
    )
    request = DossierRequest(
        edition=edition,
        languages=(Language.VI, Language.EN),
        disclosure=disclosure if edition is Edition.AUTHORITY else None,
    )
    out = io.BytesIO()
    conclude(store, request, (), out_file=out, clock=clock, vault=vault)
    words = []
    with zipfile.ZipFile(out) as bag:
        for name in bag.namelist():
            data = bag.read(name)
            words.append(data.decode("utf-8", errors="replace"))
            if name.endswith(".pdf"):
                words.append(text(data))
    return squeezed("\n".join(words))


def named(found: Mentions, kind: MentionKind) -> set[str]:
    return {one.value for one in found.found if one.kind is kind}


def test_five_kinds_are_found_near_what_was_ticked(found: Mentions) -> None:
    assert named(found, MentionKind.ACCOUNT) == {SELLER, POSTER}
    assert named(found, MentionKind.INVITE) == {INVITE}
    assert named(found, MentionKind.PAYMENT_ACCOUNT) == {ACCOUNT}
    assert named(found, MentionKind.PRICE) == {PRICE}
    assert named(found, MentionKind.WEB_ADDRESS) == {SITE}


def test_who_neither_posted_nor_sold_is_not_named(
    case: tuple[Vault, CaseStore, FakeClock], found: Mentions
) -> None:
    _, store, _ = case
    kept = b""
    for exhibit in store.all(Exhibit):
        with store.open_exhibit(exhibit.id) as stream:
            kept += stream.read()

    assert BYSTANDER.encode() not in kept
    assert b"0900 000 009" not in kept
    assert BYSTANDER not in {one.value for one in found.found}


def test_nothing_further_than_ten_messages_away_is_found(found: Mentions) -> None:
    assert FAR_SELLER not in named(found, MentionKind.ACCOUNT)


def test_they_leave_in_no_reading_edition(case: tuple[Vault, CaseStore, FakeClock]) -> None:
    words = written(case, Edition.READING)

    for secret in (SELLER, INVITE, ACCOUNT, SITE, POSTER, BYSTANDER):
        assert squeezed(secret) not in words


def test_an_authority_reads_them_and_no_bystander(case: tuple[Vault, CaseStore, FakeClock]) -> None:
    words = written(case, Edition.AUTHORITY)

    for named_there in (SELLER, INVITE, ACCOUNT, SITE, POSTER):
        assert squeezed(named_there) in words
    assert BYSTANDER not in words
    assert FAR_SELLER not in words


def test_a_view_that_carries_them_is_refused_for_reading(found: Mentions) -> None:
    with pytest.raises(NotForThisEditionError):
        check_view(replace(full_view(), mentions=(found,)))


def test_the_same_bystander_named_where_something_is_sold_stays_visible() -> None:
    # Somebody who takes the money is not a bystander, wherever else they are named.
    said = [Said(text="@ban_tranh chào"), Said(text="tranh 50k liên hệ @ban_tranh")]

    found = find_mentions(SightingId("sig-1"), said)

    assert named(found, MentionKind.ACCOUNT) == {"@ban_tranh"}
    assert found.masked_accounts == 0


def test_no_mention_joins_people_or_cases() -> None:
    sources = [one for one in product_sources() if "mention" in one.place.rpartition("/")[2]]
    names = {
        argument.arg
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef)
        for argument in node.args.args
    }

    assert [one.place for one in sources] == [
        "casework/case_mentions.py",
        "casework/mentions.py",
        "model/mention.py",
    ]
    assert names & {"stores", "cases", "vault", "vaults", "person", "people", "sightings"} == set()
