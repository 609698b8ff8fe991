"""Views for the dossier's tests: drawings and made-up addresses, no identifiable person."""

import hashlib
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from PIL import Image, ImageDraw

from benban.dossier.view import (
    ComparisonEntry,
    ComparisonSection,
    Declaration,
    Disclosure,
    DossierView,
    Edition,
    ExhibitEntry,
    MeasuredRate,
    NotCompared,
    OriginalEntry,
    OwnAccount,
    ToolVersion,
)
from benban.model.case import Capacity, Case
from benban.model.custody import CustodyEvent, EventKind, Field, TimestampToken, TokenState
from benban.model.exhibit import (
    Arrival,
    BrowserFacts,
    Capture,
    CaptureStep,
    Connection,
    Counter,
    Exhibit,
    ExhibitKind,
    Missing,
    Original,
    StepOutcome,
    Withheld,
)
from benban.model.finding import (
    ChangeMap,
    CommonOrigin,
    CopyMatch,
    Direction,
    DrawnLinks,
    DrawnPatches,
    Order,
    PointLink,
    Registration,
    TexturePatch,
    Tier,
)
from benban.model.ids import (
    CaptureId,
    CaseId,
    ComparisonId,
    Digest,
    DigestAlgorithm,
    ExhibitId,
    NoticeId,
    OriginalId,
    SightingId,
    StepId,
)
from benban.model.post import FactState, Post, PostFact, PostFactName
from benban.model.remedy import Deadline, Notice, NoticeState, Reply
from benban.model.sighting import Address, AgeAnswers, Answer, Sighting, SightingKind
from benban.wording import Language

MADE_AT = datetime(2026, 11, 22, 8, 15, 30, tzinfo=UTC)
KEY_ID = "qk3w-7n2a-x5ce-m4ty-h6rb-p2ld-v7zg-u3fo"
ORIGIN = "benban/log/0123456789abcdef0123456789abcdef"
LONG_ADDRESS = (
    "https://t.me/kenh_vi_du_co_ten_rat_dai_de_thu_xuong_dong/123456?single&comment=1234567890"
    "&utm_source=abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"
)
ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)


def digest(text: str, algorithm: DigestAlgorithm = DigestAlgorithm.SHA256) -> Digest:
    return Digest(algorithm=algorithm, hex=hashlib.new(algorithm.value, text.encode()).hexdigest())


