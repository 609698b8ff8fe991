"""Pages for a phone: a value in, the bytes of self-contained files out."""

from benban.guide.content import (
    GuideContent,
    GuidePlatform,
    GuideStep,
    GuideText,
    TextPlace,
)
from benban.guide.render import guide_files

__all__ = [
    "GuideContent",
    "GuidePlatform",
    "GuideStep",
    "GuideText",
    "TextPlace",
    "guide_files",
]
