"""9xx: one's own photos."""

from benban.errors.root import BenbanError


class PhotoNotIncludedError(BenbanError):
    """The archive names a photo whose file did not come with it; it may still be public there."""

    code = "BB-901"
