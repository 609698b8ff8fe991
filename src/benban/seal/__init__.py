"""
Bytes to provable bytes: log leaves, checkpoints, receipts, time stamps, web packages, bags.

Pure: no sockets, no files at rest, no clock of its own.
"""
