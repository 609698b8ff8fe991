"""3xx: pictures and comparison."""

from benban.errors.root import BenbanError


class PictureError(BenbanError):
    """The root of what can be wrong with a picture; the bytes are kept in every case."""


class PictureUnsafeError(PictureError):
    """The picture could not be read safely: the fenced process died at one of its limits."""

    code = "BB-301"


class PictureTooLargeError(PictureError):
    """The picture has more pixels or bytes than are decoded."""

    code = "BB-302"


class PictureFormatError(PictureError):
    """The bytes are not a picture of a kind that is read."""

    code = "BB-303"


class PictureDamagedError(PictureError):
    """It is a picture, but nothing of it could be decoded."""

    code = "BB-304"


class PictureTimeError(PictureError):
    """Measuring the picture took longer than is allowed."""

    code = "BB-305"


class FenceUnavailableError(BenbanError):
    """The fenced process that reads pictures could not be started or did not answer properly."""

    code = "BB-306"


class PairNotVeilableError(PictureError):
    """There is no change map for this pair, so no side-by-side picture can be veiled."""

    code = "BB-307"


class VideoFormatError(PictureError):
    """The bytes are not a video of a kind that is read."""

    code = "BB-308"


class VideoEmptyError(PictureError):
    """There is no moving picture in the file, or none that this program can decode."""

    code = "BB-309"


class VideoTooLargeError(PictureError):
    """The pictures of the video are larger than is decoded; *params*: limit."""

    code = "BB-310"


class VideoDamagedError(PictureError):
    """It is a video, but its structure is broken or no picture of it could be decoded."""

    code = "BB-311"


class PictureCodingError(PictureError):
    """A picture in a known kind of file, coded in a way that this program has no decoder for."""

    code = "BB-312"


class PlaylistError(PictureError):
    """The file is a list of other addresses under the name of a video; none was opened."""

    code = "BB-313"


class NumberTakenError(BenbanError):
    """A fingerprint of this number stands in the bank already; nothing was added."""

    code = "BB-331"


class BankDamagedError(BenbanError):
    """A part of a bank's folder is missing or is not what was written; nothing was answered."""

    code = "BB-332"


class BankFolderError(BenbanError):
    """There is no folder of this name for a bank; none was made; *params*: folder."""

    code = "BB-340"


class VpdqTextError(BenbanError):
    """The text is not a list of frame fingerprints as vPDQ writes them; *params*: line."""

    code = "BB-333"


class OriginalsUnreadableError(BenbanError):
    """None of the declared originals could be read, so nothing was compared."""

    code = "BB-337"
