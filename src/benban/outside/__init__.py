"""Every socket and every child process lives here; the rooms below see Protocols only."""
