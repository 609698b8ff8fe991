"""A mail is sent as it was shown, once, and every attempt stands in the log."""

import email
import io
import json
import ssl
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.policy import default

import pytest

from benban.casework.add_files import add_files
from benban.casework.consent import withdraw_consent
from benban.casework.due import due_in_case, due_in_vault
from benban.casework.events import event
from benban.casework.make_plan import make_plan
from benban.casework.mark_minor import mark_minor
from benban.casework.notify import approve_notice, draft_for_step, ready_notice
from benban.casework.originals import GivenFile
from benban.casework.replies import keep_reply, reply_of_mail
from benban.casework.send_notice import (
    PreparedMail,
    keep_account,
    kept_account,
    prepare_mail,
    send_prepared,
)
from benban.casework.take_in import SightingReport, take_in
from benban.errors import (
    BenbanError,
    ConsentMissingError,
    ImportUnknownError,
    MailAddressError,
    MailAlreadyTriedError,
    MailRefusedError,
    MailUnreachableError,
    MailUnsafeError,
    MailUnsureError,
    NoMailAccountError,
    NotByMailError,
    NoticeIncompleteError,
    NoticeStepError,
)
from benban.model.case import Capacity
from benban.model.consent import ConsentPurpose
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.ids import StepId
from benban.model.mail import MailAccount, MailOutcome, MailSecurity
from benban.model.remedy import Notice, NoticeState, Reply, Signature
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.notices.draft import NoticeAnswers
from benban.notices.statements import required_statements
from benban.remedies import packaged_catalogue, parse_address
from benban.seal.digests import sha256_of
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.testing.platform_tls import self_signed_identity
from benban.vault import CaseStore, Vault
from benban.wording import Language
from tests.unit.casework.conftest import ADULT, MAYBE_MINOR
from tests.unit.casework.test_consent import a_case, agreed

CATALOGUE = packaged_catalogue()
SENDER = "may@thu.example"
ACCOUNT = MailAccount(
    host="thu.example", port=465, security=MailSecurity.TLS, user="may", sender=SENDER
)
ANSWERS = NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO)
PLACE = "https://t.me/kenh_vi_du/55?comment=7"


@dataclass(slots=True)
class Post:
    """A mail server that does as told, and looks at what the case holds meanwhile."""

    store: CaseStore
    trouble: BenbanError | None = None
    came: list[tuple[str, str, bytes]] = field(default_factory=list)
    seen: list[tuple[NoticeState, tuple[MailOutcome, ...]]] = field(default_factory=list)

    def send(self, mail: bytes, *, sender: str, recipient: str) -> str:
        (notice,) = self.store.all(Notice)
        self.seen.append((notice.state, tuple(one.outcome for one in notice.attempts)))
        if self.trouble is not None:
            raise self.trouble
        self.came.append((sender, recipient, mail))
        return "queued"


def sighting_in(store: CaseStore, clock: FakeClock, answers: AgeAnswers = ADULT) -> Sighting:
    address = parse_address(PLACE, CATALOGUE)
    report = SightingReport(address=address, kind=SightingKind.PUBLISHED, answers=answers)
    return take_in(store, report, clock).sighting


def drafted(store: CaseStore, clock: FakeClock, seen: Sighting, step: str = "telegram-2") -> Notice:
    return draft_for_step(
        store,
        seen,
        StepId(step),
        answers=ANSWERS,
        language=Language.EN,
        catalogue=CATALOGUE,
        clock=clock,
    )


def approved(store: CaseStore, clock: FakeClock, step: str = "telegram-2") -> Notice:
    return signed(store, clock, drafted(store, clock, sighting_in(store, clock), step))


def signed(store: CaseStore, clock: FakeClock, draft: Notice) -> Notice:
    form = CATALOGUE.form(draft.form)
    assert form is not None
    signature = Signature(
        name="Mây",
        is_pseudonym=True,
        contact="may@thu.example",
        statements=required_statements(form, store.case.capacity),
        at=clock.now(),
    )
    return approve_notice(store, draft.id, signature, CATALOGUE, elsewhere=())


def prepared(store: CaseStore, clock: FakeClock) -> PreparedMail:
    return prepare_mail(
        store, approved(store, clock).id, sender=SENDER, at=clock.now(), catalogue=CATALOGUE
    )


