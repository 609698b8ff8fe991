"""Whatever an archive holds: typed answers only, every picture once, the same every time."""

import io
import json
import random
import zipfile
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from benban.errors import BenbanError
from benban.unpack.own_photos.kinds import Kind, kind_by_name, nfc
from benban.unpack.own_photos.parts import OwnPhoto
from benban.unpack.own_photos.reading import read_own_photos
from benban.unpack.source import Given, zip_source
from tests.unit.unpack.own_photos.archives import archive

NAMES = st.sampled_from(
    [
        "IMG_1.jpg",
        "IMG_1.HEIC",
        "IMG_1.MOV",
        "IMG_1.dng",
        "IMG_1(1).jpg",
        "IMG_1-edited.jpg",
        "IMG_1-edited-edited.jpg",
        "IMG_E1.jpg",
        "IMG_1_thumb.jpg",
        "\u1ea3nh.png",
        "a\u0309nh.png",
        "noending",
        "x.mp4",
    ]
)
FOLDERS = st.sampled_from(
    [
        "",
        "your_facebook_activity/posts/media/",
        "your_facebook_activity/messages/inbox/a_1/photos/",
        "media/posts/202401/",
        "data/tweets_media/",
        "Takeout/Google Photos/Photos from 2020/",
        "Takeout/Google Photos/A/",
        "photos/",
    ]
)
LISTS = st.sampled_from(
    [
        "your_facebook_activity/posts/album/0.json",
        "your_facebook_activity/posts/your_posts_1.json",
        "your_facebook_activity/messages/inbox/a_1/message_1.json",
        "your_instagram_activity/media/posts_1.json",
        "your_instagram_activity/media/archived_posts.json",
        "personal_information/personal_information/personal_information.json",
        "user_data_tiktok.json",
        "result.json",
        "Takeout/Google Photos/A/metadata.json",
        "Takeout/Google Photos/A/IMG_1.jpg.supplemental-metad.json",
        "data/tweets.js",
        "data/protected-history.js",
        "data/profile.js",
    ]
)
KEYS = st.sampled_from(
    [
        *("uri", "creation_timestamp", "photos", "media", "messages", "name", "privacy"),
        *("label_values", "list", "chats", "type", "id", "photo", "file", "from_id", "title"),
        *("VideoList", "Post", "Posts", "Link", "Date", "photoTakenTime", "timestamp", "access"),
        *("ig_stories", "tweet", "id_str", "protectedHistory", "action", "profile_user"),
        *("string_map_data", "sender_name", "sharedAlbumComments", "googlePhotosOrigin"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=8),
    NAMES,
    FOLDERS.flatmap(lambda folder: NAMES.map(lambda name: folder + name)),
    st.just("../up.jpg"),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, bytes]:
    pictures = draw(st.lists(st.tuples(FOLDERS, NAMES), max_size=14))
    content = {folder + name: b"\xff\xd8\xff" for folder, name in pictures}
    for name in draw(st.lists(LISTS, max_size=4)):
        document = json.dumps(draw(VALUES)).encode()
        if name.endswith(".js"):
            document = b"window.YTD.any.part0 = " + document
        cut = draw(st.none() | st.integers(0, len(document)))
        content[name] = document[:cut]
    return {nfc(name): data for name, data in content.items()}


def read_once(*sources: Given) -> None:
    parts = list(read_own_photos(sources))
    names = [part.name for part in parts if isinstance(part, OwnPhoto) and part.entry is not None]
    entries = [entry.name for source in sources for entry in source.entries()]
    pictures = [name for name in entries if kind_by_name(name) in {Kind.PICTURE, Kind.RAW}]

    assert len(names) == len(set(names))
    if len(sources) == 1:
        assert set(pictures) <= set(names)
    assert [part.position for part in parts] == list(range(len(parts)))
    assert parts == list(read_own_photos(sources))


@given(trees())
def test_every_picture_of_any_tree_comes_once(content: dict[str, bytes]) -> None:
    read_once(archive(content))


@given(trees(), trees())
def test_every_picture_of_two_parts_comes_once(
    first: dict[str, bytes], second: dict[str, bytes]
) -> None:
    sources = (archive(first, "p-001.zip"), archive(second, "p-002.zip"))
    together = len([name for name in (*first, *second) if kind_by_name(name) is Kind.PICTURE])

    parts = list(read_own_photos(sources))

    found = [one.entry for one in parts if isinstance(one, OwnPhoto) and one.entry is not None]
    pictures = [entry for entry in found if kind_by_name(entry.name) is Kind.PICTURE]
    assert len(pictures) == together
    assert len({entry.name for entry in found}) == len(found)


@given(trees(), st.integers(0, 2**32))
def test_a_damaged_archive_gives_typed_errors_only(content: dict[str, bytes], seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(_packed(content))
    for _ in range(3):
        data[chance.randrange(len(data))] = chance.randrange(256)
    # Anything else than these goes through and fails the test.
    with suppress(BenbanError):
        read_once(zip_source(io.BytesIO(bytes(data)), "damaged.zip"))


def _packed(content: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in {**content, "IMG_9.jpg": b"\xff\xd8\xff"}.items():
            packed.writestr(name, data)
    return out.getvalue()
