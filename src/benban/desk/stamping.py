"""Asking for time stamps in a job: each host is named before it is asked, and a stop holds."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from benban.casework.retry import HostedAuthority, retry_if_permitted
from benban.casework.stamp import RevocationSource
from benban.casework.watch_once import end_left_over
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.errors import BenbanError, StoppedError
from benban.outside.revocation import HttpRevocationSource
from benban.wiring_case import CaseStore, authorities


def ask_again_where_permitted(desk: Desk) -> None:
    """
    Begin to ask again for stamps that did not come, in each case whose permission stands.

    A leave for one look that locking kept from ending ends first.

    Without a permission, which is how a case begins, nobody is asked.
    """

    def work(progress: Progress) -> str:
        for case_id in desk.vault.case_ids():
            progress.require_wanted()
            try:
                with desk.case(case_id) as store:
                    end_left_over(store, desk.clock)
                    ask_again(desk, store, progress)
            except StoppedError:
                raise
            except BenbanError:
                # What is wrong with a case stands on its own page; the others are asked for.
                continue
        return "/cases"

    desk.jobs.start("desk.stamps.again-job", work)


def ask_again(desk: Desk, store: CaseStore, progress: Progress) -> None:
    """Ask again for what did not come, if a permission of this case stands and names the host."""
    retry_if_permitted(
        store,
        telling(authorities(desk.vault), progress),
        desk.clock,
        lists=TellingSource(HttpRevocationSource(), progress),
    )


def telling(
    authorities: tuple[HostedAuthority, ...], progress: Progress
) -> tuple["TellingAuthority", ...]:
    """Return *authorities*, each of which says in *progress* that it is asked."""
    return tuple(TellingAuthority(one, progress) for one in authorities)


@dataclass(frozen=True, slots=True)
class TellingAuthority:
    """An authority that a job names before it is asked; after a stop nobody is asked any more."""

    authority: HostedAuthority
    progress: Progress

    @property
    def id(self) -> str:
        """The authority's short name."""
        return self.authority.id

    @property
    def host(self) -> str:
        """Where its requests go."""
        return self.authority.host

    @property
    def roots(self) -> tuple[bytes, ...]:
        """DER certificates that its answers must lead to."""
        return self.authority.roots

    def stamp(self, request: bytes) -> bytes:
        """
        Return what the authority answers.

        Raises:
            StoppedError: BB-005, the person stopped the job; kept as a stamp that is still wanted.
            BenbanError: as the authority's.
        """
        self.progress.say("desk.stamps.asking", host=self.host)
        return self.authority.stamp(request)


@dataclass(frozen=True, slots=True)
class TellingSource:
    """Says whom it asks for the state of a certificate; after a stop it asks nobody."""

    source: RevocationSource
    progress: Progress

    def fetch(self, url: str) -> bytes:
        """
        Return what *source* returns.

        Raises:
            StoppedError: BB-005.
            BenbanError: as the source's.
        """
        self._say(url)
        return self.source.fetch(url)

    def ask(self, url: str, request: bytes) -> bytes:
        """
        Return what *source* answers.

        Raises:
            StoppedError: BB-005.
            BenbanError: as the source's.
        """
        self._say(url)
        return self.source.ask(url, request)

    def _say(self, url: str) -> None:
        self.progress.say("desk.stamps.asking-state", host=urlsplit(url).hostname or "")
