"""What is missing of a page visit and why, in words; the record itself holds stable ids."""

from benban.wording.messages import Language, message_ids, say


def say_missing(language: Language, what: str) -> str:
    """
    Return what is missing in words.

    Args:
        language: of the reader.
        what: as in ``Missing.what``: an id, or ``id: detail``; an unknown one comes back as it is.
    """
    identifier, _, detail = what.partition(": ")
    return _said(language, f"visit.missing.{_slug(identifier)}", detail, what)


def say_reason(language: Language, reason: str) -> str:
    """
    Return a reason in words.

    Args:
        language: of the reader.
        reason: as in ``Missing.reason`` and ``CaptureStep.reason``: an id, ``id: detail``, or an
            error's code with its detail; an unknown one comes back as it is.
    """
    if reason.startswith("BB-"):
        identifier, _, detail = reason.partition(" ")
    else:
        identifier, _, detail = reason.partition(": ")
    return _said(language, f"visit.reason.{_slug(identifier)}", detail, reason)


def _said(language: Language, message_id: str, detail: str, otherwise: str) -> str:
    if message_id not in message_ids(language):
        return otherwise
    return say(language, message_id, detail=detail or "-")


def _slug(identifier: str) -> str:
    return identifier.replace(" ", "-")