def drawing(label: str = "veiled") -> bytes:
    """A PNG with two plain rectangles and a word."""
    picture = Image.new("RGB", (640, 320), "#dfe7ee")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((20, 20, 300, 300), fill="#8fb0c9")
    pen.rectangle((340, 20, 620, 300), fill="#c9b48f")
    pen.text((30, 30), label, fill="#000000")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def sighting(number: int = 1, **changes: object) -> Sighting:
    raw = LONG_ADDRESS if number == 1 else f"https://vi-du.example/bai-viet/{number}"
    base = Sighting(
        id=SightingId(f"sig-{number:016x}"),
        kind=SightingKind.PUBLISHED,
        address=Address(
            raw=raw,
            canonical=raw,
            host="t.me" if number == 1 else "vi-du.example",
            service="telegram",
        ),
        text="Một người bạn gửi cho tôi đường dẫn này.\nBài có hình con mèo bị dán hoa văn vải.",
        answers=ADULT,
        reported_at=MADE_AT - timedelta(days=2),
        seen_at=MADE_AT - timedelta(days=3),
        seen_at_local="19/11/2026 15:10 (UTC+7)",
        seen_on="Nhóm Telegram “Ảnh vui mỗi ngày”",
        seen_by="một người bạn",
        act_on=date(2026, 11, 18),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def exhibit(number: int, kind: ExhibitKind = ExhibitKind.MEDIA, **changes: object) -> Exhibit:
    media_type = {
        ExhibitKind.MEDIA: "image/jpeg",
        ExhibitKind.SUPPLIED_FILE: "image/jpeg",
        ExhibitKind.WACZ: "application/wacz",
        ExhibitKind.SCREENSHOT: "image/png",
        ExhibitKind.PAGE_PDF: "application/pdf",
        ExhibitKind.MHTML: "multipart/related",
        ExhibitKind.DOM_TEXT: "text/plain",
    }[kind]
    is_supplied = kind is ExhibitKind.SUPPLIED_FILE
    base = Exhibit(
        id=ExhibitId(f"exh-{number:016x}"),
        kind=kind,
        sighting_id=SightingId(f"sig-{1:016x}"),
        media_type=media_type,
        claimed_media_type="image/webp" if is_supplied else media_type,
        size_bytes=184_233 + number,
        sha256=digest(f"exhibit {number}"),
        sha512=digest(f"exhibit {number}", DigestAlgorithm.SHA512),
        taken_in_at=MADE_AT - timedelta(days=1, minutes=60 - number),
        original_name="Ảnh chụp màn hình 2026-11-20 lúc 09.12.jpg" if is_supplied else "",
        source_address="" if is_supplied else LONG_ADDRESS.replace("t.me", "cdn4.vi-du.example"),
        capture_id=None if is_supplied else CaptureId(f"cap-{1:016x}"),
        contains_media=True,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def capture() -> Capture:
    started = MADE_AT - timedelta(days=1, hours=1)
    done = StepOutcome.DONE

    def step(name: str, outcome: StepOutcome = done, reason: str = "") -> CaptureStep:
        return CaptureStep(name=name, outcome=outcome, at=started, reason=reason)

    return Capture(
        id=CaptureId(f"cap-{1:016x}"),
        sighting_id=SightingId(f"sig-{1:016x}"),
        requested_address=LONG_ADDRESS,
        final_address=LONG_ADDRESS,
        redirects=("http://t.me/kenh_vi_du", "https://t.me/kenh_vi_du"),
        status=200,
        title="Kênh ví dụ – bài 123456",
        started_at=started,
        ended_at=started + timedelta(seconds=21),
        started_monotonic_ns=1_000_000_000,
        ended_monotonic_ns=22_400_000_000,
        local_utc_offset_s=25_200,
        browser=BrowserFacts(
            product="Chrome/156.0.8078.79",
            user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0",
            sandbox=True,
            viewport_px=(1280, 900),
            egress="direct",
            clock_offset_s=0.4,
        ),
        connections=(
            Connection(
                host="t.me",
                port=443,
                resolved=("149.154.167.99", "2001:67c:4e8:f004::9"),
                remote="149.154.167.99:443",
                at=started,
                tls_version="TLS 1.3",
                tls_chain_sha256=(digest("leaf"), digest("middle")),
            ),
        ),
        steps=(
            step("page-without-media"),
            step("item-media"),
            step("screenshot"),
            step("mhtml", StepOutcome.FAILED, "snapshot-too-large"),
            step("page-pdf", StepOutcome.NOT_DONE, "not asked for"),
        ),
        missing=(Missing(what="video poster", reason="status 404"),),
        withheld=(Withheld(reason="other-people", count=39),),
        counters=(
            Counter(name="views", text="2,1K", value=2100),
            Counter(name="reactions", text="♥ nhiều", value=None),
        ),
        exhibits=tuple(exhibit(number).id for number in range(1, 7)),
        post=post(started),
    )


def post(observed_at: datetime) -> Post:
    return Post(
        layout="telegram/1",
        observed_at=observed_at,
        facts=(
            PostFact(
                name=PostFactName.CHANNEL_ID,
                state=FactState.READ,
                shown="c1000000141_-7",
                value="1000000141",
            ),
            PostFact(
                name=PostFactName.CHANNEL,
                state=FactState.READ,
                shown="kenh_vi_du",
                value="kenh_vi_du",
            ),
            PostFact(name=PostFactName.FORWARDED_FROM, state=FactState.NOT_SHOWN),
            PostFact(name=PostFactName.POSTED_AT, state=FactState.NOT_PARSED, shown="hôm qua"),
        ),
    )


def original(number: int) -> Original:
    return Original(
        id=OriginalId(f"org-{number:016x}"),
        sha256=digest(f"original {number}"),
        size_bytes=3_400_000 + number,
        media_type="image/jpeg",
        original_name=f"IMG_{number:04}.jpg",
        arrival=tuple(Arrival)[number % 3],
        width_px=4032,
        height_px=3024,
        declared_at=MADE_AT - timedelta(days=1, hours=5),
    )


def finding(number: int, tier: Tier, questioned: int) -> CommonOrigin:
    is_matched = tier in {Tier.A, Tier.B}
    return CommonOrigin(
        id=ComparisonId(f"cmp-{number:016x}"),
        exhibit_id=ExhibitId(f"exh-{questioned:016x}"),
        original_id=OriginalId(f"org-{2:016x}") if is_matched else None,
        tier=tier,
        originals_compared=3,
        at=MADE_AT - timedelta(hours=20),
        log10_nfa=-412.7 if is_matched else None,
        roughness_px=0.11 if is_matched else None,
        fine_correlation=0.87 if is_matched else None,
        registration=Registration(
            homography=(0.5, 0.0, 3.25, 0.0, 0.5, -2.0, 0.0, 0.0, 1.0),
            is_mirrored=False,
            inlier_count=412,
            pair_count=690,
            tolerance_px=2.0,
            median_residual_px=0.31,
            similarity_share=0.97,
            questioned_size_px=(720, 540),
            original_size_px=(4032, 3024),
        )
        if is_matched
        else None,
        change_map=ChangeMap(
            cell_px=16, columns=10, rows=4, cells="01" * 10 + "1122233111" + "1" * 10
        )
        if is_matched
        else None,
    )


def comparison(picture: bytes | None = None) -> ComparisonSection:
    veiled = picture or drawing("first")
    other = picture or drawing("second")
    return ComparisonSection(
        entries=(
            ComparisonEntry(
                finding=finding(1, Tier.A, 2),
                direction=Direction(
                    comparison_id=ComparisonId(f"cmp-{1:016x}"),
                    order=Order.QUESTIONED_IS_LATER,
                    support=("wider-field", "finer-detail"),
                    notes=("stamp-later-says-nothing",),
                ),
                veiled_png=veiled,
            ),
            ComparisonEntry(
                finding=finding(2, Tier.B, 7),
                direction=Direction(
                    comparison_id=ComparisonId(f"cmp-{2:016x}"),
                    order=Order.NOT_DETERMINED,
                    support=(),
                    notes=(),
                ),
                veiled_png=other,
            ),
            ComparisonEntry(finding=finding(3, Tier.C, 8)),
            ComparisonEntry(finding=finding(4, Tier.NONE, 9)),
        ),
        copies=(
            CopyMatch(
                exhibit_id=ExhibitId(f"exh-{2:016x}"),
                other_id=ExhibitId(f"exh-{7:016x}"),
                distance_bits=14,
                dihedral=4,
            ),
        ),
        not_compared=(NotCompared(exhibit_id=ExhibitId(f"exh-{10:016x}"), reason="unreadable"),),
        rates=(
            MeasuredRate(
                pictures="same scene, hand-held, other viewpoint",
                is_synthetic=False,
                scenes=56,
                different_pairs=56,
                tier_a_wrong=0,
                same_pairs=0,
                tier_a_right=0,
                wrong_upper_95=0.0521,
            ),
            MeasuredRate(
                pictures="drawn and pasted regions",
                is_synthetic=True,
                scenes=30,
                different_pairs=300,
                tier_a_wrong=0,
                same_pairs=250,
                tier_a_right=162,
                wrong_upper_95=0.0122,
                right_lower_95=0.585,
            ),
        ),
        method="benban 0.1.0 RootSIFT + geometry",
        rates_version="2026-01-02.abcd",
    )


def drawn_entry() -> ComparisonEntry:
    """A run in tier A with an overlay, a map, a link and two texture patches."""
    said = replace(
        finding(1, Tier.A, 2),
        links=DrawnLinks(
            links=(PointLink(questioned_px=(361.5, 40.25), original_px=(716.5, 84.5)),),
            picture=digest("links"),
        ),
        patches=DrawnPatches(
            side_px=64,
            patches=(
                TexturePatch(x_px=8, y_px=16, zncc=0.98),
                TexturePatch(x_px=80, y_px=16, zncc=0.9),
            ),
            picture=digest("patches"),
        ),
    )
    return ComparisonEntry(
        finding=said,
        veiled_png=drawing("veiled"),
        overlay_png=drawing("overlay"),
        map_png=drawing("map"),
        links_png=drawing("links"),
        patches_png=drawing("patches"),
    )


def event(position: int, kind: EventKind, subject: str = "", *fields: Field) -> CustodyEvent:
    return CustodyEvent(
        position=position,
        at=MADE_AT - timedelta(days=2) + timedelta(minutes=position),
        kind=kind,
        subject=subject,
        actor="person",
        fields=fields,
        leaf_sha256=digest(f"leaf {position}"),
    )


def full_view(*, exhibits: int = 10, **changes: object) -> DossierView:
    """A view with everything in it; *exhibits* of which the first six come from one page visit."""
    kinds = (
        ExhibitKind.WACZ,
        ExhibitKind.MEDIA,
        ExhibitKind.SCREENSHOT,
        ExhibitKind.PAGE_PDF,
        ExhibitKind.MHTML,
        ExhibitKind.DOM_TEXT,
    )
    items = tuple(
        exhibit(number, kinds[number - 1] if number <= len(kinds) else ExhibitKind.SUPPLIED_FILE)
        for number in range(1, exhibits + 1)
    )
    entries = tuple(
        ExhibitEntry(
            exhibit=item,
            position=4 + place,
            text="Kênh ví dụ\nNgười xem: 2,1K\nXem tại đây"
            if item.kind is ExhibitKind.DOM_TEXT
            else "",
        )
        for place, item in enumerate(items)
    )
    # Every questioned picture is either compared or named with a reason.
    section = comparison()
    spoken_of = {entry.finding.exhibit_id for entry in section.entries}
    spoken_of |= {one.exhibit_id for one in section.not_compared}
    section = replace(
        section,
        not_compared=section.not_compared
        + tuple(
            NotCompared(exhibit_id=item.id, reason="not-run")
            for item in items
            if item.kind.is_questioned_media and item.id not in spoken_of
        ),
    )
    plain = Field(name="act", value="capture", is_sensitive=False)
    hidden = Field(name="reason", value="to show my lawyer", is_sensitive=True)
    events = (
        event(0, EventKind.CASE_OPENED),
        event(1, EventKind.REPORTED, f"sig-{1:016x}"),
        event(2, EventKind.ATTEMPT, f"sig-{1:016x}", plain),
        event(3, EventKind.CAPTURED, f"cap-{1:016x}"),
        *(event(4 + place, EventKind.ADOPTED, item.id) for place, item in enumerate(items)),
        event(90, EventKind.ORIGINALS_DECLARED),
        event(91, EventKind.COMPARED, f"cmp-{1:016x}"),
        event(92, EventKind.SHOWN_UNVEILED, items[1].id, hidden),
        event(93, EventKind.RECEIPT_GIVEN),
    )
    base = DossierView(
        dossier_id="dossier-00112233445566778899aabbccddeeff"[:24],
        case=Case(
            id=CaseId("case-0000000000000001"),
            title="CANARY-CASE-TITLE",
            language=Language.VI,
            capacity=Capacity.SELF,
            opened_at=MADE_AT - timedelta(days=3),
            is_demonstration=True,
        ),
        made_at=MADE_AT,
        edition=Edition.READING,
        origin=ORIGIN,
        key_id=KEY_ID,
        entry_count=98,
        sightings=(
            sighting(1),
            sighting(2, seen_at=None, seen_at_local="", text=""),
            sighting(3, kind=SightingKind.THREATENED, address=None, text=""),
        ),
        exhibits=entries,
        captures=(capture(),),
        events=events,
        declaration=Declaration(
            text="Những ảnh này là ảnh của con mèo trong hồ sơ này, do tôi chụp.",
            declared_at=MADE_AT - timedelta(days=1, hours=5),
            position=90,
            originals=tuple(
                OriginalEntry(original=original(number), position=80 + number)
                for number in range(1, 4)
            ),
        ),
        comparison=section,
        notices=(notice(),),
        missing=(Missing(what="second capture", reason="no other person was asked"),),
        tokens=(
            TimestampToken(
                authority="demo-1",
                state=TokenState.STAMPED,
                checkpoint_size=60,
                response=b"0",
                time_at=MADE_AT - timedelta(hours=22),
            ),
            TimestampToken(
                authority="demo-2", state=TokenState.PENDING, checkpoint_size=60, reason="offline"
            ),
        ),
        tools=(
            ToolVersion(name="benban", version="0.1.0"),
            ToolVersion(name="opencv-python-headless", version="4.14.0.94"),
        ),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def notice() -> Notice:
    return Notice(
        id=NoticeId(f"not-{1:016x}"),
        sighting_id=SightingId(f"sig-{1:016x}"),
        step_id=StepId("step-1"),
        channel_id="telegram-in-app",
        form="telegram",
        language=Language.EN,
        recipient="abuse@vi-du.example",
        subject="CANARY-NOTICE-SUBJECT",
        body="CANARY-NOTICE-BODY",
        reveals=(),
        state=NoticeState.SENT,
        drafted_at=MADE_AT - timedelta(hours=12),
        sent_at=MADE_AT - timedelta(hours=10),
        deadline=Deadline(
            basis_id="x",
            hours=48,
            started_by="valid-request",
            starts_at=MADE_AT - timedelta(hours=10),
            due_at=MADE_AT + timedelta(hours=38),
        ),
        replies=(Reply(at=MADE_AT - timedelta(hours=3), text="CANARY-REPLY"),),
    )


def empty_view() -> DossierView:
    """A view of a case that kept nothing but one place without an address."""
    return replace(
        full_view(exhibits=6),
        case=replace(full_view().case, is_demonstration=False),
        sightings=(sighting(3, address=None, text="", seen_at=None, seen_at_local=""),),
        exhibits=(),
        captures=(),
        events=(),
        declaration=None,
        comparison=None,
        notices=(),
        missing=(),
        tokens=(),
        tools=(),
        entry_count=2,
    )


def authority_view(recipient_key: str, **changes: object) -> DossierView:
    """The full view as an edition for an office."""
    return full_view(
        edition=Edition.AUTHORITY,
        disclosure=Disclosure(
            recipient="Phòng An ninh mạng (ví dụ)",
            purpose="Trình báo về hình ảnh bị làm giả",
            legal_basis="Yêu cầu số 12/YC-VD ngày 20/11/2026 (ví dụ)",
            recipient_key=recipient_key,
        ),
        **changes,  # type: ignore[arg-type]
    )


def own_account() -> OwnAccount:
    """Traces of a made-up reporter."""
    return OwnAccount(
        names=("Nguyễn Vĩ Canary",),
        handles=("@canary_reporter",),
        account_ids=("7771234567",),
        avatars=("https://cdn.vi-du.example/avatars/canary-face-99.jpg",),
        secrets=("stel_ssid_CANARYSECRET_9f8e7d",),
    )
