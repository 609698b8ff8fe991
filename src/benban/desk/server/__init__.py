"""An organisation's server: the same pages for several people, each behind their own entry."""
