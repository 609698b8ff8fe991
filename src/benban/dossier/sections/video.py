"""What was read from a video: found and claimed are two rows, because anyone can write a claim."""

from benban.dossier.blocks import Fact
from benban.dossier.voice import Voice
from benban.model.video import VideoFacts

_MS_PER_S = 1000


def video_rows(voice: Voice, facts: VideoFacts) -> tuple[Fact, ...]:
    """Return what was found in a video and what its file claims."""
    found = [
        voice.say(
            "video.found",
            container=facts.container.value,
            codec=voice.user(facts.codec),
            width=voice.number(facts.width_px),
            height=voice.number(facts.height_px),
        ),
        voice.say("video.pictures", count=voice.number(facts.found_frames)),
        _seconds(voice, facts.found_duration_ms),
        voice.say("video.sound" if facts.has_sound else "video.no-sound"),
    ]
    if not facts.is_counted_whole:
        found.append(voice.say("video.in-part"))
    if not facts.is_shown:
        found.append(voice.say("video.no-still"))
    claimed = [
        voice.say("video.no-count")
        if facts.claimed_frames is None
        else voice.say("video.pictures", count=voice.number(facts.claimed_frames)),
        _seconds(voice, facts.claimed_duration_ms),
        voice.say("video.rate", rate=facts.claimed_frame_rate)
        if facts.claimed_frame_rate
        else voice.say("video.no-rate"),
    ]
    return (
        voice.fact("video-found", "; ".join(found)),
        voice.fact("video-claimed", "; ".join(claimed)),
    )


def _seconds(voice: Voice, duration_ms: int | None) -> str:
    if duration_ms is None:
        return voice.say("video.no-length")
    return voice.say("video.length", seconds=voice.number(duration_ms / _MS_PER_S, 3))
