"""Tools that are not ours agree on the good dossier and on a changed one."""

import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import bagit
import pytest
from benban_verify import Anchors, verify
from benban_verify.token_cryptography import CryptographyProgram
from benban_verify.token_openssl import find_openssl
from benban_verify.tokens import TokenProgram

from benban.seal.tsp import build_request
from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa
from tests.verifier.attacks import SCENE, stamp
from tests.verifier.dossier_maker import Files, list_files_anew, zip_of
from tests.verifier.tsa_maker import STAMPED_AT, YEAR, Authority, issue, tsa_extensions

VERIFIER = Path(__file__).parents[2] / "verifier"
NOW = STAMPED_AT + timedelta(days=30)


def unpacked(folder: Path, files: Files = SCENE.files) -> Path:
    path = folder / "d.zip"
    path.write_bytes(zip_of(files))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder / "tai-lieu-7f3a"


def run(*command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


needs_sha256sum = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum")
needs_openssl = pytest.mark.skipif(find_openssl() is None, reason="no OpenSSL")


@needs_sha256sum
@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_agrees(tmp_path: Path, manifest: str) -> None:
    done = run("sha256sum", "--check", "--strict", manifest, folder=unpacked(tmp_path))
    assert done.returncode == 0, done.stdout


@needs_sha256sum
def test_sha256sum_names_the_changed_file(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, {**SCENE.files, "data/VERIFY.txt": b"changed\n"})
    done = run("sha256sum", "--check", "manifest-sha256.txt", folder=folder)
    assert (done.returncode, "data/VERIFY.txt: FAILED" in done.stdout) == (1, True)


def test_a_stock_bagit_validator_agrees(tmp_path: Path) -> None:
    bagit.Bag(str(unpacked(tmp_path))).validate()


@pytest.mark.parametrize("path", ["data/VERIFY.txt", "proofs.json"])
def test_a_stock_bagit_validator_sees_a_change(tmp_path: Path, path: str) -> None:
    folder = unpacked(tmp_path, {**SCENE.files, path: SCENE.files[path] + b"\n"})
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate()


@needs_openssl
@pytest.mark.parametrize("later", [timedelta(0), 20 * YEAR])
def test_openssl_agrees_on_the_time_stamp_also_after_its_certificate_expired(
    tmp_path: Path, later: timedelta
) -> None:
    folder = unpacked(tmp_path)
    (folder / "root.pem").write_bytes(SCENE.tsa.root.pem)
    seconds = str(int(STAMPED_AT.timestamp()))
    done = run(
        *("openssl", "ts", "-verify", "-attime", seconds),
        *("-data", "checkpoint.note", "-in", "tsa-one.tsr", "-CAfile", "root.pem"),
        folder=folder,
    )
    report = verify(
        folder.parent / "d.zip",
        anchors=Anchors(tsa_roots=(SCENE.tsa.root.der,)),
        now=NOW + later,
        program=CryptographyProgram(),
    )
    token = next(check for check in report.checks if check.name == "token one")
    expected = "token.pass_expired" if later else "token.pass"
    assert (done.returncode, token.message_id) == (0, expected)


@pytest.mark.parametrize("program", [CryptographyProgram(), find_openssl()])
def test_the_authority_of_the_demonstration_is_understood(
    tmp_path: Path, program: TokenProgram | None
) -> None:
    tsa = FakeTsa(clock=FakeClock(STAMPED_AT))
    response = tsa.answer(build_request(SCENE.files["checkpoint.note"]).der)
    one = {path: data for path, data in SCENE.files.items() if path != "tsa-two.tsr"}
    files = list_files_anew({**one, "tsa-one.tsr": response})
    path = tmp_path / "d.zip"
    path.write_bytes(zip_of(files))
    anchors = Anchors(receipt=SCENE.receipt, tsa_roots=(tsa.root_der,))
    report = verify(path, anchors=anchors, now=NOW, program=program)
    assert (report.exit_code, report.checks[-3].message_id) == (0, "time.pass_given")


TSA_CONFIG = """
[tsa]
default_tsa = t
[t]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = {digest}
ess_cert_id_chain = {chain}
clock_precision_digits = 3
accuracy = secs:1
ordering = yes
tsa_name = yes
"""


@needs_openssl
@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("chain", ["no", "yes"])
def test_a_time_stamp_made_by_openssl_is_understood(
    tmp_path: Path, digest: str, chain: str
) -> None:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    # openssl stamps with the clock of this computer: certificates for a long time around it.
    long = (STAMPED_AT - 20 * YEAR, STAMPED_AT + 50 * YEAR)
    root = issue("root openssl", issuer=None, valid=long)
    signer = issue("signer openssl", issuer=root, valid=long, extend=tsa_extensions)
    key = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "signer.pem").write_bytes(signer.pem)
    (tmp_path / "root.pem").write_bytes(root.pem)
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "tsa.cnf").write_text(TSA_CONFIG.format(digest=digest, chain=chain))
    (tmp_path / "note").write_bytes(SCENE.files["checkpoint.note"])
    query = ("-query", "-data", "note", "-sha256", "-cert", "-out", "q.tsq")
    reply = ("-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-out", "r.tsr")
    with_key = ("-inkey", "key.pem", "-signer", "signer.pem", "-chain", "root.pem")
    assert run("openssl", "ts", *query, folder=tmp_path).returncode == 0
    done = run("openssl", "ts", *reply, *with_key, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    response = (tmp_path / "r.tsr").read_bytes()
    path = tmp_path / "d.zip"
    path.write_bytes(zip_of(list_files_anew({**SCENE.files, "tsa-one.tsr": response})))
    anchors = Anchors(tsa_roots=(root.der,))
    report = verify(path, anchors=anchors, now=NOW, program=CryptographyProgram())
    token = next(check for check in report.checks if check.name == "token one")
    assert (token.message_id, report.checks[-3].message_id) == ("token.pass", "time.pass_given")


def built(folder: Path) -> Path:
    target = folder / "benban-verify.pyz"
    done = run(
        *(sys.executable, str(VERIFIER / "build_pyz.py"), "--out", str(target)), folder=folder
    )
    assert done.returncode == 0, done.stderr
    return target


def test_the_one_file_verifier_is_the_same_each_time_and_says_its_digest(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    assert built(first).read_bytes() == built(second).read_bytes()


@pytest.mark.parametrize(
    ("search_path", "exit_code"), [(None, 0), ("/nonexistent", 2)], ids=["openssl", "nothing"]
)
def test_the_one_file_verifier_works_on_a_bare_python(
    tmp_path: Path, search_path: str | None, exit_code: int
) -> None:
    if search_path is None and find_openssl() is None:
        pytest.skip("no OpenSSL")
    pyz = built(tmp_path)
    unpacked(tmp_path)
    (tmp_path / "receipt.txt").write_bytes(SCENE.case.receipt(4))
    (tmp_path / "root.pem").write_bytes(SCENE.tsa.root.pem)
    # -I -S: no site-packages, so neither cryptography nor certifi can be imported.
    done = subprocess.run(
        [
            *(sys.executable, "-I", "-S", str(pyz), "d.zip", "--lang", "en"),
            *("--receipt", "receipt.txt", "--tsa-root", "root.pem"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=None if search_path is None else {"PATH": search_path},
    )
    assert done.returncode == exit_code, done.stdout + done.stderr


def test_the_same_dossier_stamped_twice_shows_the_earlier_time(tmp_path: Path) -> None:
    early = Authority(root=SCENE.tsa.root, signer=SCENE.tsa.signer, time="20261122082000.25Z")
    path = tmp_path / "d.zip"
    path.write_bytes(zip_of(stamp(SCENE.files, SCENE.tsa, early)))
    anchors = Anchors(tsa_roots=(SCENE.tsa.root.der,))
    report = verify(path, anchors=anchors, now=NOW, program=CryptographyProgram())
    assert report.checks[-3].about["at"] == "2026-11-22 08:20:00 UTC"
