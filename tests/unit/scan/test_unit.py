"""What a scan is cut into."""

from hypothesis import given
from hypothesis import strategies as st

from benban.scan.unit import Kind, Listed, cut_units, kind_of

NAMES = st.sampled_from(["a.jpg", "b", "c.WARC.gz", "d.warc", "e.wacz", "f.parquet", "g.gz"])


@given(
    listed=st.lists(st.builds(Listed, name=NAMES, groups=st.integers(0, 3))),
    most=st.integers(1, 4),
)
def test_every_file_and_every_row_group_stands_in_one_unit(listed: list[Listed], most: int) -> None:
    units = list(cut_units(listed, most_files=most))

    found = [(unit.kind, name, unit.group) for unit in units for name in unit.names]
    expected = [
        (kind_of(one.name), one.name, group)
        for one in listed
        for group in range(max(1, one.groups) if kind_of(one.name) is Kind.PARQUET else 1)
    ]
    assert found == expected
    assert [unit.index for unit in units] == list(range(len(units)))
    assert all(len(unit.names) <= most for unit in units)


def test_the_ending_says_how_a_file_is_read() -> None:
    named = ["x.jpg", "x.warc", "X.WARC.GZ", "x.wacz", "x.parquet", "warc", "x.gz"]

    assert [kind_of(name).value for name in named] == [
        *("files", "warc", "warc", "wacz", "parquet"),
        *("files", "files"),
    ]
