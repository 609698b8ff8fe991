"""The pages, one file for each station of the story."""

from benban.desk.app import Routes
from benban.desk.routes import (
    adding,
    address,
    bulk,
    case,
    compare,
    dossier,
    exhibit,
    first,
    kept_page,
    minor,
    notes,
    notices,
    papers,
    photos,
    plan,
    reading,
    sending,
    settings,
    start,
    ties,
    timeline,
    vault,
    watch,
    work,
)


def all_routes() -> tuple[Routes, ...]:
    """Return every page of the desk."""
    return (
        start.ROUTES,
        first.ROUTES,
        vault.ROUTES,
        case.ROUTES,
        adding.ROUTES,
        address.ROUTES,
        exhibit.ROUTES,
        photos.ROUTES,
        reading.ROUTES,
        kept_page.ROUTES,
        minor.ROUTES,
        plan.ROUTES,
        notices.ROUTES,
        sending.ROUTES,
        ties.ROUTES,
        timeline.ROUTES,
        compare.ROUTES,
        dossier.ROUTES,
        watch.ROUTES,
        notes.ROUTES,
        work.ROUTES,
        bulk.ROUTES,
        papers.ROUTES,
        settings.ROUTES,
    )
