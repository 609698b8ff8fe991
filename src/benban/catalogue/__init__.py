"""Data that ages: channels, laws, forms, messages, fonts. No code of its own."""
