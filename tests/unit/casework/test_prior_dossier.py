"""What a dossier says of an order that rests on stamps from before anything was seen."""

import zipfile
from datetime import timedelta
from pathlib import Path

from benban.casework.compare_case import compare_case
from benban.casework.conclude import DossierRequest, conclude
from benban.dossier.view import Edition
from benban.model.custody import TimestampToken
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.testing.tsa import FakeTsa
from benban.vault import CaseStore
from benban.wording import Language
from tests.unit.dossier.reading import squeezed, text
from tests.verifier.kept import verified

from .test_prior_album import DAY_S, FAKE, REAL, declare, report, stamp
from .test_time import Authority

_ORDER = {
    Language.VI: (
        "Theo các mốc thời gian đã biết, hình nghi bị làm giả là bản sao có sau và đã bị sửa.",
        "Dấu thời gian cho tệp đã khai: a, ",
        "ai đã làm ra hình nào, hay hình nào trong hai hình là hình chưa bị sửa",
    ),
    Language.EN: (
        "Going by the times that are known, the questioned picture is a later, altered copy.",
        "Stamps over the declared file: a, ",
        "who made either of them, or which of the two is the unaltered one",
    ),
}


def test_the_order_names_both_stamps_and_the_first_time_and_what_they_do_not_show(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    first = FakeTsa(clock=clock)
    declare(store, fence, clock, REAL, folder=tmp_path)
    stamped_at = clock.now()
    stamp(store, clock)
    clock.advance(30 * DAY_S)
    report(store, clock, FAKE)
    seen_at = clock.now()
    compare_case(store, fence, clock)
    sizes = {one.checkpoint_size for one in store.all(TimestampToken)}
    path = tmp_path / "tai-lieu.zip"
    request = DossierRequest(edition=Edition.READING, languages=(Language.VI, Language.EN))
    with path.open("w+b") as out:
        conclude(store, request, [Authority(first)], out_file=out, clock=clock)

    checked = verified(path, None, (first.root_pem,))

    assert [one.name for one in checked.checks if one.result.value == "FAIL"] == []
    with zipfile.ZipFile(path) as bag:
        names = bag.namelist()
        pdfs = [bag.read(one) for one in names if one.endswith(".pdf")]
    said = "".join(text(one) for one in pdfs)
    times = (stamped_at, stamped_at + timedelta(minutes=1), seen_at)
    for one in times:
        assert squeezed(f"{one:%Y-%m-%d %H:%M:%S}") in said
    for language, sentences in _ORDER.items():
        assert [language for one in sentences if squeezed(one) not in said] == []
    told = {one.name for one in checked.checks}
    assert {f"earlier {size}-{name}" for size in sizes for name in ("a", "b")} <= told


def test_stamps_that_an_order_rests_on_lie_in_the_bag_though_older_ones_are_there(
    store: CaseStore, fence: Fence, clock: FakeClock, tmp_path: Path
) -> None:
    declare(store, fence, clock, draw_feed_picture(1), folder=tmp_path)
    stamp(store, clock)
    clock.advance(DAY_S)
    declare(store, fence, clock, REAL, folder=tmp_path)
    stamp(store, clock)
    sizes = sorted({one.checkpoint_size for one in store.all(TimestampToken)})
    clock.advance(DAY_S)
    report(store, clock, FAKE)
    compare_case(store, fence, clock)
    path = tmp_path / "tai-lieu.zip"
    request = DossierRequest(edition=Edition.READING, languages=(Language.VI,))
    with path.open("w+b") as out:
        conclude(store, request, [], out_file=out, clock=clock)

    told = {one.name for one in verified(path, None, ()).checks}

    assert {f"earlier {size}-{name}" for size in sizes for name in ("a", "b")} <= told
