"""9xx: one's own photos, and what came first."""

from benban.errors.pictures import PictureError
from benban.errors.root import BenbanError


class PhotoNotIncludedError(BenbanError):
    """The archive names a photo whose file did not come with it; it may still be public there."""

    code = "BB-901"


class OwnArchiveDamagedError(BenbanError):
    """The archive of one's own photos breaks off or contradicts itself; nothing was looked at."""

    code = "BB-902"


class CopyNotCleanError(BenbanError):
    """The safer copy held more than its picture when it was read back; it was removed again."""

    code = "BB-920"


class RawPictureError(PictureError):
    """The file is a camera's raw picture or a TIFF, of which no safer copy is made."""

    code = "BB-921"


class AnimatedPictureError(PictureError):
    """The picture moves; a copy of its first frame alone would be another picture."""

    code = "BB-922"


class MarkRefusedError(BenbanError):
    """The mark is empty, too long for the picture, or has letters that cannot be drawn."""

    code = "BB-923"


class OriginalUnknownError(BenbanError):
    """No photo of this case has exactly these bytes; nothing was kept."""

    code = "BB-930"
