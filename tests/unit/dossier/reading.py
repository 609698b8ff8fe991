"""Read a PDF back: its text by page, its pictures, what it says about itself."""

import io
import re
import zlib
from dataclasses import dataclass
from functools import cache

import pikepdf


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFacts:
    """What a PDF says about itself."""

    part: str
    conformance: str
    ua_part: str
    language: str
    is_tagged: bool
    pictures: int
    pages: int


def facts(pdf: bytes) -> PdfFacts:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        meta = opened.open_metadata()
        pictures = sum(
            isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
            for one in opened.objects
        )
        return PdfFacts(
            part=str(meta.get("pdfaid:part")),
            conformance=str(meta.get("pdfaid:conformance")),
            ua_part=str(meta.get("pdfuaid:part")),
            language=str(opened.Root.get("/Lang")),
            is_tagged="/StructTreeRoot" in opened.Root,
            pictures=pictures,
            pages=len(opened.pages),
        )


def headings(pdf: bytes) -> list[str]:
    """The headings of the first level, in order."""
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_outline() as outline:
        return [str(one.title) for one in outline.root]


@cache
def pages(pdf: bytes) -> tuple[str, ...]:
    """The text of each page in drawing order, without white space at all."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return tuple(_page_text(page) for page in opened.pages)


def text(pdf: bytes) -> str:
    return "".join(pages(pdf))


def squeezed(words: str) -> str:
    """*words* as :func:`text` gives them: where lines break is not part of what is said."""
    return re.sub(r"\s+", "", words)


def images(pdf: bytes) -> list[tuple[str, int, int]]:
    """Filter, width and height of every picture."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            (str(one.get("/Filter")), int(one.get("/Width", 0)), int(one.get("/Height", 0)))
            for one in opened.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
        ]


def streams(pdf: bytes) -> list[bytes]:
    """Every stream of the file, decoded."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = []
        for one in opened.objects:
            if isinstance(one, pikepdf.Stream):
                try:
                    found.append(one.read_bytes())
                except (pikepdf.PdfError, zlib.error):
                    found.append(one.read_raw_bytes())
        return found


def _page_text(page: pikepdf.Page) -> str:
    maps = {
        str(name): _to_unicode(font.ToUnicode.read_bytes().decode("ascii"))
        for name, font in page.resources.get("/Font", pikepdf.Dictionary()).items()
    }
    out: list[str] = []
    font: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = instruction.operands, instruction.operator
        if str(operator) == "Tf":
            font = maps[str(operands[0])]
        elif str(operator) == "Tj":
            out += _shown(bytes(operands[0]), font)
        elif str(operator) == "TJ":
            for part in operands[0]:
                if isinstance(part, pikepdf.String):
                    out += _shown(bytes(part), font)
    return squeezed("".join(out))


def _shown(codes: bytes, font: dict[int, str]) -> list[str]:
    return [
        font.get(int.from_bytes(codes[at : at + 2], "big"), "") for at in range(0, len(codes), 2)
    ]


def _to_unicode(cmap: str) -> dict[int, str]:
    mapping: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            mapping[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        found = re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block)
        for first, last, value in found:
            start = int.from_bytes(bytes.fromhex(value), "big")
            for code in range(int(first, 16), int(last, 16) + 1):
                mapping[code] = chr(start + code - int(first, 16))
    return mapping
