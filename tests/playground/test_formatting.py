"""Markup in, text and entities out; text and entities out as a page's HTML."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import entities, formatting, links, rendering, words

GOOD = {
    "<b>a</b>": ("a", [("bold", 0, 1)]),
    "<STRONG>a</STRONG>": ("a", [("bold", 0, 1)]),
    "<i>a</i><em>b</em>": ("ab", [("italic", 0, 1), ("italic", 1, 1)]),
    "<u>a</u><ins>b</ins>": ("ab", [("underline", 0, 1), ("underline", 1, 1)]),
    "<s>a</s><strike>b</strike><del>c</del>": ("abc", [("strikethrough", i, 1) for i in range(3)]),
    '<span class="tg-spoiler">a</span>': ("a", [("spoiler", 0, 1)]),
    "<tg-spoiler>a</tg-spoiler>": ("a", [("spoiler", 0, 1)]),
    "<code>a</code>": ("a", [("code", 0, 1)]),
    "<pre>a</pre>": ("a", [("pre", 0, 1)]),
    "<blockquote>a</blockquote>": ("a", [("blockquote", 0, 1)]),
    "<blockquote expandable>a</blockquote>": ("a", [("expandable_blockquote", 0, 1)]),
    "😀<b>é</b>": ("😀é", [("bold", 2, 1)]),
    "<b>a<i>b</i></b>": ("ab", [("italic", 1, 1), ("bold", 0, 2)]),
    "<b>a</>": ("a", [("bold", 0, 1)]),
    "<b></b>a": ("a", []),
    "&lt;b&gt; &amp; &quot; &#233;&#xe9;&#xE9": ('<b> & " ééé', []),
    "&nbsp;&eacute; a & b &": ("&nbsp;&eacute; a & b &", []),
    '<a href="http://localhost/">a</a>': ("a", []),
    "<b >a</b >": ("a", [("bold", 0, 1)]),
    "<b x='&amp;&x' >a</b>": ("a", [("bold", 0, 1)]),
    "<a href=x.fr >a</a>": ("a", [("text_link", 0, 1)]),
    "<code><pre>a</pre></code>": ("a", [("pre", 0, 1), ("code", 0, 1)]),
}


@pytest.mark.parametrize("markup", GOOD)
def test_good_markup_gives_text_and_entities(markup):
    text, found = formatting.parse_html(markup)
    assert (text, [(one["type"], one["offset"], one["length"]) for one in found]) == GOOD[markup]


def test_links_moments_and_languages_keep_what_they_carry():
    markup = (
        "<a href='https://example.org/a?b=1&amp;c=2'>lien</a>"
        '<pre><code class="language-python">x</code></pre>'
        '<tg-time unix="1700000000" format="wDT">midi</tg-time>'
        '<tg-emoji emoji-id="5">🙂</tg-emoji><a>example.org</a>'
    )
    text, found = formatting.parse_html(markup)
    assert text == "lienxmidi🙂example.org"
    assert found == [
        {"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/a?b=1&c=2"},
        {"type": "pre", "offset": 4, "length": 1, "language": "python"},
        {
            "type": "date_time",
            "offset": 5,
            "length": 4,
            "unix_time": 1_700_000_000,
            "date_time_format": "wDT",
        },
        {"type": "custom_emoji", "offset": 9, "length": 2, "custom_emoji_id": "5"},
        {"type": "text_link", "offset": 11, "length": 11, "url": "http://example.org/"},
    ]


@given(st.text())
def test_any_escaped_text_is_accepted_and_reads_the_same(text):
    text = text.replace("\0", " ").encode("utf-8", "ignore").decode()
    seen, found = formatting.parse_html(f"<b>{html.escape(text)}</b>")
    assert (seen, len(found)) == (text, 1 if text else 0)


def settle(text, marks=()):
    return words.settled(text, list(marks), limit=4096, complaint="message is too long")


def test_space_around_is_trimmed_and_entities_follow():
    bold = {"type": "bold", "offset": 3, "length": 4}
    assert settle(" \n abc \n", [bold]) == ("abc", [{"type": "bold", "offset": 0, "length": 3}])


def test_marks_that_turn_writing_round_are_taken_away_and_entities_follow():
    bold = {"type": "bold", "offset": 1, "length": 2}
    assert settle("a\u202e\rb\tc", [bold]) == ("ab c", [])
    bold["length"] = 3
    assert settle("a\u202e\rb\tc", [bold]) == ("ab c", [{"type": "bold", "offset": 1, "length": 1}])


def test_only_a_hundred_entities_are_kept():
    text, found = formatting.parse_html("<b>a</b> " * 101)
    assert len(settle(text, found)[1]) == 100


def piece(text, one):
    units = text.encode("utf-16-le")
    return units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")


def test_telegram_finds_commands_links_and_addresses_by_itself():
    text = "/start@rdv_bot 😀 voir https://example.org/a, @somebody a.b@example.org #emploi 1/2 a/b"
    found = entities.found(text, [])
    assert [(one["type"], piece(text, one)) for one in found] == [
        ("bot_command", "/start@rdv_bot"),
        ("url", "https://example.org/a"),
        ("mention", "@somebody"),
        ("email", "a.b@example.org"),
        ("hashtag", "#emploi"),
    ]


def test_nothing_is_found_inside_code():
    code = {"type": "code", "offset": 0, "length": 6}
    assert entities.found("/start", [code]) == [code]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("example.org", "http://example.org/"),
        ("https://example.org/a", "https://example.org/a"),
        ("https://example.org:8443?a", "https://example.org:8443?a"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("http://localhost/", None),
        ("http://", None),
        ("http://[x", None),
        ("mailto:a@example.org", None),
        ("http://a b.org/", None),
        ("", None),
    ],
)
def test_links_are_kept_as_telegram_keeps_them(url, kept):
    assert links.checked(url) == kept


def test_a_page_gets_nothing_but_known_tags():
    text, found = formatting.parse_html(
        '<b>a&lt;script&gt;<i>b</i></b> <a href="https://example.org/?a=%22&amp;b=1">l</a> '
        '<tg-time unix="0001">t</tg-time>\n<tg-emoji emoji-id="5">🙂</tg-emoji>',
    )
    assert rendering.to_html(text, found) == (
        "<b>a&lt;script&gt;<i>b</i></b> "
        '<a href="https://example.org/?a=%22&amp;b=1" target="_blank" rel="noopener noreferrer">l</a> '
        '<time datetime="1970-01-01T00:00:01+00:00">t</time>\n🙂'
    )


def test_entities_that_cross_are_cut_so_that_tags_nest():
    crossing = [{"type": "bold", "offset": 0, "length": 3}, {"type": "italic", "offset": 2, "length": 3}]
    assert rendering.to_html("abcdef", crossing) == "<b>ab<i>c</i></b><i>de</i>f"


MARKS = st.lists(st.tuples(st.sampled_from(["bold", "italic", "code"]), st.integers(0, 9), st.integers(0, 9)))


@given(st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF)), MARKS)
def test_whatever_the_entities_the_text_is_all_there(text, marks):
    found = [{"type": kind, "offset": start, "length": length} for kind, start, length in marks]
    drawn = re.sub(r"</?(b|i|code)>", "", rendering.to_html(text, found))
    assert html.unescape(drawn) == html.unescape(html.escape(text))
