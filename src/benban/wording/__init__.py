"""What people read: languages and message catalogues, below every room that prints."""

from benban.wording.messages import Language, message_ids, say, say_hours, template

__all__ = ["Language", "message_ids", "say", "say_hours", "template"]
