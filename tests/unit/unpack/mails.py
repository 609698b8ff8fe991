"""Saved pages and mails made by hand."""

import base64

from tests.unit.unpack.webfiles import HTML, PAGE, PICTURE, PNG

BOUNDARY = "----MultipartBoundary--abc----"


def mime_part(body: bytes, *fields: str) -> bytes:
    head = "".join(f"{field}\r\n" for field in fields)
    return f"--{BOUNDARY}\r\n{head}\r\n".encode() + body + b"\r\n"


def saved_page(*parts: bytes, top: str = "Snapshot-Content-Location: " + PAGE) -> bytes:
    head = (
        f"From: <Saved by Blink>\r\n{top}\r\nSubject: =?utf-8?Q?B=C3=A0i?=\r\n"
        "Date: Sun, 22 Nov 2026 08:15:30 +0700\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="{BOUNDARY}"\r\n'
        "\r\n\r\n"
    )
    return head.encode() + b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


PAGE_PART = mime_part(
    HTML.replace(b"\xe1", b"=E1").replace(b"\xbb", b"=BB"),
    "Content-Type: text/html; charset=utf-8",
    "Content-ID: <frame-1@mhtml.blink>",
    "Content-Transfer-Encoding: quoted-printable",
    f"Content-Location: {PAGE}",
)
PICTURE_PART = mime_part(
    base64.encodebytes(PNG),
    "Content-Type: image/png",
    "Content-Transfer-Encoding: base64",
    f"Content-Location: {PICTURE}",
)


def mail(*, text: str = "Tôi có hình của bạn.", key: str = "1@example.test") -> bytes:
    head = (
        "From: =?utf-8?Q?Ng=C6=B0=E1=BB=9Di_l=E1=BA=A1?= <la@example.test>\r\n"
        f"To: toi@example.test\r\nMessage-ID: <{key}>\r\n"
        "Subject: =?utf-8?B?VHLhuqMgdGnhu4Fu?=\r\nDate: Sun, 22 Nov 2026 08:15:30 +0700\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"\r\n\r\n'
    )
    written = mime_part(
        text.encode(), "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"
    )
    picture = mime_part(
        base64.encodebytes(PNG),
        'Content-Type: image/png; name="anh.png"',
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment; filename*=utf-8''%E1%BA%A3nh.png",
    )
    return head.encode() + written + picture + f"--{BOUNDARY}--\r\n".encode()


def box(*mails: bytes) -> bytes:
    separator = b"From la@example.test Sun Nov 22 08:15:30 2026\r\n"
    return b"".join(separator + one + b"\r\n" for one in mails)
