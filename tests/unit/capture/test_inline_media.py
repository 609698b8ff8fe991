"""Pictures written into text are taken out; everything else stays byte for byte."""

import pytest

from benban.capture.inline_media import withhold_from_mhtml, withhold_inline


@pytest.mark.parametrize(
    ("body", "left", "taken"),
    [
        (b'<img src="data:image/gif;base64,R0lGOD//+w=="> x', b'<img src="data:,M"> x', 1),
        (b"url('data:image/jpeg;base64,AAAA')", b"url('data:,M')", 1),
        (b"url(data:image/svg+xml,%3Csvg%3E)", b"url(data:,M)", 1),
        (b'{"a":"data:image\\/png;base64,AA\\/B="}', b'{"a":"data:,M"}', 1),
        (b"data:video/mp4;codecs=x;base64,AAAA b", b"data:,M b", 1),
        (b"DATA:IMAGE/PNG;BASE64,AAAA", b"data:,M", 1),
        (b"data:image/png;base64,A data:image/png;base64,B", b"data:,M data:,M", 2),
        (b"data:image/png;base64,AAAA\n BBBBCCCCDDDDEEEEFFFF", b"data:,M", 1),
        (b'"data:image\\u002Fpng;base64,AA\\u002FB"', b'"data:,M"', 1),
        (b"data:image&#47;png;base64,AAAA", b"data:,M", 1),
        (b"data:;base64,iVBORw0KGgo" + b"A" * 40, b"data:,M", 1),
        (b'{"thumb":"/9j/' + b"B" * 60 + b'"}', b'{"thumb":"data:,M"}', 1),
        (b'{"thumb":"\\/9j\\/' + b"B" * 60 + b'"}', b'{"thumb":"data:,M"}', 1),
        (b'"AAAAIGZ0eXA' + b"B" * 60 + b'"', b'"data:,M"', 1),
        (b"/9j/short and path/9j/" + b"B" * 60, b"/9j/short and path/9j/" + b"B" * 60, 0),
        (b"data:text/css,p{}", b"data:text/css,p{}", 0),
        ("Chữ thường, metadata:image".encode(), "Chữ thường, metadata:image".encode(), 0),
    ],
)
def test_inline_pictures_are_taken_out(body: bytes, left: bytes, taken: int) -> None:
    assert withhold_inline(body) == (left.replace(b"M", b"benban-withheld"), taken)


MHTML = (
    b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b'<p>Xin ch=C3=A0o</p><img src=3D"data:image/gif;base64,R0lGODlhAgACAPAAAAD/=\r\nAP8=3D">\r\n'
    b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    b"--b--\r\n"
)


def test_a_saved_page_loses_its_pictures_and_keeps_its_text() -> None:
    left, taken = withhold_from_mhtml(MHTML)

    assert taken == 2
    assert b"Xin ch=C3=A0o" in left
    assert b"R0lGOD" not in left
    assert b"iVBORw0KGgo" not in left


def test_a_saved_page_without_pictures_is_not_touched() -> None:
    plain = MHTML.replace(b"data:image/gif;base64,R0", b"data:,R0").replace(b"image/", b"text/")

    assert withhold_from_mhtml(plain) == (plain, 0)
