"""A case view to a report and a bag that a stranger can check."""
