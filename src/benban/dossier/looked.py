"""Looks of the watch at the places that a dossier speaks of."""

from dataclasses import dataclass

from benban.model.ids import SightingId
from benban.model.watch import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The looks at one sighting's place, oldest first; what the person only named has none."""

    sighting_id: SightingId
    looks: tuple[Look, ...]

    @property
    def runs(self) -> tuple[tuple[Look, ...], ...]:
        """Looks in a row of one means that came to one judgement for one reason."""
        runs: list[list[Look]] = []
        for look in self.looks:
            if runs and _told(runs[-1][-1]) == _told(look):
                runs[-1].append(look)
            else:
                runs.append([look])
        return tuple(tuple(one) for one in runs)


def _told(look: Look) -> tuple[object, ...]:
    return look.means, look.judgement.state, look.judgement.reason, look.status
