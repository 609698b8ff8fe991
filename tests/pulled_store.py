"""A bank as a pull leaves it, of drawn pictures and of any age, without an exchange."""

from datetime import timedelta
from pathlib import Path

from benban.exchange.card import ExchangeCard
from benban.exchange.taken_over import TakenOver
from benban.fingerprint.measure import measure_picture
from benban.outside.pulled_bank import Pin, PulledFolder
from benban.seal.note import key_id
from tests.feed_pages import MEMBER, PUBLIC, item, page
from tests.scan_store import jpeg

PIN = Pin(
    card=ExchangeCard(
        name="Ours", key=key_id(PUBLIC), withdraw_at="https://exchange.example/withdraw"
    ),
    member=MEMBER,
    public_key=PUBLIC,
)


def make_pulled(
    folder: Path,
    *,
    positive: tuple[int, ...],
    negative: tuple[int, ...] = (),
    age: timedelta = timedelta(0),
) -> Path:
    """Return the folder of a bank with the hashes of drawings, taken over so long ago."""
    named = [(seed, seed, False) for seed in positive]
    named += [(seed, 100 + seed, True) for seed in negative]
    items = [
        item(place, measure_picture(jpeg(seed)).pdq.hex, is_negative=is_negative)
        for seed, place, is_negative in named
    ]
    held = PulledFolder(folder)
    taken = TakenOver.nothing().after({one.number: one for one in items})
    held.keep(PIN, taken, page(0, 7, *items, age=age))
    held.close()
    return folder