def test_the_bytes_that_were_shown_are_the_bytes_that_leave(
    store: CaseStore, clock: FakeClock
) -> None:
    mail, post = prepared(store, clock), Post(store)
    sent = send_prepared(store, mail, post, clock)

    assert post.came == [(SENDER, "abuse@telegram.org", mail.content)]
    assert (sent.state, sent.attempts[-1].sha256) == (NoticeState.SENT, sha256_of(mail.content))
    assert [one.outcome for one in sent.attempts] == [MailOutcome.ACCEPTED]


def test_before_the_first_byte_leaves_the_case_holds_a_trace(
    store: CaseStore, clock: FakeClock
) -> None:
    post = Post(store)
    send_prepared(store, prepared(store, clock), post, clock)

    assert post.seen == [(NoticeState.APPROVED, (MailOutcome.UNSURE,))]


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (MailRefusedError(answer="550 no"), MailOutcome.REFUSED),
        (MailUnreachableError(), MailOutcome.NOT_REACHED),
        (MailUnsafeError(), MailOutcome.NOT_REACHED),
    ],
)
def test_what_failed_can_be_sent_again(
    store: CaseStore, clock: FakeClock, trouble: BenbanError, outcome: MailOutcome
) -> None:
    mail = prepared(store, clock)
    with pytest.raises(type(trouble)):
        send_prepared(store, mail, Post(store, trouble), clock)
    (kept,) = store.all(Notice)

    assert (kept.state, kept.sent_at) == (NoticeState.APPROVED, None)
    assert [one.outcome for one in kept.attempts] == [outcome]
    assert send_prepared(store, mail, Post(store), clock).state is NoticeState.SENT


def test_what_may_have_arrived_is_not_sent_again_unasked(
    store: CaseStore, clock: FakeClock
) -> None:
    first = prepared(store, clock)
    with pytest.raises(MailUnsureError):
        send_prepared(store, first, Post(store, MailUnsureError()), clock)
    again = prepare_mail(store, first.notice_id, sender=SENDER, at=clock.now(), catalogue=CATALOGUE)
    post = Post(store)

    with pytest.raises(MailAlreadyTriedError):
        send_prepared(store, again, post, clock)
    assert post.came == []
    sent = send_prepared(store, again, post, clock, may_repeat=True)
    assert [one.outcome for one in sent.attempts] == [MailOutcome.UNSURE, MailOutcome.ACCEPTED]


def test_a_process_that_died_while_sending_left_a_doubt_not_a_gap(
    store: CaseStore, clock: FakeClock
) -> None:
    mail = prepared(store, clock)
    with pytest.raises(KeyboardInterrupt):
        send_prepared(store, mail, _Killed(), clock)

    with pytest.raises(MailAlreadyTriedError):
        send_prepared(store, mail, Post(store), clock)


class _Killed:
    def send(self, mail: bytes, *, sender: str, recipient: str) -> str:
        raise KeyboardInterrupt


def test_only_an_approved_notice_becomes_a_mail(store: CaseStore, clock: FakeClock) -> None:
    draft = drafted(store, clock, sighting_in(store, clock))

    with pytest.raises(NoticeStepError):
        prepare_mail(store, draft.id, sender=SENDER, at=clock.now(), catalogue=CATALOGUE)


def test_what_is_attached_for_a_hosts_machine_can_be_shown_as_it_reads(
    store: CaseStore, clock: FakeClock
) -> None:
    address = parse_address("https://dien-dan.example/bai/1", CATALOGUE)
    report = SightingReport(address=address, kind=SightingKind.PUBLISHED, answers=ADULT)
    draft = drafted(store, clock, take_in(store, report, clock).sighting, "host")
    known = replace(draft, recipient="abuse@noi-luu.example")
    store.record(event(EventKind.NOTICE_DRAFTED, known.id), save=[known])
    notice = signed(store, clock, known)

    mail = prepare_mail(store, notice.id, sender=SENDER, at=clock.now(), catalogue=CATALOGUE)

    (attached,) = email.message_from_bytes(mail.content, policy=default).iter_attachments()
    assert mail.record.decode() == attached.get_content().decode()
    assert json.loads(mail.record)["report_id"] == notice.id


def test_what_was_signed_for_an_adult_does_not_leave_once_somebody_may_be_under_18(
    store: CaseStore, clock: FakeClock
) -> None:
    seen = sighting_in(store, clock)
    picture = GivenFile(stream=io.BytesIO(draw_feed_picture(1)), name="a.jpg")
    (exhibit,) = add_files(store, seen, [picture], clock)
    notice = signed(store, clock, drafted(store, clock, seen))
    mark_minor(store, exhibit.id)

    with pytest.raises(NoticeIncompleteError):
        prepare_mail(store, notice.id, sender=SENDER, at=clock.now(), catalogue=CATALOGUE)
    with pytest.raises(NoticeIncompleteError):
        ready_notice(store, notice.id, CATALOGUE)


