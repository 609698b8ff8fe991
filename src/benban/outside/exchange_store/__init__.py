"""The exchange's system of record, in SQLite or PostgreSQL (docs/explanation/exchange.md)."""
