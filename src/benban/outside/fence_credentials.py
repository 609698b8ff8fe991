"""Content Credentials asked of the fence, checked before they are believed."""

from typing import BinaryIO

from benban.errors import BenbanError, FenceUnavailableError
from benban.model.credentials import (
    MOST_ACTIONS,
    MOST_CHARACTERS,
    MOST_INGREDIENTS,
    Credentials,
    CredentialState,
)
from benban.outside.fence import Fence
from benban.outside.fence_process import decode_answer
from benban.outside.fence_wire import Request

_ANSWER_BYTES = 1 << 16
_SAY_SOMETHING = frozenset({CredentialState.INTACT, CredentialState.CHANGED})


def read_credentials(fence: Fence, picture: BinaryIO) -> Credentials:
    """
    Return what the Content Credentials in a picture say; nothing is fetched for it.

    A picture that breaks whoever reads it has credentials that cannot be read.

    Raises:
        FenceUnavailableError: BB-306, there is no fence on this computer now.
    """
    fence.facts()  # where there is none, that is no fault of the picture
    request = Request(act="read_credentials", pictures=1)
    try:
        said = decode_answer(fence.ask(request, [picture], _ANSWER_BYTES), Credentials)
        check_credentials(said)
    except BenbanError:
        return Credentials(state=CredentialState.UNREADABLE)
    return said


def check_credentials(said: Credentials) -> None:
    """
    Return if an honest process could say this.

    Raises:
        FenceUnavailableError: BB-306.
    """
    texts = (said.generator, said.signer, said.issuer, said.signed_at, *said.actions)
    is_plausible = all(len(one) <= MOST_CHARACTERS and one.isprintable() for one in texts)
    is_plausible &= len(said.actions) <= MOST_ACTIONS
    is_plausible &= 0 <= said.ingredients <= MOST_INGREDIENTS
    if said.state not in _SAY_SOMETHING:
        is_plausible &= said == Credentials(state=said.state)
    if not is_plausible:
        raise FenceUnavailableError("implausible credentials")
