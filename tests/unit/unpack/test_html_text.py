import pytest

from benban.unpack.html_text import text_of_html, title_of_html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Một</p><p>Hai &amp; ba</p>", "Một\nHai & ba"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<div>a\n b</div>c", "a b\nc"),
        ("x <script>if (a < b) { '</p>' }</script>y", "x y"),
        ("x<style>p > a {}</style>y<STYLE>z</Style >", "xy"),
        ("x<!-- <p>y</p> -->z", "xz"),
        ('<a title="a > b">c</a>', "c"),
        ("<a title='it is > here' b=\"'\">c</a>", "c"),
        ("<p it's>don't</p>", "don't"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<template><p>x</p></template>y", "y"),
        ("<noscript>x</noscript>y", "y"),
        ("<title>Bài</title><p>Chữ", "Bài\nChữ"),
        ("<textarea><b>x</b></textarea>", "<b>x</b>"),
        ("<!doctype html><?xml x?></ >y", "y"),
        ("x<p", "x"),
        ("x<!-- y", "x"),
        ("x<a b='y", "x"),
        ("", ""),
    ],
)
def test_the_words_that_a_reader_sees_are_given(html: str, expected: str) -> None:
    assert text_of_html(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<head><TITLE lang=vi>Bài\n viết &lt;1&gt;</TITLE>", "Bài viết <1>"),
        ("<p>no title</p>", ""),
        ("<title></title><title>b</title>", "b"),
        ("<!-- <title>a</title> --><title>b</title>", "b"),
    ],
)
def test_a_page_has_the_title_it_gives_itself(html: str, expected: str) -> None:
    assert title_of_html(html) == expected


@pytest.mark.parametrize(
    "unit",
    [
        "<!--",
        "<![CDATA[",
        "<a",
        "<a b='",
        '<a b="',
        "<a '",
        "</a ",
        "<?x",
        "&#",
        "&amp",
        "<script>",
        "<title>",
        "<div>",
        "<",
        "a\n",
    ],
)
def test_megabytes_of_broken_markup_come_to_an_end(unit: str) -> None:
    html = unit * (1_000_000 // len(unit))

    assert len(text_of_html(html)) <= len(html)
    assert len(title_of_html(html)) <= len(html)
