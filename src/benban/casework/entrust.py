"""Entrust a case: seal it, read it back, and only then let the keys here go (HARM 6)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import BinaryIO

from benban.casework.hand_over import HandedOver, Recipient, hand_over, require_read_back
from benban.errors import HandOverUnreadError
from benban.vault import CaseStore, Vault, Watch, unwatched


def entrust(
    vault: Vault,
    store: CaseStore,
    to: Recipient,
    *,
    write: Callable[[], AbstractContextManager[BinaryIO]],
    read: Callable[[], BinaryIO],
    with_allegations: bool = False,
    watch: Watch = unwatched,
) -> HandedOver:
    """
    Return what was written, after it was read back from the disk and the case destroyed here.

    Nobody else writes meanwhile: what came in between would be in neither place.

    Args:
        vault: of the case.
        store: open; opens nothing afterwards.
        to: who gets it; their key was compared by voice (:func:`require_voice_code`).
        write: gives an empty file, which stays only when the block ends well.
        read: opens that file.
        with_allegations: what does not go along is gone for good.
        watch: told of each piece; what it raises before the file is there destroys nothing.

    Raises:
        HandOverUnreadError: BB-420; the case is still here.
        BenbanError: as :func:`hand_over`; the case is still here.
    """
    with vault.writers_held():
        with write() as out_file:
            handed = hand_over(
                vault,
                store,
                to,
                out_file,
                is_entrusted=True,
                with_allegations=with_allegations,
                watch=watch,
            )
        try:
            written = read()
        except OSError as error:
            raise HandOverUnreadError("cannot be read") from error
        with written:
            require_read_back(written, handed, watch)
        # The last moment at which somebody may still change their mind.
        watch(handed.size_bytes, handed.size_bytes)
        vault.shred_case(store.case.id)
    return handed
