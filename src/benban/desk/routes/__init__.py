"""The pages, one file for each station of the story."""

from benban.desk.app import Routes
from benban.desk.routes import case, first, settings, start, vault


def all_routes() -> tuple[Routes, ...]:
    """Return every page of the desk."""
    return (start.ROUTES, first.ROUTES, vault.ROUTES, case.ROUTES, settings.ROUTES)
