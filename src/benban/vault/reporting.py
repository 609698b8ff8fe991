"""The words of a check's result, in one place."""

from benban.model.report import Check, CheckResult

WHOLE = "vault.check.whole"
DAMAGED = "vault.check.damaged"
MISSING = "vault.check.missing"
EXTRA = "vault.check.extra"
SHORTER = "vault.check.shorter"
NOT_READ = "vault.check.not-read"
NOT_COMPARED = "vault.check.not-compared"
NOT_OPENED = "vault.check.not-opened"


def passed(name: str, subject: str, detail: str = "") -> Check:
    """Return a check that found its part whole."""
    return _check(name, CheckResult.PASS, subject, detail, WHOLE)


def failed(name: str, subject: str, detail: str, message_id: str = DAMAGED) -> Check:
    """Return a check that found something wrong with its part."""
    return _check(name, CheckResult.FAIL, subject, detail, message_id)


def not_done(name: str, subject: str, detail: str, message_id: str) -> Check:
    """Return a check that could not be made, with the reason."""
    return _check(name, CheckResult.NOT_DONE, subject, detail, message_id)


def _check(name: str, result: CheckResult, subject: str, detail: str, message_id: str) -> Check:
    shown = f"{subject}: {detail}" if subject and detail else subject or detail
    return Check(name=name, result=result, detail=shown, message_id=message_id, subject=subject)
