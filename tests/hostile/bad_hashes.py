"""Texts that are no hash to be shared, each made from one hash that stands in no bank."""

from collections.abc import Mapping

from tests.unit.exchange.shared import pdq

# Of a seed that no test hands in: wherever a piece of it is found, it came from a bad one.
PLAIN = pdq(7_106).hex
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_WIDE = {ord(one): ord(one) + 0xFEE0 for one in "0123456789abcdef"}
# Long enough to be this hash and nothing else.
_PIECE = 12

MALFORMED: Mapping[str, str] = {
    "empty": "",
    "a letter": "a",
    "one digit short": PLAIN[:-1],
    "half": PLAIN[:32],
    "one digit long": PLAIN + "0",
    "twice": PLAIN * 2,
    "a thousand times": PLAIN * 1000,
    "upper case": PLAIN.upper(),
    "one capital": PLAIN[:40] + PLAIN[40:].replace("a", "A").replace("b", "B"),
    "a letter that is no digit": PLAIN[:-1] + "g",
    "NUL inside": PLAIN[:-1] + "\x00",
    "NUL behind": PLAIN + "\x00",
    "a line end behind": PLAIN + "\n",
    "a blank before": " " + PLAIN[1:],
    "blanks between": " ".join(PLAIN[at : at + 8] for at in range(0, 64, 8)),
    "0x before": "0x" + PLAIN[2:],
    "underscores": "_".join([PLAIN[:30], PLAIN[31:]]),
    "a sign": "-" + PLAIN[1:],
    "Arabic digits": PLAIN.translate(_ARABIC),
    "wide digits": PLAIN.translate(_WIDE),
    "turned around": PLAIN[:-1] + "\u202e",
    "in base64": "aGVyZSBzdGFuZCB0aGlydHktdHdvIGJ5dGVzIG9mIDE=",
    "two of them": f"{PLAIN},{PLAIN}",
    "per cent": "%61" + PLAIN[3:],
    "SQL": PLAIN[:40] + "' OR 1=1 -- ",
}
FLAT: Mapping[str, str] = {
    "all zero": "0" * 64,
    "all one": "f" * 64,
    "all one digit": "1" * 64,
    "stripes": "0f" * 32,
    "a word that repeats": "0123456789abcdef" * 4,
    "one bit": "0" * 63 + "1",
    "nearly all": "f" * 63 + "e",
    "three words that repeat": "0123456789ab" * 5 + "0123",
}
BAD: Mapping[str, str] = {**MALFORMED, **FLAT}


def pieces_of(said: str) -> list[str]:
    """Return pieces of :data:`PLAIN` that stand in a text, in letters of either case."""
    lower = said.lower()
    pieces = (PLAIN[at : at + _PIECE] for at in range(len(PLAIN) - _PIECE + 1))
    return [one for one in pieces if one in lower]
