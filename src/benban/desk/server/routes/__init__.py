"""The pages that only an organisation's server has."""
