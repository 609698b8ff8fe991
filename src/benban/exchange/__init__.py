"""The life of a hash that several organisations share (docs/explanation/exchange.md)."""
