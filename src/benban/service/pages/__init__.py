"""The exchange's pages for the people who run it, at /office (docs/how-to/exchange-pages.md)."""