def test_what_a_lawyer_signed_does_not_leave_once_the_yes_is_withdrawn(
    vault: Vault, clock: FakeClock
) -> None:
    with vault.create_case(a_case(clock, Capacity.LAWYER)) as store:
        draft = drafted(store, clock, sighting_in(store, clock))
        given = agreed(store, clock, ConsentPurpose.REMOVAL, recipient=draft.recipient)
        notice = signed(store, clock, draft)
        ready_notice(store, notice.id, CATALOGUE)
        withdraw_consent(store, given.id, clock)

        with pytest.raises(ConsentMissingError):
            ready_notice(store, notice.id, CATALOGUE)


def test_a_text_that_may_not_leave_any_more_does_not_stand_in_the_way_of_the_right_one(
    store: CaseStore, clock: FakeClock
) -> None:
    seen = sighting_in(store, clock)
    picture = GivenFile(stream=io.BytesIO(draw_feed_picture(1)), name="a.jpg")
    (exhibit,) = add_files(store, seen, [picture], clock)
    adult = signed(store, clock, drafted(store, clock, seen))
    mark_minor(store, exhibit.id)
    now_minor = store.get(Sighting, seen.id)

    plan = make_plan(store, now_minor, CATALOGUE, clock)
    step = next(one for one in plan.steps if one.channel and one.channel.id == adult.channel_id)
    right = signed(store, clock, drafted(store, clock, now_minor, str(step.id)))

    assert right.state is NoticeState.APPROVED
    assert ready_notice(store, right.id, CATALOGUE) == right


def test_a_form_on_a_page_takes_no_mail(store: CaseStore, clock: FakeClock) -> None:
    notice = approved(store, clock, "telegram-3")

    with pytest.raises(NotByMailError):
        prepare_mail(store, notice.id, sender=SENDER, at=clock.now(), catalogue=CATALOGUE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""},
        {"host": "thu.example\r\nX"},
        {"port": 0},
        {"port": 65536},
        {"sender": "may"},
        {"user": "a\nb"},
    ],
)
def test_an_account_that_cannot_be_is_not_kept(vault: Vault, wrong: dict[str, str]) -> None:
    with pytest.raises(MailAddressError):
        keep_account(vault, replace(ACCOUNT, **wrong))  # type: ignore[arg-type] # tests name fields
    with pytest.raises(NoMailAccountError):
        kept_account(vault)


def test_an_account_is_kept_without_a_password(vault: Vault) -> None:
    keep_account(vault, ACCOUNT)

    assert kept_account(vault) == ACCOUNT
    assert not hasattr(kept_account(vault), "password")


def test_the_digest_of_the_kept_file_stands_in_the_text(store: CaseStore, clock: FakeClock) -> None:
    seen = sighting_in(store, clock)
    picture = draw_feed_picture(1)
    add_files(store, seen, [GivenFile(stream=io.BytesIO(picture), name="a.jpg")], clock)

    body = drafted(store, clock, seen).body

    assert f"SHA-256 {sha256_of(picture).hex}" in body.splitlines()


def test_under_18_no_digest_stands_in_the_text(store: CaseStore, clock: FakeClock) -> None:
    seen = sighting_in(store, clock, MAYBE_MINOR)

    assert "SHA-256" not in drafted(store, clock, seen, "telegram-8").body


def sent(store: CaseStore, clock: FakeClock, step: str = "telegram-2") -> Notice:
    mail = prepare_mail(
        store, approved(store, clock, step).id, sender=SENDER, at=clock.now(), catalogue=CATALOGUE
    )
    return send_prepared(store, mail, Post(store), clock)


def test_an_answer_is_kept_as_an_exhibit_word_for_word(store: CaseStore, clock: FakeClock) -> None:
    text = "Chúng tôi đã nhận.\nMã số: R-1\n"
    notice = keep_reply(
        store,
        sent(store, clock).id,
        Reply(at=clock.now(), text=text, ticket="R-1"),
        NoticeState.ACKNOWLEDGED,
        clock,
    )
    (exhibit,) = (one for one in store.all(Exhibit) if one.kind is ExhibitKind.REPLY)

    with store.open_exhibit(exhibit.id) as kept:
        assert kept.read() == text.encode()
    assert notice.replies[-1].exhibit_id == exhibit.id
    assert exhibit.is_supplied


