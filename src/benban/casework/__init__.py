"""The verbs that join the stages: one story per file. Only here and in wiring is the vault used."""
