"""The words of the work: frozen values that several rooms pass to one another. Stdlib only."""
