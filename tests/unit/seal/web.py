"""A small capture to be packed."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

from benban.seal.exchange import BodyForm, Exchange, ExchangeKind, Note, Resource
from benban.seal.wacz import WaczPage, write_wacz

AT = datetime(2026, 11, 22, 8, 15, 30, 123456, tzinfo=UTC)
PAGE = "https://example.test/nhóm/12?single"
VIDEO = "https://cdn.example.test/v.mp4"
HTML = "<!doctype html><title>Nhóm</title><p>Ảnh bị ghép</p>".encode()
FILM = bytes(range(256)) * 23_000  # 5.9 MB: above the border to the uncompressed archive


def exchange(
    address: str = PAGE,
    body: bytes = HTML,
    *,
    fields: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),),
    form: BodyForm = BodyForm.DECODED,
    kind: ExchangeKind = ExchangeKind.PAGE,
    method: str = "GET",
    status: int = 200,
    second: int = 0,
) -> Exchange:
    return Exchange(
        method=method,
        address=address,
        request_fields=(("Host", "example.test"), ("Accept", "*/*")),
        status=status,
        reason="OK",
        response_fields=fields,
        body=BytesIO(body),
        body_form=form,
        started_at=AT + timedelta(seconds=second),
        kind=kind,
        remote_ip="203.0.113.7",
    )


def capture() -> tuple[Exchange, ...]:
    return (
        exchange("https://example.test/nhóm/12", b"", fields=(("Location", PAGE),), status=302),
        exchange(),
        exchange("https://example.test/api", b"{}", method="POST", second=1),
        exchange(
            VIDEO,
            FILM,
            fields=(("Content-Type", "video/mp4"), ("Content-Length", str(len(FILM)))),
            form=BodyForm.WIRE,
            kind=ExchangeKind.MEDIA_OUT_OF_BAND,
            second=2,
        ),
    )


def packed(exchanges: tuple[Exchange, ...] | None = None, *, page: str = PAGE) -> bytes:
    out = BytesIO()
    write_wacz(
        out,
        exchanges=capture() if exchanges is None else exchanges,
        pages=[WaczPage(address=page + "#c5", at=AT, title="Nhóm", text="Ảnh bị ghép")],
        made_at=AT,
        software="benban 0.1.0",
        resources=[
            Resource(
                address=f"urn:text:{PAGE}",
                media_type="text/plain",
                body=BytesIO("Ảnh bị ghép".encode()),
                made_at=AT,
            )
        ],
        notes=[Note(address=PAGE, fields=(("withheld", "39"),), made_at=AT)],
    )
    return out.getvalue()
