"""
Hostile archives and exports become streams of parts.

Reads what somebody handed over; opens no socket, writes nothing, starts nothing.
"""
