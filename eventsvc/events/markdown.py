"""Descriptions: Markdown in, harmless HTML out."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """A link says in full where it leads; one that does not is left as text."""
        return url.partition(":")[0].lower() in SCHEMES


_markdown = _Markdown("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=256)
def to_html(text: str) -> Markup:
    """Its highest headings become the page's second level. Pictures and raw HTML do not pass."""
    tokens = _markdown.parse(text)
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    down = 2 - min((int(token.tag[1]) for token in headings), default=2)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) + down, 6)}"
    clean = nh3.clean(
        _markdown.renderer.render(tokens, _markdown.options, {}),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener",
        clean_content_tags={"script", "style"},
    )
    # A wide table scrolls in itself, by keyboard too, instead of running under what stands beside it.
    clean = clean.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")
    return Markup(clean)  # noqa: S704 - what nh3 let pass
