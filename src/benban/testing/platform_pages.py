"""The pages of the simulated platform, in the markup of Telegram's and X's public pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# Public pages of these services were read for their class and attribute names, 2026-11:
# t.me/<channel>/<id>?embed=1 (widget), t.me/s/<channel> (feed), x.com/<user>/status/<id>.
_STYLE = """
body{font-family:sans-serif;background:#e7ebf0;margin:0}
.tgme_widget_message{background:#fff;max-width:460px;margin:12px auto;padding:10px}
.tgme_widget_message_photo_wrap{display:block;width:440px;height:330px;background-size:cover}
.tgme_widget_message_user_photo img{width:40px;height:40px;border-radius:20px}
"""
# A one-pixel-wide blur as services write into their HTML ahead of the picture.
INLINE_THUMBNAIL = (
    "data:image/gif;base64,R0lGODlhAgACAPAAAP8A/wAAACH5BAAAAAAALAAAAAACAAIAAAICRAoAOw=="
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """
    One post as the platform holds it.

    Attributes:
        media: address paths of its pictures or videos, in order.
        views: as shown, in the platform's own way of writing numbers.
    """

    channel: str
    number: int
    author: str
    text: str
    media: tuple[str, ...]
    views: str
    posted_at: str
    avatar: str = "/file/avatar.jpg"


def feed_page(channel: str, members: str, posts: Sequence[Post]) -> str:
    """Return the public feed of *channel* with all *posts*."""
    body = "".join(_message(post) for post in posts)
    header = (
        f'<div class="tgme_channel_info"><div class="tgme_channel_info_counter">'
        f'<span class="counter_value">{escape(members)}</span> '
        f'<span class="counter_type">thành viên</span></div></div>'
    )
    return _page(f"{channel} – Kênh", header + body)


def post_page(post: Post, members: str) -> str:
    """Return the page of one post: a header and the widget in a frame."""
    frame = (
        f'<div class="tgme_page_extra">{escape(members)} thành viên</div>'
        f'<iframe src="/{post.channel}/{post.number}?embed=1&amp;mode=tme" '
        f'width="480" height="600"></iframe>'
    )
    return _page(f"{post.author} – bài {post.number}", frame)


def widget_page(post: Post) -> str:
    """Return the widget of one post."""
    return _page(f"Bài {post.number}", _message(post))


def deleted_page(channel: str) -> str:
    """Return what is shown where a post was."""
    return _page(
        f"{channel}",
        '<div class="tgme_widget_message_error">Bài đăng này không còn nữa (Post not found)</div>',
    )


def status_page(post: Post, others: Sequence[Post]) -> str:
    """Return one status with answers of others below it, in the markup of X."""
    articles = "".join(_article(each) for each in (post, *others))
    return _page(f"{post.author} trên X", f"<main>{articles}</main>")


def plain_page(title: str, pictures: Sequence[str], text: str) -> str:
    """Return a page of no known layout."""
    images = "".join(f'<figure><img src="{escape(path)}" alt=""></figure>' for path in pictures)
    return _page(title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>{images}")


def _message(post: Post) -> str:
    media = "".join(_media(path) for path in post.media)
    return (
        f'<div class="tgme_widget_message text_not_supported_wrap" '
        f'data-post="{post.channel}/{post.number}">'
        f'<div class="tgme_widget_message_user"><a href="/{post.channel}">'
        f'<i class="tgme_widget_message_user_photo"><img src="{post.avatar}"></i></a></div>'
        f'<div class="tgme_widget_message_bubble">'
        f'<div class="tgme_widget_message_author"><a class="tgme_widget_message_owner_name" '
        f'href="/{post.channel}"><span dir="auto">{escape(post.author)}</span></a></div>'
        f"{media}"
        f'<div class="tgme_widget_message_text" dir="auto">{escape(post.text)}</div>'
        f'<div class="tgme_widget_message_footer"><div class="tgme_widget_message_info">'
        f'<span class="tgme_widget_message_views">{escape(post.views)}</span> lượt xem '
        f'<a class="tgme_widget_message_date" href="/{post.channel}/{post.number}">'
        f'<time datetime="{post.posted_at}">{post.posted_at[11:16]}</time></a>'
        f"</div></div></div></div>"
    )


def _media(path: str) -> str:
    if path.endswith(".mp4"):
        return (
            f'<a class="tgme_widget_message_video_player">'
            f'<i class="tgme_widget_message_video_thumb" '
            f"style=\"background-image:url('{INLINE_THUMBNAIL}')\"></i>"
            f'<video src="{path}" class="tgme_widget_message_video" width="440" preload="auto">'
            f"</video></a>"
        )
    return (
        f'<a class="tgme_widget_message_photo_wrap" '
        f"style=\"background-image:url('{path}')\"></a>"
        f'<img class="blur" width="20" height="15" src="{INLINE_THUMBNAIL}">'
    )


def _article(post: Post) -> str:
    photos = "".join(
        f'<div data-testid="tweetPhoto"><img alt="Hình ảnh" src="{path}"></div>'
        for path in post.media
    )
    return (
        f'<article data-testid="tweet"><div data-testid="Tweet-User-Avatar">'
        f'<img src="{post.avatar}"></div>'
        f'<a href="/{post.channel}/status/{post.number}"><time datetime="{post.posted_at}">'
        f"{post.posted_at[:10]}</time></a>"
        f'<div data-testid="tweetText">{escape(post.text)}</div>{photos}'
        f'<a href="/{post.channel}/status/{post.number}/analytics">'
        f"<span>{escape(post.views)}</span> <span>Lượt xem</span></a></article>"
    )


def _page(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<link rel="icon" href="/file/favicon.png"><style>{_STYLE}</style></head>'
        f"<body>{body}</body></html>"
    )
