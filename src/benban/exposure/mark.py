"""A line of text drawn at the lower edge of a picture. Runs inside the fence only."""

from functools import cache
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from benban.errors import FontsMissingError, MarkRefusedError
from benban.exposure.wish import MARK_LETTERS

_FONT = "NotoSans-Bold.ttf"
# A thirtieth of the longer side is read at a glance and hides little; below ten pixels the marks
# on Vietnamese vowels run together.
_PART_OF_SIDE = 30
_SMALLEST_PX = 10
_PART_OF_WIDTH = 0.94
# No font has a sign for this one, so it draws what stands for a missing letter.
_NO_LETTER = "\uffff"
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


def draw_mark(picture: Image.Image, mark: str) -> Image.Image:
    """
    Return RGB or RGBA *picture* with *mark* at the lower right, white with a dark line around it.

    Args:
        picture: RGB, RGBA or L.
        mark: one line in NFC.

    Raises:
        MarkRefusedError: BB-923, a letter that the font does not have, or no room.
        FontsMissingError: BB-705.
    """
    drawn = picture.convert("RGBA" if picture.mode == "RGBA" else "RGB")
    size_px = max(_SMALLEST_PX, max(drawn.size) // _PART_OF_SIDE)
    _require_letters(mark)
    font = _font(size_px)
    room_px = drawn.width * _PART_OF_WIDTH
    if font.getlength(mark) > room_px:
        size_px = int(size_px * room_px / font.getlength(mark))
        font = _font(size_px)
    if size_px < _SMALLEST_PX or drawn.height < 3 * size_px:
        raise MarkRefusedError(letters=MARK_LETTERS)
    edge_px = size_px // 2
    ImageDraw.Draw(drawn).text(
        (drawn.width - edge_px // 2 - 1, drawn.height - edge_px),
        mark,
        font=font,
        anchor="rs",
        fill=_WHITE,
        stroke_width=max(1, size_px // 14),
        stroke_fill=_BLACK,
    )
    return drawn


def _require_letters(mark: str) -> None:
    font = _font(_SMALLEST_PX * 2)
    missing = bytes(font.getmask(_NO_LETTER))
    if any(bytes(font.getmask(letter)) == missing for letter in mark):
        raise MarkRefusedError(letters=MARK_LETTERS)


@cache
def _font_bytes() -> bytes:
    try:
        return files("benban.catalogue").joinpath("fonts", _FONT).read_bytes()
    except OSError as error:
        raise FontsMissingError from error


def _font(size_px: int) -> ImageFont.FreeTypeFont:
    # From memory: no file can be opened behind the fence. The basic engine places letters as they
    # come, which is enough for NFC; another one would load a library there.
    return ImageFont.truetype(BytesIO(_font_bytes()), size_px, layout_engine=ImageFont.Layout.BASIC)
