"""Pages on this computer only; docs/explanation/desk.md."""
