"""What can be done: the catalogue, addresses, and the plan for one sighting."""

from benban.remedies.address import parse_address
from benban.remedies.catalogue import load_catalogue, packaged_catalogue
from benban.remedies.plan import plan_removal

__all__ = ["load_catalogue", "packaged_catalogue", "parse_address", "plan_removal"]