def test_an_answer_that_cannot_follow_leaves_no_exhibit(store: CaseStore, clock: FakeClock) -> None:
    notice = approved(store, clock)

    with pytest.raises(NoticeStepError):
        keep_reply(store, notice.id, Reply(at=clock.now(), text="x"), NoticeState.REMOVED, clock)
    assert store.all(Exhibit) == ()


def test_a_picture_written_into_an_answer_is_not_kept(store: CaseStore, clock: FakeClock) -> None:
    inline = "data:image/png;base64," + "iVBORw0KGgo" * 40
    kept = keep_reply(
        store,
        sent(store, clock).id,
        Reply(at=clock.now(), text=f"see {inline} here"),
        NoticeState.REFUSED,
        clock,
    )

    assert "iVBORw0KGgo" not in kept.replies[-1].text
    assert kept.replies[-1].text.startswith("see ")


MAIL = (
    b"From: =?utf-8?q?H=E1=BB=97_tr=E1=BB=A3?= <help@noi-nhan.example>\r\nTo: may@thu.example\r\n"
    b"Date: Mon, 23 Nov 2026 03:00:00 +0000\r\nSubject: Re: Report R-1\r\nMessage-ID: <1@x>\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nRemoved.\r\n"
    b"--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
)


def test_a_saved_mail_gives_its_text_and_names_what_hangs_on_it() -> None:
    text = reply_of_mail(io.BytesIO(MAIL), "tra-loi.eml")

    assert "From: Hỗ trợ <help@noi-nhan.example>" in text.splitlines()
    assert "Removed." in text
    assert "Attachment, not kept: a.png" in text
    assert "iVBORw0KGgo" not in text


def test_what_is_no_mail_is_not_taken_for_one() -> None:
    with pytest.raises(ImportUnknownError):
        reply_of_mail(io.BytesIO(b"\x89PNG\r\n\x1a\n"), "a.eml")


def test_what_is_waited_for_is_listed_and_turns_overdue(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    notice = approved(store, clock, "vn-complaint")
    from benban.casework.notify import mark_notice_sent

    marked = mark_notice_sent(store, notice.id, clock)
    assert marked.deadline is not None
    due = marked.deadline.due_at
    assert due is not None

    def listed(now: datetime) -> list[bool]:
        return [one.is_overdue for one in due_in_case(store, now)]

    assert listed(clock.now()) == [False]
    assert listed(due.replace(year=due.year + 1)) == [True]
    assert [one.notice.id for one in due_in_vault(vault, clock.now())] == [notice.id]


def test_a_mail_that_was_taken_before_the_process_died_is_not_sent_again_unasked(
    store: CaseStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = prepared(store, clock)
    with monkeypatch.context() as stopped:
        stopped.setattr("benban.casework.send_notice.mark_notice_sent", _dies)
        with pytest.raises(KeyboardInterrupt):
            send_prepared(store, first, Post(store), clock)
    (kept,) = store.all(Notice)
    assert (kept.state, [one.outcome for one in kept.attempts]) == (
        NoticeState.APPROVED,
        [MailOutcome.ACCEPTED],
    )
    again = prepare_mail(store, first.notice_id, sender=SENDER, at=clock.now(), catalogue=CATALOGUE)
    post = Post(store)

    with pytest.raises(MailAlreadyTriedError):
        send_prepared(store, again, post, clock)

    assert post.came == []


def _dies(*_given: object) -> Notice:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "roots",
    [
        "không phải chứng chỉ",
        "x",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ],
)
def test_a_root_that_is_no_certificate_is_refused_before_anything_is_kept(
    vault: Vault, roots: str
) -> None:
    with pytest.raises(MailAddressError):
        keep_account(vault, replace(ACCOUNT, roots_pem=roots))
    with pytest.raises(NoMailAccountError):
        kept_account(vault)


def test_a_certificate_is_kept_and_what_stands_around_it_is_not(vault: Vault) -> None:
    der = self_signed_identity("127.0.0.1").certificate_der
    pem = ssl.DER_cert_to_PEM_cert(der)
    keep_account(vault, replace(ACCOUNT, roots_pem=f"Ghi chú của tôi\n{pem}"))

    assert kept_account(vault).roots_pem == pem
