"""What people read: languages and message catalogues, below every room that prints."""

from benban.wording.messages import Language, forms_of, message_ids, say, say_hours, template

__all__ = ["Language", "forms_of", "message_ids", "say", "say_hours", "template"]
