"""Short labels such as E3: the same in both languages, in the order of the view."""

from dataclasses import dataclass

from benban.dossier.view import DossierView


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Labels of everything in one view, by id."""

    by_id: dict[str, str]

    def of(self, identifier: str | None) -> str:
        """Return the label, or nothing for what is not part of the dossier."""
        return self.by_id.get(identifier or "", "")


def label_all(view: DossierView) -> Labels:
    """Return S, C, E, O, P, I, W labels by what a thing is, in the order of the view."""
    originals = view.declaration.originals if view.declaration else ()
    runs = view.comparison.entries if view.comparison else ()
    families: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("S", tuple(one.id for one in view.sightings)),
        ("C", tuple(one.id for one in view.captures)),
        ("E", tuple(one.exhibit.id for one in view.exhibits)),
        ("O", tuple(one.original.id for one in originals)),
        ("P", tuple(one.finding.id for one in runs)),
        ("I", tuple(one.id for one in view.imports)),
        ("W", tuple(one.id for one in view.witnesses)),
    )
    return Labels(
        by_id={
            identifier: f"{letter}{number}"
            for letter, family in families
            for number, identifier in enumerate(family, start=1)
        }
    )
