import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un</p>\n<p>Deux &amp; trois</p>", "Un\n\nDeux & trois"),
        ("<ul><li>Un</li><li>Deux</li></ul>", "- Un\n- Deux"),
        ("Un<br>Deux<br/>Trois", "Un\nDeux\nTrois"),
        ("<script>alert(1)</script>Un<style>p{}</style>", "Un"),
        ("a < b et c > d", "a < b et c > d"),
        ("Rendez-vous dès 8&nbsp;h&nbsp;30", "Rendez-vous dès 8 h 30"),
        ("<p>Non fermé <b>gras", "Non fermé gras"),
        ("<!-- caché -->vu", "vu"),
        ("&lt;b&gt;pas du gras&lt;/b&gt;", "<b>pas du gras</b>"),
        (None, ""),
        (["x"], ""),
        (12, "12"),
    ],
)
def test_html_reads_as_what_a_reader_sees(html, text):
    assert plain_text.from_html(html) == text


def test_direction_control_and_half_characters_are_taken_out():
    assert plain_text.line("a\u202eb\u2066c\x00d\ud800e\ufefff\u200bg\x1bh\U000e0041") == "abcdefgh"
    assert plain_text.paragraphs("un\r\n\r\n\r\n\r\ndeux\x0b\ttrois") == "un\n\ndeux trois"
    assert plain_text.line("👩\u200d🍳 café") == "👩\u200d🍳 café"


def test_long_text_is_cut_at_a_word():
    assert plain_text.cut("un deux trois quatre", 12) == "un deux…"
    assert plain_text.line("x" * 500, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c#d",
        "https://mesevenementsemploi.francetravail.fr/é",
    ],
)
def test_web_addresses_are_taken(address):
    assert plain_text.web_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "https://",
        "https://a b.org",
        'https://example.org/"onclick',
        "//example.org",
        None,
        5,
        "https://example.org/" + "x" * 2_000,
        "https://localhost/",
        "mailto:a@example.org",
    ],
)
def test_nothing_else_is_an_address(address):
    assert plain_text.web_address(address) == ""


@given(st.text())
def test_any_text_comes_out_clean_and_bounded(text):
    for clean in (plain_text.line(text, 50), plain_text.paragraphs(text, 50), plain_text.from_html(text, 50)):
        assert len(clean) <= 50
        assert clean == clean.strip()
        clean.encode()
        assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x1b\r")


@pytest.mark.parametrize(
    "hostile",
    [
        "<" * 1_000_000,
        "<!--" * 300_000,
        "<!" * 500_000,
        "&" * 1_000_000,
        "<a " * 300_000,
        "\n " * 500_000,
        "<![CDATA[" * 100_000,
        "</" * 500_000,
        "<?" * 500_000,
        "e\u0301" * 500_000,
        "<a x='" * 300_000,
        '<a x="' * 300_000,
        "<a x=" * 300_000,
        "<style>" * 300_000,
    ],
    ids=lambda text: text[:9].encode("unicode_escape").decode(),
)
def test_hostile_texts_cost_no_time(hostile):
    started = time.process_time()
    for text in (hostile, hostile[:5_000] + ">", "<p>" + hostile):
        plain_text.from_html(text)
    assert time.process_time() - started < 1
