"""Time stamps, by each program that can check them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from benban_verify import Anchors, Report, verify
from benban_verify.messages import Language
from benban_verify.refusal import Refusal
from benban_verify.roots import Root, given_roots
from benban_verify.timestamp import check_stamp, parse_certificate, parse_stamp
from benban_verify.token_cryptography import CryptographyProgram
from benban_verify.token_openssl import find_openssl
from benban_verify.tokens import TokenProgram
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from benban.seal.tsp import build_request
from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa
from tests.verifier.dossier_maker import Files, good_files, list_files_anew, zip_of
from tests.verifier.tsa_maker import (
    STAMPED_AT,
    YEAR,
    Authority,
    authority,
    authority_with_between,
    ca_extensions,
    issue,
    rsa_key,
    tsa_extensions,
)

NOW = STAMPED_AT + timedelta(days=30)


@pytest.fixture(params=["cryptography", "openssl"])
def program(request: pytest.FixtureRequest) -> TokenProgram:
    if request.param == "cryptography":
        return CryptographyProgram()
    found_program = find_openssl()
    if found_program is None:
        pytest.skip("OpenSSL is not installed")
    return found_program


@pytest.fixture(scope="module")
def files() -> Files:
    return good_files()[1]


def stamped(files: Files, **responses: bytes) -> Files:
    """The bag with time stamps by name of the authority, listed anew."""
    tokens = {f"tsa-{name}.tsr": response for name, response in responses.items()}
    return list_files_anew({**files, **tokens})


def checked(
    folder: Path,
    files: Files,
    program: TokenProgram | None,
    *,
    roots: Sequence[bytes] = (),
    now: datetime = NOW,
) -> Report:
    path = folder / "d.zip"
    path.write_bytes(zip_of(files))
    return verify(path, anchors=Anchors(tsa_roots=tuple(roots)), now=now, program=program)


def found(report: Report) -> dict[str, str]:
    """Message ids of the token and time checks by name."""
    return {
        check.name: check.message_id
        for check in report.checks
        if check.name == "time" or check.name.startswith("token ")
    }


def test_a_time_stamp_under_a_given_root_shows_the_time(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    one = authority()
    bag = stamped(files, one=one.stamp(files["checkpoint.note"]))
    report = checked(tmp_path, bag, program, roots=[one.root.der])
    assert found(report) == {"token one": "token.pass", "time": "time.pass_given"}
    assert report.checks[-3].about["at"] == "2026-11-22 08:21:00 UTC"


def test_a_time_stamp_without_a_root_from_outside_shows_no_time(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    one = authority()
    carrying = Authority(root=one.root, signer=one.signer, carried=(one.root,))
    bag = stamped(files, one=carrying.stamp(files["checkpoint.note"]))
    report = checked(tmp_path, bag, program)
    assert found(report) == {"token one": "token.not_shown", "time": "time.not_shown"}
    assert report.exit_code == 2


def test_a_time_stamp_of_another_authority_than_the_given_root_fails(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    bag = stamped(files, one=authority().stamp(files["checkpoint.note"]))
    report = checked(tmp_path, bag, program, roots=[authority("other").root.der])
    assert found(report) == {"token one": "token.not_shown", "time": "time.other_root"}


def test_an_authority_that_only_copies_the_root_s_name_is_not_that_root(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    true_root = issue("root one", issuer=None)
    false_root = issue("root one", issuer=None, key=rsa_key(2048))
    false_signer = issue("signer one", issuer=false_root, extend=tsa_extensions)
    forged = Authority(root=false_root, signer=false_signer, carried=(false_root,))
    bag = stamped(files, one=forged.stamp(files["checkpoint.note"]))
    report = checked(tmp_path, bag, program, roots=[true_root.der])
    assert found(report)["time"] != "time.pass_given"
    assert report.exit_code == 1


def test_one_of_two_time_stamps_under_a_known_root_shows_the_time(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    one, two = authority(), authority("two")
    note = files["checkpoint.note"]
    bag = stamped(files, one=one.stamp(note), two=two.stamp(note))
    report = checked(tmp_path, bag, program, roots=[two.root.der])
    assert found(report) == {
        "token one": "token.not_shown",
        "token two": "token.pass",
        "time": "time.pass_given",
    }
    assert report.checks[-3].about["authority"] == "two"


def test_a_made_up_authority_says_no_time_and_never_passes_beside_a_true_one(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    true, made_up = authority(), authority("made up")
    early = Authority(root=made_up.root, signer=made_up.signer, time="20261101000000Z")
    note = files["checkpoint.note"]
    bag = stamped(files, digicert=early.stamp(note), one=true.stamp(note))
    report = checked(tmp_path, bag, program, roots=[true.root.der])
    shown = [check.message(Language.EN) for check in report.checks if "digicert" in check.name]
    assert (report.exit_code, ["2026-11-01" in text for text in shown]) == (2, [False])


def test_who_signed_is_told_from_the_certificate_and_not_from_the_file_s_name(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    one = authority()
    bag = stamped(files, digicert=one.stamp(files["checkpoint.note"]))
    report = checked(tmp_path, bag, program, roots=[one.root.der])
    token = next(check for check in report.checks if check.name == "token digicert")
    assert (token.about["signer"], "digicert" in token.message(Language.EN)) == (
        "signer one",
        False,
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ok", "ok"), ("\x1b[2J\u202e", "?[2J?"), ("a" * 64, "a" * 64)],
)
def test_the_name_in_a_certificate_is_made_safe_to_print(name: str, expected: str) -> None:
    made = issue(name, issuer=None)
    assert parse_certificate(made.der).common_name == expected


def test_a_certificate_between_is_followed(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    far = authority_with_between()
    bag = stamped(files, far=far.stamp(files["checkpoint.note"]))
    report = checked(tmp_path, bag, program, roots=[far.root.der])
    assert found(report) == {"token far": "token.pass", "time": "time.pass_given"}


def test_an_rsa_signer_is_accepted(tmp_path: Path, files: Files, program: TokenProgram) -> None:
    root = issue("root rsa", issuer=None, key=rsa_key(2048))
    signer = issue("signer rsa", issuer=root, key=rsa_key(3072), extend=tsa_extensions)
    bag = stamped(files, r=Authority(root=root, signer=signer).stamp(files["checkpoint.note"]))
    report = checked(tmp_path, bag, program, roots=[root.der])
    assert found(report) == {"token r": "token.pass", "time": "time.pass_given"}


def test_a_certificate_that_expired_since_is_said_and_passes(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    one = authority()
    bag = stamped(files, one=one.stamp(files["checkpoint.note"]))
    later = NOW + 20 * YEAR
    report = checked(tmp_path, bag, program, roots=[one.root.der], now=later)
    assert found(report) == {"token one": "token.pass_expired", "time": "time.pass_given"}


def outside_validity() -> Authority:
    root = issue("root one", issuer=None)
    past = (STAMPED_AT - 3 * YEAR, STAMPED_AT - YEAR)
    signer = issue("signer one", issuer=root, valid=past, extend=tsa_extensions)
    return Authority(root=root, signer=signer)


def between_outside_validity() -> Authority:
    return authority_with_between(valid=(STAMPED_AT - 3 * YEAR, STAMPED_AT - YEAR))


def between_is_no_ca() -> Authority:
    return authority_with_between(
        extend=lambda builder: builder.add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
    )


def between_has_an_unknown_critical_extension() -> Authority:
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    return authority_with_between(
        extend=lambda builder: ca_extensions(builder).add_extension(strange, critical=True)
    )


def signer_for_web_servers() -> Authority:
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return authority(extend=lambda builder: builder.add_extension(purpose, critical=True))


def signer_without_purpose() -> Authority:
    return authority(extend=ca_extensions)


@pytest.mark.parametrize(
    ("maker", "expected"),
    [
        (outside_validity, {"token.outside_validity"}),
        (between_outside_validity, {"token.chain_outside_validity", "token.chain"}),
        (between_is_no_ca, {"token.chain"}),
        (between_has_an_unknown_critical_extension, {"token.chain"}),
        (signer_for_web_servers, {"token.purpose"}),
        (signer_without_purpose, {"token.purpose"}),
    ],
)
def test_a_certificate_that_may_not_vouch_is_refused(
    tmp_path: Path,
    files: Files,
    program: TokenProgram,
    maker: Callable[[], Authority],
    expected: set[str],
) -> None:
    made = maker()
    bag = stamped(files, one=made.stamp(files["checkpoint.note"]))
    report = checked(tmp_path, bag, program, roots=[made.root.der])
    assert found(report)["token one"] in expected
    assert (found(report)["time"], report.exit_code) == ("time.none_checked", 1)


def test_a_time_stamp_over_another_note_fails(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    one = authority()
    bag = stamped(files, one=one.stamp(b"another note"))
    report = checked(tmp_path, bag, program, roots=[one.root.der])
    assert found(report)["token one"] == "token.other_note"


def test_without_a_program_the_time_stamp_is_named_as_not_checked(
    tmp_path: Path, files: Files
) -> None:
    one = authority()
    bag = stamped(files, one=one.stamp(files["checkpoint.note"]))
    report = checked(tmp_path, bag, None, roots=[one.root.der])
    assert found(report) == {"token one": "token.no_program", "time": "time.none_checked"}
    assert report.exit_code == 2


def test_without_a_program_a_wrong_imprint_is_still_seen(tmp_path: Path, files: Files) -> None:
    bag = stamped(files, one=authority().stamp(b"another note"))
    report = checked(tmp_path, bag, None)
    assert found(report)["token one"] == "token.other_note"


def test_every_changed_byte_of_a_time_stamp_is_noticed(files: Files) -> None:
    one, note = authority(), files["checkpoint.note"]
    response = one.stamp(note)
    # PKIStatus is not signed; 1, "granted with modifications", is as good as 0.
    status_at = response.index(b"\x02\x01\x00") + 2
    roots = given_roots([one.root.der])
    unnoticed = []
    for at in range(len(response)):
        changed = bytearray(response)
        changed[at] ^= 1 << at % 8
        if is_vouched(bytes(changed), note, roots):
            unnoticed.append(at)
    assert (unnoticed, is_vouched(response, note, roots)) == ([status_at], True)


def is_vouched(response: bytes, note: bytes, roots: tuple[Root, ...]) -> bool:
    try:
        stamp = parse_stamp(response, "one")
        check_stamp(stamp, note, "one")
        return CryptographyProgram().find_root(stamp, roots, "one") is not None
    except Refusal:
        return False


def test_the_clock_of_this_computer_does_not_decide_validity(
    tmp_path: Path, files: Files, program: TokenProgram
) -> None:
    one = authority()
    bag = stamped(files, one=one.stamp(files["checkpoint.note"]))
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    report = checked(tmp_path, bag, program, roots=[one.root.der], now=long_ago)
    assert found(report)["time"] == "time.pass_given"


def with_list(crl: bytes, response: bytes) -> Files:
    return list_files_anew({**good_files()[1], "tsa-own.tsr": response, "tsa-own.crl": crl})


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (timedelta(days=1), "token.pass_stored"),
        (timedelta(days=20 * 365), "token.pass_expired_stored"),
    ],
)
def test_a_list_beside_the_time_stamp_tells_the_state_then(
    tmp_path: Path, later: timedelta, expected: str
) -> None:
    tsa, note = own_authority(), good_files()[1]["checkpoint.note"]
    files = with_list(tsa.crl(), answered(tsa, note))

    report = checked(
        tmp_path, files, CryptographyProgram(), roots=(tsa.root_der,), now=STAMPED_AT + later
    )

    assert found(report)["token own"] == expected


def test_another_issuer_s_list_tells_nothing(tmp_path: Path) -> None:
    tsa, note = own_authority(), good_files()[1]["checkpoint.note"]
    files = with_list(own_authority().crl(), answered(tsa, note))

    report = checked(tmp_path, files, CryptographyProgram(), roots=(tsa.root_der,))

    assert found(report)["token own"] == "token.pass"


def test_a_certificate_withdrawn_before_it_stamped_is_a_failure(tmp_path: Path) -> None:
    tsa, note = own_authority(), good_files()[1]["checkpoint.note"]
    files = with_list(
        tsa.crl(is_withdrawn=True, at=STAMPED_AT - timedelta(days=2)), answered(tsa, note)
    )

    report = checked(tmp_path, files, CryptographyProgram(), roots=(tsa.root_der,))

    assert (found(report)["token own"], report.exit_code) == ("token.withdrawn", 1)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (x509.ReasonFlags.superseded, "token.pass_stored"),
        (x509.ReasonFlags.cessation_of_operation, "token.pass_stored"),
        (x509.ReasonFlags.key_compromise, "token.key_in_doubt"),
        (x509.ReasonFlags.ca_compromise, "token.key_in_doubt"),
        (None, "token.key_in_doubt"),
    ],
)
def test_withdrawn_later_it_depends_on_the_reason(
    tmp_path: Path, reason: x509.ReasonFlags | None, expected: str
) -> None:
    tsa, note = own_authority(), good_files()[1]["checkpoint.note"]
    later = STAMPED_AT + timedelta(days=2)
    files = with_list(tsa.crl(is_withdrawn=True, at=later, reason=reason), answered(tsa, note))

    report = checked(tmp_path, files, CryptographyProgram(), roots=(tsa.root_der,))

    assert found(report)["token own"] == expected


def test_a_withdrawn_certificate_tells_no_time(tmp_path: Path) -> None:
    tsa, note = own_authority(), good_files()[1]["checkpoint.note"]
    before = tsa.crl(is_withdrawn=True, at=STAMPED_AT - timedelta(days=2))

    report = checked(
        tmp_path,
        with_list(before, answered(tsa, note)),
        CryptographyProgram(),
        roots=(tsa.root_der,),
    )

    assert found(report)["time"] not in {"time.pass", "time.pass_given"}


def test_a_list_without_its_time_stamp_does_not_belong_in_a_dossier(tmp_path: Path) -> None:
    files = list_files_anew({**good_files()[1], "tsa-own.crl": own_authority().crl()})

    report = checked(tmp_path, files, CryptographyProgram())

    assert report.checks[0].message_id == "structure.extra"


def own_authority() -> FakeTsa:
    return FakeTsa(clock=FakeClock(STAMPED_AT), crl_address="http://lists.example/own.crl")


def answered(tsa: FakeTsa, note: bytes) -> bytes:
    return tsa.answer(build_request(note).der)
