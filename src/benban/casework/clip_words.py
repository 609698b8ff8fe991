"""What is said of a comparison with videos: the ids of its sentences and their values."""

from benban.model.finding import Against, Cell, ClipPlace, CommonOrigin

Sentence = tuple[str, dict[str, str | int]]


def clip_sentences(finding: CommonOrigin, original: str) -> tuple[Sentence, ...]:
    """
    Return what is said of a finding of ``compare_clips``, in order.

    Of tier C and 0 one sentence says the tier, and nothing else is said (HARM 11).

    Args:
        finding: of a run with videos.
        original: what the original is called here; used only where it was found.
    """
    place = finding.clip
    if place is not None:
        return _of_place(finding, place, original)
    if finding.showings:
        times = ", ".join(
            f"{time_in_video(one.from_ms)}–{time_in_video(one.to_ms)}" for one in finding.showings
        )
        return (("cli.clip.shown", {"original": original, "times": times}),)
    is_of_photos = finding.against is Against.PHOTOS_BY_FINGERPRINT
    return (("cli.clip.photos.none" if is_of_photos else "cli.clip.tier.0", {}),)


def time_in_video(at_ms: int) -> str:
    """Return a time as players show it, to the second: ``4:07``, ``1:04:07``."""
    seconds = (at_ms + 500) // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours:
        return f"{hours}:{minutes:02}:{seconds % 60:02}"
    return f"{minutes}:{seconds % 60:02}"


def _of_place(finding: CommonOrigin, place: ClipPlace, original: str) -> tuple[Sentence, ...]:
    said: list[Sentence] = [
        (
            f"cli.clip.tier.{finding.tier.value}",
            {
                "original": original,
                "begin": time_in_video(place.from_ms),
                "end": time_in_video(place.to_ms),
                "at": time_in_video(place.at_ms),
                "agreeing": place.frames_agreeing,
                "compared": place.frames_compared,
            },
        )
    ]
    if place.rate is not None:
        said.append(("cli.clip.rate", {"percent": round(100 * place.rate)}))
    if place.is_mirrored:
        said.append(("cli.clip.mirrored", {}))
    grid = finding.change_map
    if grid is not None:
        shares: dict[str, str | int] = {
            cell.name.lower(): round(100 * grid.share(cell))
            for cell in (Cell.AGREE, Cell.CHANGED, Cell.UNDECIDED)
        }
        said.append(("cli.clip.map", {"pairs": place.frames_mapped, **shares}))
    return tuple(said)
