"""The exchanges of one capture as a WACZ in the spool, read back by other code than wrote it."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Generic

from benban import __version__
from benban.capture.encodings import encoding_left_on
from benban.capture.inline_media import withhold_inline
from benban.capture.keeping import Keeper
from benban.capture.media_store import open_body
from benban.capture.pieces import piece_lines
from benban.capture.place import without_fragment
from benban.capture.ports import BodyState, Head, Page, PartT, RecordedExchange, SpoolPart
from benban.capture.traffic import JSON_LINES, Traffic, traffic_resources
from benban.errors import PackageDamagedError
from benban.model.ids import ExhibitId
from benban.model.report import CheckResult
from benban.seal.exchange import BodyForm, Exchange, ExchangeKind, Note, Resource, Truncation
from benban.seal.wacz import WaczPage, write_wacz
from benban.seal.wacz_check import check_wacz

_FORMS = {
    BodyState.DECODED: BodyForm.DECODED,
    BodyState.STREAMED: BodyForm.DECODED,
    BodyState.END_NOT_KNOWN: BodyForm.DECODED,
    BodyState.NONE: BodyForm.DECODED,
    BodyState.TOO_LARGE: BodyForm.TRUNCATED,
    BodyState.NOT_ENDED: BodyForm.TRUNCATED,
    BodyState.CUT_OFF: BodyForm.TRUNCATED,
    BodyState.APART: BodyForm.TRUNCATED,
}
_TRUNCATIONS = {
    BodyState.TOO_LARGE: Truncation.LENGTH,
    BodyState.NOT_ENDED: Truncation.TIME,
    BodyState.CUT_OFF: Truncation.DISCONNECT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedMedia(Generic[PartT]):
    """One picture or video of the item and the exchange that brought it."""

    exchange: RecordedExchange
    spooled: PartT
    exhibit_id: ExhibitId


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMedia(Generic[PartT]):
    """
    The pictures and films of a whole page.

    Attributes:
        spooled: all of them behind one another; exchanges say where theirs lies.
        apart: exchanges that were made for media alone, each with its ``stored``.
    """

    spooled: PartT
    apart: tuple[RecordedExchange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside(Generic[PartT]):
    """What goes into a package beside the page's own texts."""

    media: Sequence[FetchedMedia[PartT]]
    traffic: Traffic
    whole: WholeMedia[PartT] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """
    The page's exchanges, of a page that is not whole without pictures written into their text.

    Attributes:
        inline_withheld: how many were taken out.
    """

    exchanges: tuple[tuple[RecordedExchange, bytes], ...]
    inline_withheld: int


def page_record(page: Page, *, is_whole: bool = False) -> PageRecord:
    """Return the exchanges of *page* as they may be kept."""
    if is_whole:
        whole = tuple((each, each.body) for each in page.exchanges)
        return PageRecord(exchanges=whole, inline_withheld=0)
    kept = [(each, *withhold_inline(each.body)) for each in page.exchanges]
    return PageRecord(
        exchanges=tuple((exchange, body) for exchange, body, _ in kept),
        inline_withheld=sum(count for _, _, count in kept),
    )


def spool_wacz(
    keeper: Keeper[PartT],
    page: Page,
    record: PageRecord,
    beside: Beside[PartT],
    made_at: datetime,
) -> PartT:
    """
    Return the finished package, checked.

    Raises:
        PackageDamagedError: BB-5xx, the independent check found a fault.
        BenbanError: BB-5xx, an exchange cannot be written down.
    """
    with ExitStack() as opened:
        stored = opened.enter_context(beside.whole.spooled.open()) if beside.whole else BytesIO()
        apart = [each for each, _ in record.exchanges if each.body_state is BodyState.APART]
        exchanges = [
            _exchange(each, open_body(stored, each.stored) if each.stored else BytesIO(body))
            for each, body in record.exchanges
            # A piece would stand before the whole for whoever replays; its head is kept beside.
            if each.body_state is not BodyState.APART
        ]
        for each in beside.whole.apart if beside.whole else ():
            reader = open_body(stored, each.stored) if each.stored else BytesIO()
            exchanges.append(_exchange(each, reader, ExchangeKind.MEDIA_OUT_OF_BAND))
        for one in beside.media:
            body = opened.enter_context(one.spooled.open())
            exchanges.append(_exchange(one.exchange, body, ExchangeKind.MEDIA_OUT_OF_BAND))
        exchanges.sort(key=lambda each: each.started_at)

        resources = traffic_resources(beside.traffic, page.final_address, made_at)
        if apart:
            address = f"urn:benban:pieces:{page.final_address}"
            body = BytesIO(piece_lines(apart))
            resources.append(
                Resource(address=address, media_type=JSON_LINES, body=body, made_at=made_at)
            )

        def write(part: SpoolPart[PartT]) -> None:
            write_wacz(
                part,
                exchanges=exchanges,
                pages=[_page(page, exchanges)],
                made_at=made_at,
                software=f"benban {__version__}",
                resources=resources,
                notes=[_note(page, record, made_at, is_whole=beside.whole is not None)],
            )

        spooled = keeper.spool(write)
    with spooled.open() as file:
        report = check_wacz(file)
    faults = [check.name for check in report.checks if check.result is not CheckResult.PASS]
    if faults:
        raise PackageDamagedError(" ".join(faults))
    return spooled


def _exchange(
    recorded: RecordedExchange, body: BinaryIO, kind: ExchangeKind = ExchangeKind.PAGE
) -> Exchange:
    ip, _, _ = recorded.remote.rpartition(":")
    return Exchange(
        method=recorded.method,
        address=recorded.address,
        request_fields=recorded.request.fields,
        status=recorded.status,
        reason=_reason(recorded.response),
        response_fields=recorded.response.fields,
        body=body,
        body_form=BodyForm.PACKED if encoding_left_on(recorded) else _FORMS[recorded.body_state],
        truncation=_TRUNCATIONS.get(recorded.body_state, Truncation.UNSPECIFIED),
        started_at=recorded.at,
        request_body=recorded.request_body,
        kind=kind,
        remote_ip=ip.strip("[]"),
        protocol=recorded.protocol,
    )


def _reason(head: Head) -> str:
    return " ".join(head.start_line.split(" ")[2:])


def _page(page: Page, exchanges: Sequence[Exchange]) -> WaczPage:
    main = next(
        (each for each in exchanges if each.address == without_fragment(page.final_address)),
        exchanges[-1],
    )
    return WaczPage(address=main.address, at=main.started_at, title=page.title, text=page.text)


def _note(page: Page, record: PageRecord, made_at: datetime, *, is_whole: bool) -> Note:
    said = "whole page" if is_whole else "page loaded with every picture and media request blocked"
    return Note(
        address=page.final_address,
        fields=(
            ("benban-pass", said),
            ("benban-media-withheld", "0" if is_whole else str(len(page.media_addresses))),
            ("benban-inline-pictures-withheld", str(record.inline_withheld)),
            ("benban-unsettled", page.unsettled),
        ),
        made_at=made_at,
    )
