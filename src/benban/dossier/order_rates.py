"""How often an order of two pictures was right, as measured (catalogue/order_rates.toml)."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from benban.dossier.blocks import Block, Bullets, Paragraph
from benban.dossier.voice import Voice


class OrderRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """
    What one sign stated, or all of them together.

    Attributes:
        sign: stable id of a support; ``all`` is what the program states.
        stated: pairs of which one was made from the other, in either role, with an order.
        right: of them, those where the questioned picture was the one made from the declared.
        altered_stated: pairs of two made from a third picture, of which the declared one was
            altered, with an order all the same.
    """

    sign: str
    stated: int
    right: int
    altered_stated: int


class OrderRates(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """
    The rows of one measurement.

    Attributes:
        photographs: behind all pairs.
        altered_pairs: two made from a third picture, of which the declared one was altered.
    """

    measured_on: str
    photographs: int
    altered_pairs: int
    rate: tuple[OrderRate, ...]


@cache
def order_rates() -> OrderRates:
    """
    Return the measured rates.

    Raises:
        msgspec.ValidationError: the file is not in its layout; a test reads it.

    Source: ``python -m benchmarks.source.order``; docs/explanation/error-rates.md.
    """
    text = files("benban.catalogue").joinpath("order_rates.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), OrderRates)


def order_blocks(voice: Voice) -> tuple[Block, ...]:
    """Return what was measured about the order, for the section of the error rates."""
    rates = order_rates()
    by_sign = {one.sign: _counts(voice, rates, one) for one in rates.rate}
    scenes = voice.number(rates.photographs)
    signs = tuple(
        voice.say("rates.order-sign", sign=voice.known("support", sign), **counts)
        for sign, counts in by_sign.items()
        if sign != "all"
    )
    return (
        Paragraph(text=voice.say("rates.order", scenes=scenes, **by_sign["all"])),
        Bullets(items=signs),
    )


def _counts(voice: Voice, rates: OrderRates, rate: OrderRate) -> dict[str, str]:
    return {
        "claimed": voice.number(rate.stated),
        "right": voice.number(rate.right),
        "altered": voice.number(rate.altered_stated),
        "pairs": voice.number(rates.altered_pairs),
    }
