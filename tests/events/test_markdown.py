"""Descriptions: what passes, and what does not."""

import pytest

from eventsvc.events.markdown import to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Two *words*", "<p>Two <em>words</em></p>\n"),
        ("# One\n## Two", "<h2>One</h2>\n<h3>Two</h3>\n"),
        ("### Three\n#### Four", "<h2>Three</h2>\n<h3>Four</h3>\n"),
        ("[a](https://a.example/?b=1&c=2)",
         '<p><a href="https://a.example/?b=1&amp;c=2" rel="nofollow ugc noopener">a</a></p>\n'),
        ("[m](mailto:a@example.org)", '<p><a href="mailto:a@example.org" rel="nofollow ugc noopener">m</a></p>\n'),
    ],
)  # fmt: skip
def test_plain_markdown_is_kept(text, html):
    assert to_html(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,x)",
        "[x](//evil.example)",
        "[x](/organize/)",
        "[x](ftp://a.example)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://tracker.example/x.png)",
        "<a href='https://x' onclick='y()'>x</a>",
        "<style>body{}</style>",
        "<iframe src='https://x'></iframe>",
    ],
)
def test_nothing_dangerous_passes(text):
    html = to_html(text)

    for part in ("<script", "<img", "<iframe", "<style", "<a "):
        assert part not in html


def test_a_table_is_one_and_scrolls_in_itself():
    html = to_html("| a | b |\n|---|---|\n| 1 | 2 |\n\n`<table>`")

    assert html.startswith('<div class="scroll" tabindex="0"><table>')
    assert "<th>a</th>" in html
    assert html.endswith("</table></div>\n<p><code>&lt;table&gt;</code></p>\n")
