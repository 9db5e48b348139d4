"""A description without its marks: plain sentences, for where neither links nor headings can be."""

import re
from itertools import accumulate, takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_SENTENCE = re.compile(r".+?(?:[.!?…。؟](?=[\s»”\")])[»”\")]*|$)\s*", re.DOTALL)


def plain_text(markdown: str) -> str:
    """Its words, a line for each paragraph, heading or item of a list."""
    tokens = _markdown.parse(markdown)
    lines = ((_words(token), at > 1 and tokens[at - 2].type == "list_item_open") for at, token in enumerate(tokens))
    return "\n".join(f"• {words}" if is_item else words for words, is_item in lines if words)


def _words(token: Token) -> str:
    parts = (" " if each.type in {"softbreak", "hardbreak"} else each.content for each in token.children or ())
    return " ".join("".join(parts).split())


def sentences(text: str) -> list[str]:
    """Cut where a sentence or a line ends; each keeps the space after it."""
    return [part for line in text.splitlines(keepends=True) for part in _SENTENCE.findall(line) if part.strip()]


def opening(text: str, most: int) -> str:
    """The first whole sentences in at most so many signs; of one that is too long, its first words and an ellipsis."""
    parts = sentences(text)
    fit = list(takewhile(lambda length: length <= most, accumulate(map(len, parts))))
    found = "".join(parts[: len(fit)]).rstrip()
    return found or cut(text, most)


def cut(text: str, most: int) -> str:
    """At most so many signs, cut between words."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    whole = kept if text[most - 1].isspace() else kept.rpartition(" ")[0] or kept
    return whole.rstrip(" ,;:–—-") + "…"
