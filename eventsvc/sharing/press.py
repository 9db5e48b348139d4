"""Prints a card or a poster from a template and the words for it. What somebody wrote never becomes markup.

A print takes a tenth of a second: it is made beside everything else, one at a time in each process, and kept.
"""

import hashlib
import io
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventsvc.pictures.apart import apart
from eventsvc.settings import PACKAGE, project_folder

if TYPE_CHECKING:
    import typst

COLOURS = 64
FONTS = PACKAGE / "sharing" / "fonts"


def mark(template: str, data: dict[str, Any]) -> str:
    """Another one whenever the print would be another."""
    return hashlib.blake2s(_template(template) + _json(data).encode(), digest_size=8).hexdigest()


def picture(template: str, data: dict[str, Any]) -> bytes:
    """A PNG, a pixel for each point of the template's page."""
    return apart(_with_few_colours, _print(template, data, format="png", ppi=72))


def document(template: str, data: dict[str, Any]) -> bytes:
    """A tagged PDF that says what is what to those who cannot see it.

    It keeps PDF/UA-1 and says so, except where a sign stands in no font there is: the standard refuses such a text.
    """
    import typst

    try:
        return _print(template, data, format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError:
        return _print(template, data, format="pdf")


def _with_few_colours(png: bytes) -> bytes:
    """A third of the weight: words on plain grounds need no more colours than their softened edges have."""
    from PIL import Image

    lighter = io.BytesIO()
    with Image.open(io.BytesIO(png)) as drawn:
        few = drawn.convert("RGB").quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(lighter, "PNG")
    return lighter.getvalue()


def _print(template: str, data: dict[str, Any], **options: Any) -> bytes:
    with tempfile.TemporaryDirectory() as nothing:
        printed = apart(_typeset, _template(template), nothing, _fonts(), _json(data), options)
    if not isinstance(printed, bytes):
        raise TypeError(f"{template} should be one page")
    return printed


def _typeset(source: bytes, root: str, fonts: "typst.Fonts", data: str, options: dict[str, Any]) -> object:
    """What the template makes of the data; from the folder it works in it can read what is there: nothing."""
    import typst

    return typst.Compiler(input=source, root=root, font_paths=fonts, sys_inputs={"data": data}).compile(**options)


@cache
def _template(name: str) -> bytes:
    folder: Path = project_folder("templates") / "sharing"
    return b"\n".join((folder / f"{part}.typ").read_bytes() for part in ("setting", name))


@cache
def _fonts() -> "typst.Fonts":
    """Ours first, then those of the machine, for scripts that ours do not have."""
    import typst

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[str(FONTS)])


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True)
