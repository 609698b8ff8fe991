"""
The records of visits that a dossier carries, each with its digest in the log.

Source: docs/reference/bag-format.md, visits.
"""

from collections.abc import Mapping

from benban.dossier.mask import Masker
from benban.dossier.view import DossierView
from benban.seal.digests import sha256_of
from benban.seal.visit_record import visit_record

VISIT_DIGEST = "record_sha256"


def told_visits(view: DossierView, masker: Masker) -> Mapping[str, bytes]:
    """
    Return the record of each visit of *view* by the visit's id.

    A record cannot be masked and still be what the log stands for: one that holds the reporter's
    own traces stays out whole, and so does one that is no longer what was logged.
    """
    logged = {
        event.subject: field.value
        for event in view.events
        for field in event.fields
        if field.name == VISIT_DIGEST
    }
    records = {capture.id: visit_record(capture) for capture in view.captures}
    return {
        capture_id: record
        for capture_id, record in records.items()
        if logged.get(capture_id) == sha256_of(record).hex
        and masker.leaves_alone(record.decode("utf-8"))
    }
