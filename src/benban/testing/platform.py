"""
A platform on loopback: it posts, retracts, re-uploads, answers late, and misbehaves on request.

It writes down every request, so that a test can show what was asked for and what was not.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http.server import ThreadingHTTPServer
from threading import Lock, Thread
from typing import Self

from benban.testing.pictures import draw_feed_picture
from benban.testing.platform_hostile import hostile_answer
from benban.testing.platform_manners import Manner, front_answer, manner_answer
from benban.testing.platform_pages import (
    Post,
    deleted_page,
    feed_page,
    plain_page,
    post_page,
    status_page,
    widget_page,
)
from benban.testing.platform_server import Answer, SeenRequest, handler_class, html, jpeg
from benban.testing.platform_tls import self_signed_identity

CHANNEL = "kenh_vi_du"
OTHER_CHANNEL = "kenh_khac"
POSTS = 40
MEMBERS = "2.012"
_FIRST_NUMBER = 101


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Where a picture that was put up can be seen, and the address of the picture itself."""

    page_address: str
    media_address: str
    number: int


class PlatformSimulator:
    """
    The site, alive while its with-block runs, in threads of its own.

    Args:
        posts: how many posts of others the channel has; each with one picture of its own.
        with_tls: serve https with a certificate nobody vouches for.
        now: dates the answers; this computer's clock when there is none.
    """

    def __init__(
        self,
        *,
        posts: int = POSTS,
        with_tls: bool = False,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._lock = Lock()
        self._seen: list[SeenRequest] = []
        self._late_s: dict[str, float] = {}
        self._manners: dict[str, Manner] = {}
        self._files: dict[str, Answer] = {
            "/file/avatar.jpg": jpeg(draw_feed_picture(900)),
            "/file/favicon.png": jpeg(draw_feed_picture(901)),
        }
        self._posts: dict[tuple[str, int], Post] = {}
        for index in range(posts):
            self._put(CHANNEL, _FIRST_NUMBER + index, draw_feed_picture(index), f"Bài số {index}")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_class(self._answer, now))
        self._server.daemon_threads = True
        self._scheme = "https" if with_tls else "http"
        self.identity = self_signed_identity("127.0.0.1") if with_tls else None
        if self.identity is not None:
            plain = self._server.socket
            self._server.socket = self.identity.context.wrap_socket(plain, server_side=True)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        """Listen on a random port of 127.0.0.1."""
        self._thread.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def host(self) -> str:
        """Where it listens: always 127.0.0.1."""
        return "127.0.0.1"

    @property
    def port(self) -> int:
        """The port listened on."""
        return int(self._server.server_address[1])

    def address(self, path: str) -> str:
        """Return the address of *path*, which begins with a slash."""
        return f"{self._scheme}://{self.host}:{self.port}{path}"

    def feed_address(self, number: int | None = None) -> str:
        """Return the address of the channel's feed, at post *number* if one is given."""
        return self.address(f"/s/{CHANNEL}" + ("" if number is None else f"/{number}"))

    def post_address(self, number: int) -> str:
        """Return the address of the page of one post."""
        return self.address(f"/{CHANNEL}/{number}")

    def number_of(self, index: int) -> int:
        """Return the number of the *index*-th post of others, from 0."""
        return _FIRST_NUMBER + index

    def post(self, picture: bytes, text: str, *, channel: str = CHANNEL) -> Upload:
        """Put a JPEG or MP4 up as a new post of *channel*."""
        with self._lock:
            used = [number for name, number in self._posts if name == channel]
        number = max(used, default=0) + 1
        post = self._put(channel, number, picture, text)
        return Upload(
            page_address=self.address(f"/{channel}/{number}"),
            media_address=self.address(post.media[0]),
            number=number,
        )

    def reupload(self, picture: bytes, text: str) -> Upload:
        """Put a picture up again in another channel under another path."""
        return self.post(picture, text, channel=OTHER_CHANNEL)

    def retract(self, number: int, *, channel: str = CHANNEL) -> None:
        """Take a post down: its page says so with status 404, its media is gone."""
        with self._lock:
            post = self._posts.pop((channel, number))
            for path in post.media:
                self._files.pop(path)

    def change(self, number: int, *, text: str, channel: str = CHANNEL) -> None:
        """Edit the text of a post."""
        with self._lock:
            self._posts[channel, number] = replace(self._posts[channel, number], text=text)

    def answer_late(self, path: str, seconds: float) -> None:
        """Let every later request of *path* wait."""
        with self._lock:
            self._late_s[path] = seconds

    def behave(self, path: str, manner: Manner | None) -> None:
        """Let *path* answer in that manner from now on; None as it would by itself."""
        with self._lock:
            if manner is None:
                self._manners.pop(path, None)
            else:
                self._manners[path] = manner

    def serve(self, path: str, page: str) -> None:
        """Let *path* answer with a page of any form."""
        with self._lock:
            self._files[path] = html(page)

    def requests(self) -> tuple[SeenRequest, ...]:
        """Return every request that arrived, in order."""
        with self._lock:
            return tuple(self._seen)

    def forget_requests(self) -> None:
        """Begin a new list of requests."""
        with self._lock:
            self._seen.clear()

    def media_requests(self) -> tuple[str, ...]:
        """Return the paths of the pictures and videos that were asked for, in order."""
        return tuple(seen.path for seen in self.requests() if seen.path.startswith("/file/"))

    def _put(self, channel: str, number: int, media: bytes, text: str) -> Post:
        extension = "jpg" if media.startswith(b"\xff\xd8") else "mp4"
        path = f"/file/{channel}-{number}.{extension}"
        post = Post(
            channel=channel,
            number=number,
            author="Kênh ví dụ",
            text=text,
            media=(path,),
            views="1,2K",
            posted_at=f"2026-11-20T08:{number % 60:02d}:00+00:00",
        )
        kind = "image/jpeg" if extension == "jpg" else "video/mp4"
        with self._lock:
            self._files[path] = Answer(body=media, fields=(("Content-Type", kind),))
            self._posts[channel, number] = post
        return post

    def _answer(self, request: SeenRequest) -> Answer:
        with self._lock:
            self._seen.append(request)
            late_s = self._late_s.get(request.path, 0.0)
            posts = dict(self._posts)
            file = self._files.get(request.path)
            manner = self._manners.get(request.path)
        time.sleep(late_s)
        if manner is not None:
            return manner_answer(manner)
        if file is not None:
            return file
        page = _page_answer(request, posts)
        return hostile_answer(request) or page or front_answer(request.path) or Answer(status=404)


def _page_answer(request: SeenRequest, posts: Mapping[tuple[str, int], Post]) -> Answer | None:
    parts = request.path.strip("/").split("/")
    match parts:
        case ["s", channel, *_number]:
            return html(feed_page(channel, MEMBERS, _of(posts, channel)))
        case ["plain"]:
            pictures = [path for post in _of(posts, CHANNEL) for path in post.media]
            return html(plain_page("Trang thường", pictures, "Không theo khuôn nào"))
        case [user, "status", number] if number.isdigit():
            wanted = posts.get((user, int(number)))
            others = [post for post in _of(posts, user) if post != wanted]
            return html(status_page(wanted, others)) if wanted else None
        case [channel, number] if number.isdigit():
            post = posts.get((channel, int(number)))
            if post is None:
                return replace(html(deleted_page(channel)), status=404)
            is_widget = "embed=1" in request.query
            return html(widget_page(post) if is_widget else post_page(post, MEMBERS))
    return None


def _of(posts: Mapping[tuple[str, int], Post], channel: str) -> list[Post]:
    return [post for (name, _), post in sorted(posts.items()) if name == channel]
