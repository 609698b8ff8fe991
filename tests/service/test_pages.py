"""The exchange's pages: who comes in, who does what, and what stands on no page."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.responses import Response

from benban.errors.exchange_pages import ProviderUnreachableError
from benban.exchange.ends import note_ends
from benban.exchange.entry import OPERATORS, PageSettings
from benban.exchange.planted import PLANTED, PLANTER
from benban.model.shared_hash import HashState, hash_id
from benban.outside.exchange_place import Place
from benban.outside.exchange_sessions import IDLE, LONGEST, Sessions
from benban.outside.identity_provider import IdentityProvider
from benban.service.pages.app import PAGES
from benban.service.pages.door import Door
from benban.service.pages.show import with_headers
from benban.testing.clock import FakeClock
from tests.contract.exchange_stores import BANK, OPERATOR, made_file
from tests.service.office import Office, office
from tests.unit.exchange.shared import NOW, SECOND, pdq

__all__ = ["made_file"]

_READ = tuple(one.path for one in PAGES if one.method == "GET" and one.roles)
_CHANGE = tuple(one.path for one in PAGES if one.method == "POST" and one.roles)


@pytest.fixture
def running(made_file: Path, tmp_path: Path) -> Iterator[Office]:
    with office(made_file, tmp_path) as running:
        yield running


def _waiting(running: Office) -> str:
    with running.process.store.within(OPERATOR) as work:
        return work.proposals()[0].id


def _newest(running: Office) -> str:
    with running.process.store.within(OPERATOR) as work:
        return work.proposals()[-1].id


def _mark(page: httpx.Response) -> str:
    found = re.search(r'name="mark" value="([0-9a-f]+)"', page.text)
    return "" if found is None else found[1]


def test_two_people_release_a_held_hash_and_the_audit_names_both(running: Office) -> None:
    with running.person("an@here") as an:
        asked = an.post("/proposals", data={"act": "release-hold", "hash": str(hash_id(0, 1))})
        own = an.get("/proposals")
        alone = an.post(
            "/proposals/agree", data={"proposal": _waiting(running), "mark": _mark(own)}
        )
    with running.person("binh@here") as binh:
        read = binh.get("/proposals")
        unread = binh.post("/proposals/agree", data={"proposal": _waiting(running), "mark": "0"})
        agreed = binh.post(
            "/proposals/agree", data={"proposal": _waiting(running), "mark": _mark(read)}
        )
    with running.process.store.within(OPERATOR) as work:
        released = work.hash_of(hash_id(0, 1)).state

    assert (asked.status_code, _mark(own), "You proposed this" in own.text) == (303, "", True)
    assert (alone.status_code, unread.status_code, agreed.status_code) == (403, 403, 303)
    assert released is HashState.QUARANTINE
    assert running.deeds() == [
        *(("An", "enter"), ("An", "propose"), ("Bình", "enter"), ("Bình", "agree")),
    ]


def test_who_proposes_what_waits_already_is_sent_there_and_takes_nobodys_place(
    running: Office,
) -> None:
    said = {"act": "release-hold", "hash": str(hash_id(0, 1))}
    with running.person("an@here") as an:
        asked = [an.post("/proposals", data=said).headers["location"] for _ in range(2)]
        own = an.get("/proposals?said=waits")
    with running.person("binh@here") as binh:
        again = binh.post("/proposals", data=said)
        read = binh.get("/proposals?said=waits")
        data = {"proposal": _waiting(running), "mark": _mark(read)}
        agreed = binh.post("/proposals/agree", data=data)

    assert [one.rpartition("=")[2] for one in asked] == ["proposed", "waits"]
    assert (again.status_code, again.headers["location"].rpartition("=")[2]) == (303, "waits")
    assert (_mark(own), "This waits already" in own.text) == ("", True)
    assert ("This waits already" in read.text, "An" in read.text) == (True, True)
    assert agreed.status_code == 303
    assert running.deeds() == [
        *(("An", "enter"), ("An", "propose"), ("Bình", "enter"), ("Bình", "agree")),
    ]


def test_two_people_decide_where_the_members_did_not(running: Office) -> None:
    number = str(hash_id(0, 2))
    with running.person("an@here") as an:
        early = an.get("/disputes").text
        refused = an.post("/proposals", data={"act": "keep-disputed", "hash": number})
    running.clock.advance(timedelta(hours=49).total_seconds())
    running.process.matcher.follow()
    with running.person("an@here") as an:
        late = an.get("/disputes").text
        an.post("/proposals", data={"act": "keep-disputed", "hash": number})
        proposed = an.get("/disputes").text
    with running.person("binh@here") as binh:
        read = binh.get("/proposals")
        newest = _newest(running)
        mark = re.findall(r'name="mark" value="([0-9a-f]+)"', read.text)[-1]
        agreed = binh.post("/proposals/agree", data={"proposal": newest, "mark": mark})
    with running.process.store.within(OPERATOR) as work:
        kept = work.hash_of(hash_id(0, 2)).state

    assert refused.status_code == 303  # proposed; whether it may be done is asked when it is done
    assert ("Propose: Keep a disputed hash" in early, "Members decide first" in early) == (
        False,
        True,
    )
    assert "Propose: Keep a disputed hash" in late
    assert ("Propose: Keep a disputed hash" in proposed, newest in proposed) == (False, True)
    # One person's proposal does not keep the others from the other one until the time is over.
    assert "Propose: Remove a disputed hash" in proposed
    assert (agreed.status_code, kept) == (303, HashState.QUARANTINE)


def test_a_bank_s_page_says_who_asks_and_who_hands_in(running: Office) -> None:
    with running.person("an@here") as an:
        before = an.get("/banks").text
        asked = an.post(
            "/proposals",
            data={"act": "open-bank", "bank": BANK, "member": SECOND, "may": "hands-in"},
        )
        waiting = an.get("/proposals").text

    assert (asked.status_code, "May hand in to it" in before) == (303, True)
    assert "ask it and hand in" in waiting


def test_an_auditor_reads_everything_and_changes_nothing(running: Office) -> None:
    with running.person("chi@here") as chi:
        read = {path: chi.get(path).status_code for path in _READ}
        forms = [chi.get(path).text.count('method="post"') for path in ("/banks", "/held")]
        changed = {path: chi.post(path).status_code for path in _CHANGE if path != "/audit"}

    assert set(read.values()) == {200}
    # Leaving and the language are the only forms.
    assert forms == [2, 2]
    assert set(changed.values()) == {403}
    assert running.deeds() == [("Chi", "enter")]


def test_who_did_not_come_in_is_led_to_the_page_before(running: Office) -> None:
    headers = {"Origin": running.origin}
    with httpx.Client(base_url=f"{running.origin}/office", headers=headers, timeout=60) as stranger:
        read = {stranger.get(path).headers["location"] for path in _READ}
        changed = {stranger.post(path).headers["location"] for path in _CHANGE}
        before = stranger.get("/enter")

    assert read == changed == {"/office/enter"}
    assert (before.status_code, running.deeds()) == (200, [])


def test_an_account_of_nobody_here_does_not_come_in(running: Office) -> None:
    with running.person("eve@here") as eve:
        assert (eve.headers["x-came"], eve.get("/").status_code) == ("403", 303)
    assert running.deeds() == [("", "enter-refused")]


def test_who_is_taken_out_is_out_at_the_next_request(running: Office) -> None:
    with running.person("an@here") as an:
        first = an.get("/").status_code
        running.place.keep_entries({})

        assert (first, an.get("/").status_code) == (200, 303)


def test_a_session_ends_when_left_when_idle_and_after_a_day_s_work(running: Office) -> None:
    with running.person() as left:
        kept = dict(left.cookies)
        left.post("/leave")
        again = httpx.get(f"{running.origin}/office/", cookies=kept, timeout=60)
    with running.person() as anew:
        first = dict(anew.cookies)
        anew.get("/start", follow_redirects=True)
        old = httpx.get(f"{running.origin}/office/", cookies=first, timeout=60)
        assert (old.status_code, anew.get("/").status_code) == (303, 200)
    with running.person() as idle:
        running.clock.advance(IDLE.total_seconds())
        was_idle = idle.get("/")
    with running.person() as busy:
        seen = []
        for _ in range(18):
            seen.append(busy.get("/load").status_code)
            running.clock.advance(IDLE.total_seconds() - 60)

    assert (again.status_code, was_idle.status_code) == (303, 303)
    # Seventeen times 29 minutes are more than eight hours.
    assert (LONGEST.total_seconds(), seen) == (8 * 3600, [200] * 17 + [303])


def test_a_form_of_another_site_does_nothing(running: Office) -> None:
    elsewhere = [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Origin", ""),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Host", "evil.example"),
    ]
    with running.person() as an:
        key = {"key": "000000000000abcd"}
        answers = [an.post("/keys", data=key, headers=dict([one])) for one in elsewhere]
    with running.process.store.within(OPERATOR) as work:
        standing = [one.revoked_at for one in work.api_keys()]

    assert {(one.status_code, one.text) for one in answers} == {(403, "BB-998")}
    assert standing == [None]


def test_an_answer_of_the_provider_belongs_to_one_browser_and_one_question(
    running: Office,
) -> None:
    with httpx.Client(base_url=f"{running.origin}/office", trust_env=False, timeout=60) as victim:
        sent = httpx.get(victim.get("/start").headers["location"], timeout=60).headers["location"]
        parts = httpx.URL(sent)
        wrong = [
            parts.copy_set_param("state", "x" * 64),
            parts.copy_remove_param("state"),
            parts.copy_set_param("iss", "https://evil.example"),
            parts.copy_remove_param("code"),
            parts.copy_add_param("code", "two"),
            parts.copy_set_param("error", "access_denied"),
        ]
        refused = [victim.get(one).status_code for one in wrong]
        elsewhere = httpx.get(sent, timeout=60).status_code
        came = victim.get(sent)
        twice = victim.get(sent).status_code

    assert refused == [403] * len(wrong)
    assert (elsewhere, came.status_code, twice) == (403, 303, 403)


def test_an_attempt_ends_after_ten_minutes(running: Office) -> None:
    with httpx.Client(base_url=f"{running.origin}/office", trust_env=False, timeout=60) as slow:
        sent = httpx.get(slow.get("/start").headers["location"], timeout=60).headers["location"]
        running.clock.advance(601)

        assert slow.get(sent).status_code == 403


def test_a_forged_token_lets_nobody_in_and_a_new_key_is_asked_for_once_a_minute(
    running: Office,
) -> None:
    other = type(running.provider)(running.clock.now)
    other.key.ensure_kid()
    honest, running.provider.make = running.provider.make, other.signed
    with running.person() as forged:
        assert forged.headers["x-came"] == "403"
    running.provider.make = honest
    # The provider changes its key: what is kept here is older than a minute.
    running.provider.key = type(running.provider.key).generate_key("P-256", {"kid": "two"})
    asked = running.provider.asked
    with running.person() as early:
        assert (early.headers["x-came"], running.provider.asked) == ("403", asked)
    running.clock.advance(61)
    with running.person() as late:
        assert (late.headers["x-came"], running.provider.asked) == ("200", asked + 1)


def test_the_cookie_is_no_script_s_and_no_other_site_s(running: Office) -> None:
    with httpx.Client(base_url=f"{running.origin}/office", trust_env=False, timeout=60) as an:
        sent = httpx.get(an.get("/start").headers["location"], timeout=60).headers["location"]
        said = an.get(sent).headers.get_list("set-cookie")
        headers = an.get("/").headers

    session = next(one for one in said if one.startswith("office="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(session.split("; "))
    assert "script" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_over_tls_a_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    clock, place = FakeClock(NOW), Place(folder=tmp_path)
    place.keep_entries({"https://id.example an": "auditor An"})
    settings = PageSettings(
        origin="https://exchange.example", issuer="https://id.example", client_id="benban"
    )
    door = Door(settings, place, Sessions(tmp_path / "sessions", clock), signing_key=bytes(32))
    response = with_headers(Response(), settings)
    door.let_in("an", response)
    said = response.headers.getlist("set-cookie")

    assert all(one.startswith("__Host-office") for one in said)
    assert all(
        {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(one.split("; ")) for one in said
    )
    assert not any("Domain" in one for one in said)
    assert response.headers["strict-transport-security"].startswith("max-age=")
    # Who reads the folder finds nothing to come in with.
    kept = next((tmp_path / "sessions").iterdir())
    token = said[0].partition("=")[2].partition(";")[0]
    assert token not in kept.name + kept.read_text()


def test_the_tester_plants_its_own_and_leaves_nothing_that_answers(running: Office) -> None:
    with running.person() as an:
        before = running.process.matcher.active
        tried = an.post("/planted", data={"hash": pdq(3).hex})
    with running.process.store.within(OPERATOR) as work:
        planted = [one for one in work.changes(0, 100) if one.bank == PLANTED]
        line = work.audit(OPERATORS, 1, 1)[0].entry
        readers = next(one.readers for one in work.banks() if one.id == PLANTED)

    assert tried.text.count(">32 of 256 bits turned: not found<") == 1
    assert re.findall(r": (found|not found)<", tried.text) == [
        *("found", "found", "found", "not found", "not found", "not found"),
    ]
    assert (running.process.matcher.active, [one.pdq for one in planted]) == (before, [None, None])
    assert readers == {PLANTER}
    assert (line.actor, line.deed, line.asked, line.found) == ("An", "try-planted", 5, 3)


def test_a_key_that_is_stopped_stays_stopped_and_both_chains_say_so(running: Office) -> None:
    with running.person() as an:
        stopped = an.post("/keys", data={"key": "000000000000abcd"}, follow_redirects=True)
    with running.process.store.within(OPERATOR) as work:
        key = work.api_keys()[0]
        theirs = work.audit(SECOND, 0, 9)

    assert "The key opens nothing any more." in stopped.text
    assert key.revoked_at is not None
    assert [one.entry.deed for one in theirs] == ["key-revoke"]
    assert running.deeds()[-1] == ("An", "key-revoke")


def test_a_chain_is_read_through_and_a_changed_line_is_named(running: Office) -> None:
    with running.person() as an:
        an.post("/planted")
        holds = an.post("/audit", data={"of": OPERATORS})
        with running.process.store._engine.begin() as raw:  # type: ignore[attr-defined]  # noqa: SLF001 - tampering
            raw.exec_driver_sql("DROP TRIGGER audit_no_update")
            raw.exec_driver_sql("UPDATE audit SET actor = 'Eve' WHERE number = 2")
        broken = an.post("/audit", data={"of": OPERATORS})

    assert "The chain holds. Lines read: 2" in holds.text
    assert ("BB-961" in broken.text, "line 2" in broken.text) == (True, True)


def test_lines_that_are_missing_at_the_end_of_a_chain_are_named(running: Office) -> None:
    with running.person() as an:
        an.post("/planted")
        assert running.process.ends is not None
        note_ends(lambda: running.process.store.within(OPERATOR), running.process.ends)
        with running.process.store._engine.begin() as raw:  # type: ignore[attr-defined]  # noqa: SLF001 - tampering
            raw.exec_driver_sql("DROP TRIGGER audit_no_delete")
            raw.exec_driver_sql("DELETE FROM audit WHERE number = 2")
        broken = an.post("/audit", data={"of": OPERATORS})

    assert ("BB-961" in broken.text, "line 2" in broken.text) == (True, True)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_has_a_hash_a_secret_or_markup_of_somebody_else(
    running: Office, language: str
) -> None:
    with running.person(language=language) as an:
        named = an.post("/proposals", data={"act": "let-member-in", "name": f"x {pdq(1).hex}"})
        an.post("/proposals", data={"act": "let-member-in", "name": "x \u202ey"})
        an.post("/proposals", data={"act": "release-hold", "hash": str(hash_id(0, 1))})
        an.post("/planted")
        pages = [an.get(path).text for path in _READ]
        pages += [an.get(f"/audit?of={SECOND}").text, an.post("/planted").text]
    with running.process.store.within(OPERATOR) as work:
        secrets = {one.secret.hex() for one in work.members()}
        digests = {one.digest for one in work.api_keys()}

    text = "\n".join(pages)
    assert (len(pages), named.status_code, "BB-989" in named.text) == (len(_READ) + 2, 400, True)
    assert re.findall(r"[0-9a-fA-F]{20,}", text) == []
    assert not any(one in text for one in secrets | digests)
    assert ("<b>Co" in text, "Platform &amp; &lt;b&gt;Co" in text) == (False, True)
    assert ("[U+202E]" in text, "\u202e" in text) == (True, False)


def test_what_is_no_form_of_ours_is_refused_by_its_code(running: Office) -> None:
    with running.person() as an:
        answers = [
            an.post("/proposals", content=b"a" * 9_000),
            an.post("/proposals", data={"act": "empty-bank"}),
            an.post("/proposals", data={"act": "make-bank", "name": "x"}),
            an.post("/proposals/agree", data={"proposal": "prp-none"}),
            an.get("/audit?of=nobody"),
            an.get("/audit?after=-1"),
        ]

    codes = [re.findall(r"BB-\d{3}", one.text)[:1] for one in answers]
    assert codes == [["BB-967"], ["BB-989"], ["BB-989"], ["BB-988"], ["BB-988"], ["BB-967"]]


def test_who_is_not_in_yet_takes_no_more_than_a_few_places_of_a_process() -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
    settings = PageSettings(origin="http://127.0.0.1:1", issuer=issuer, client_id="benban")
    provider = IdentityProvider(settings, FakeClock(NOW))
    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(provider.described) for _ in range(4)]
        held = [silent.accept()[0] for _ in range(4)]
        with pytest.raises(ProviderUnreachableError, match="many"):
            provider.described()
        for one in (*held, silent):
            one.close()
        ended = [one.exception() for one in asking]

    assert [type(one) for one in ended] == [ProviderUnreachableError] * 4
