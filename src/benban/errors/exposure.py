"""9xx: one's own public photos, and what came first."""

from benban.errors.root import BenbanError


class OriginalUnknownError(BenbanError):
    """No photo of this case has exactly these bytes; nothing was kept."""

    code = "BB-930"
