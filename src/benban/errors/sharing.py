"""97x: a person's side of the exchange; what a person reads about their own case."""

from benban.errors.root import BenbanError


class ExchangeCardError(BenbanError):
    """The file is not the card of an exchange."""

    code = "BB-970"


class NotSharedPictureError(BenbanError):
    """Only a measured picture that was published or is threatened with yields a shared hash."""

    code = "BB-971"


class OwnPhotoNearError(BenbanError):
    """The hash would find the person's own ordinary photo as well (HARM 12)."""

    code = "BB-972"


class NothingSharedError(BenbanError):
    """No hash of this item, or of this case, was given to an exchange."""

    code = "BB-973"
