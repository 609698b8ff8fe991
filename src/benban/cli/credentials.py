"""What a photo's Content Credentials say, in the person's words and as JSON."""

from benban.cli.out import Json, Out, one_line
from benban.model.credentials import Credentials, CredentialState


def say_credentials(said: Credentials, out: Out) -> None:
    """Print what credentials say, what that shows, and that a copy has none; nothing if none."""
    if said.state is CredentialState.ABSENT:
        return
    out.say(f"cli.credentials.{said.state.value}")
    for name, value in _told(said):
        out.line(f"  {out.words(f'cli.credentials.{name}')}: {one_line(value)}")
    if said.says_generated:
        out.say("cli.credentials.generated")
    if said.state in {CredentialState.INTACT, CredentialState.CHANGED}:
        out.say("cli.credentials.shows")
    out.say("cli.credentials.copy")


def credentials_json(said: Credentials) -> Json:
    """Return the same for a program."""
    return {
        "state": said.state.value,
        "generator": said.generator,
        "signer": said.signer,
        "issuer": said.issuer,
        "signed_at": said.signed_at,
        "actions": list(said.actions),
        "says_generated": said.says_generated,
        "ingredients": said.ingredients,
        # No list of signers comes with this program.
        "signer_checked": False,
    }


def _told(said: Credentials) -> list[tuple[str, str]]:
    ingredients = str(said.ingredients) if said.ingredients else ""
    every = (
        ("generator", said.generator),
        ("signer", said.signer),
        ("issuer", said.issuer),
        ("signed-at", said.signed_at),
        ("actions", ", ".join(said.actions)),
        ("ingredients", ingredients),
    )
    return [(name, value) for name, value in every if value]
