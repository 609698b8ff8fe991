"""What asks or sends outside for a page, after that page said what goes where."""

from benban.casework.look_up import HostFinder
from benban.casework.send_notice import MailSender
from benban.model.mail import MailAccount


def mail_sender(account: MailAccount, password: str) -> MailSender:
    """Return what hands mails to the person's own account; the password is for this once."""
    # Late: most pages send nothing.
    from benban.outside.mail import SmtpSender

    return SmtpSender(account, password)


def host_finder() -> HostFinder:
    """Return what asks the registries."""
    from benban.outside.rdap import system_client

    return system_client()


def registry_hosts(host: str) -> tuple[tuple[str, ...], str]:
    """Return the registries of networks, and the one of the name of *host* or nothing."""
    from benban.outside.registries import packaged_registries

    known = packaged_registries()
    return tuple(known.network_hosts()), known.name_host(host) or ""
