"""HARM 1: of a page with forty pictures one is asked for, and one is in the vault."""

from benban.capture.visit import OTHER_PEOPLE
from benban.model.exhibit import ExhibitKind
from benban.testing.pictures import canary_bytes, draw_feed_picture
from benban.testing.platform import POSTS
from tests.harm.visit import CHOSEN, Visit


def test_one_media_body_is_asked_for(visit: Visit) -> None:
    assert len(visit.media_paths) == 1


def test_one_media_body_is_in_the_vault(visit: Visit) -> None:
    media = [one.size_bytes for one in visit.exhibits if one.kind is ExhibitKind.MEDIA]

    assert media == [len(draw_feed_picture(CHOSEN))]


def test_of_forty_canaries_only_the_chosen_one_is_in_what_was_kept(visit: Visit) -> None:
    everything = visit.everything()

    assert [one for one in range(POSTS) if canary_bytes(one) in everything] == [CHOSEN]


def test_the_rest_is_counted_as_withheld(visit: Visit) -> None:
    # 39 pictures and the avatar that stands beside every post, counted under their reason.
    assert {one.reason: one.count for one in visit.capture.withheld}[OTHER_PEOPLE] == POSTS
