"""Public simulators and fakes: loopback platform, time-stamping authority, clock, pictures."""
