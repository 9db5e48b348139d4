"""The style sheet of the letters, written into their elements: many mail readers drop what stands in the head.

It is done to the source of a template, once, when it is first loaded, and not to each letter. Expressions of the
template language are hidden from the HTML parser meanwhile: in attributes as signs, elsewhere as comments, which may
stand anywhere, even between the rows of a table.
"""

import re
from collections.abc import Callable
from functools import cached_property

import css_inline
import jinja2

SHEET = "mail/letter.css"
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_HIDDEN = re.compile("\ue000(\\d+)\ue001")
_SHOWN = re.compile('(?:<!--|&lt;!--)?\ue000(\\d+)\ue001(?:="")?(?:-->|--&gt;)?')


class InliningLoader(jinja2.BaseLoader):
    """Loads like the loader behind it, and inlines the style sheet into letters in HTML."""

    def __init__(self, behind: jinja2.BaseLoader | None) -> None:
        self._behind = behind or jinja2.DictLoader({})

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, path, is_fresh = self._behind.get_source(environment, template)
        if template.startswith("mail/") and template.endswith(".html"):
            sheet = self._behind.get_source(environment, SHEET)[0]
            source = Hidden(source).inlined(sheet)
        return source, path, is_fresh


class Hidden:
    """The source of one template while its expressions are hidden."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.expressions: list[str] = []

    def inlined(self, sheet: str) -> str:
        """Raises ValueError where an expression stands where it cannot be hidden (as an attribute of its own)."""
        html = self._inline(self._covered, sheet)
        if "<tbody" not in self.source:  # the parser adds one, and would tear it from an {% if %} around the rows
            html = html.replace("<tbody>", "").replace("</tbody>", "")
        if sorted(int(found) for found in _HIDDEN.findall(html)) != list(range(len(self.expressions))):
            raise ValueError("an expression stands where the style sheet cannot be inlined around it")
        return _SHOWN.sub(lambda found: self.expressions[int(found[1])], html)

    @cached_property
    def _covered(self) -> str:
        signs = _EXPRESSION.sub(self._hide, self.source)
        pieces = []
        end = 0
        for tag in _TAG.finditer(signs):
            pieces += [_HIDDEN.sub(r"<!--\g<0>-->", signs[end : tag.start()]), tag[0]]
            end = tag.end()
        return "".join([*pieces, _HIDDEN.sub(r"<!--\g<0>-->", signs[end:])])

    def _hide(self, found: re.Match[str]) -> str:
        self.expressions.append(found[0])
        return f"\ue000{len(self.expressions) - 1}\ue001"

    @staticmethod
    def _inline(html: str, sheet: str) -> str:
        inliner = css_inline.CSSInliner(
            inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False, extra_css=sheet
        )
        return inliner.inline(html) if "<html" in html else inliner.inline_fragment(html, sheet)
