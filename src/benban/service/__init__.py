"""The exchange's face: HTTP for members' programs (docs/reference/exchange-api.md)."""
