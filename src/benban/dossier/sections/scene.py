"""What every section is given."""

from dataclasses import dataclass

from benban.dossier.labels import Labels
from benban.dossier.view import DossierView
from benban.dossier.voice import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The view, the voice of one language and the labels."""

    view: DossierView
    voice: Voice
    labels: Labels
