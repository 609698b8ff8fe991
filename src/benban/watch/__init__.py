"""Looking again at places: what a look brought, what may be said of it, and when to look next."""
