import io
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from benban.capture.media_store import MediaStore, open_body


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6), st.data())
def test_each_body_reads_back_as_a_file_of_its_own(
    bodies: list[bytes], data: st.DataObject
) -> None:
    file = io.BytesIO()
    store = MediaStore(file.write)
    places = [store.put(body) for body in bodies]
    readers = [open_body(file, place) for place in places]

    for reader, body in zip(readers, bodies, strict=True):
        at = data.draw(st.integers(0, len(body) + 3))
        reader.seek(at)
        assert reader.read(50) == body[at : at + 50]
        assert (reader.seek(0, io.SEEK_END), reader.seek(0)) == (len(body), 0)
        assert reader.read() == body


def test_bodies_lie_behind_one_another() -> None:
    store = MediaStore(len)
    first = store.put(b"abc")
    start = store.position
    store.write(b"de")
    store.write(b"f")
    places = [first, store.since(start)]

    assert [(one.offset, one.size_bytes) for one in places] == [(0, 3), (3, 3)]
    assert all(one.offset + one.size_bytes == two.offset for one, two in pairwise(places))
