"""Whether a shared hash would find the person's own ordinary photos (HARM 12, 19)."""

from benban.model.fingerprint import MATCH_DISTANCE_BITS, OriginalFingerprint, Pdq
from benban.vault import CaseStore


def is_near_own_photo(store: CaseStore, pdq: Pdq) -> bool:
    """
    Return whether a bank that held *pdq* would find a declared photo, however it was turned.

    Only to refuse to share such a hash, or to recall it (HARM 12, 19). Also for photos of which
    only digests are kept: a bank would find them all the same.
    """
    return any(
        pdq.distance_bits(turned) <= MATCH_DISTANCE_BITS
        for one in store.all(OriginalFingerprint)
        for turned in (one.picture.pdq, *one.picture.dihedral)
    )
