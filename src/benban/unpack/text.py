"""Whether some bytes are text from the first to the last, and which."""

import codecs
import re

# C0 controls other than white space, form feed and escape: no text has them, every picture does.
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:\-]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:\-]{1,40})", re.IGNORECASE)
_LOOK_BYTES = 4096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Sets of the languages in question, one byte a letter, every byte a letter: they prove nothing by
# fitting, so that controls decide. Others (utf-7, idna, hex) are transformations, not sets.
_ACCEPTED = frozenset(
    {
        "utf-8",
        "ascii",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1258",
        "cp874",
        "cp932",
        "cp949",
        "euc_jp",
        "euc_kr",
        "gb18030",
        "gb2312",
        "gbk",
        "big5",
        "iso8859-1",
        "iso8859-15",
        "iso8859-2",
        "koi8-r",
        "shift_jis",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
    }
)


def as_text(data: bytes, content_type: str = "") -> str | None:
    """
    Return *data* as text; None when it is none from the first byte to the last.

    Args:
        data: the whole content.
        content_type: as claimed; its charset is tried when the bytes are not UTF-8.
    """
    for name in _sets(data, content_type):
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return None if _BINARY.search(text) else text
    return None


def _sets(data: bytes, content_type: str) -> list[str]:
    marked = [name for mark, name in _MARKS if data.startswith(mark)]
    claimed = [match[1] for match in (_CHARSET.search(content_type),) if match]
    in_page = [match[1].decode() for match in (_META.search(data[:_LOOK_BYTES]),) if match]
    return [*marked, "utf-8", *filter(_is_accepted, (*claimed, *in_page))]


def _is_accepted(name: str) -> bool:
    try:
        return codecs.lookup(name).name in _ACCEPTED
    except LookupError:
        return False
