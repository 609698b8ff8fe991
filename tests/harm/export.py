"""A group of forty posts saved with Telegram Desktop; each post has a picture, a poster, words."""

import io
import json
import zipfile
from pathlib import Path

from benban.testing.pictures import draw_feed_picture

POSTS = 40
CHOSEN = 19
POSTER = "Người Đăng Tin"


def name_of(number: int) -> str:
    return POSTER if number == CHOSEN else f"Thành Viên Số {number}"


def words_of(number: int) -> str:
    """Words with a canary that stands in this post and nowhere else."""
    return f"lời của bài {number:02d} canary-{number * 7919:07d}-c"


def canary_words(number: int) -> bytes:
    return f"canary-{number * 7919:07d}-c".encode()


def picture_of(number: int) -> str:
    return f"photos/photo_{number}@20-11-2026_20-15-30.jpg"


def post(number: int, text: object = None) -> dict[str, object]:
    return {
        "id": 1000 + number,
        "type": "message",
        "date": "2026-11-20T20:15:30",
        "date_unixtime": str(1_795_180_530 + 60 * number),
        "from": name_of(number),
        "from_id": f"user70000000{number:02d}",
        "photo": picture_of(number),
        "photo_file_size": len(draw_feed_picture(number)),
        "width": 480,
        "height": 360,
        "text": words_of(number) if text is None else text,
        "text_entities": [],
        "reactions": [
            {
                "type": "emoji",
                "count": 1,
                "emoji": "👍",
                "recent": [{"from": f"Người Xem {number}", "from_id": f"user80000000{number:02d}"}],
            }
        ],
    }


def document(texts: dict[int, object] | None = None) -> bytes:
    said = texts or {}
    chat = {
        "name": "Nhóm Ví Dụ",
        "type": "private_supergroup",
        "id": 2100000009,
        "messages": [post(number, said.get(number)) for number in range(POSTS)],
    }
    return json.dumps(chat, ensure_ascii=False, indent=1).encode()


def write_export(folder: Path, texts: dict[int, object] | None = None) -> Path:
    (folder / "photos").mkdir(parents=True)
    (folder / "result.json").write_bytes(document(texts))
    for number in range(POSTS):
        (folder / picture_of(number)).write_bytes(draw_feed_picture(number))
    return folder


def zip_export(path: Path) -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ChatExport/result.json", document())
        for number in range(POSTS):
            archive.writestr(f"ChatExport/{picture_of(number)}", draw_feed_picture(number))
    path.write_bytes(packed.getvalue())
    return path
