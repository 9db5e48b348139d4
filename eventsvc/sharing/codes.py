"""The short link of an event as a QR code, dark on white with its margin, so that every camera reads it."""

import io

import segno

from eventsvc.sharing.ways import short_address

DARK = "#1b2225"


def svg(slug: str) -> bytes:
    """For a page and for print, of any size; a drawing of some two kilobytes."""
    drawn = io.BytesIO()
    _code(slug).save(drawn, kind="svg", scale=8, dark=DARK, light="#ffffff", border=4, svgns=True, omitsize=False)
    return drawn.getvalue()


def png(slug: str) -> bytes:
    """For slides and papers that take no SVG: some 600 pixels wide."""
    drawn, code = io.BytesIO(), _code(slug)
    code.save(drawn, kind="png", scale=max(1, 600 // code.symbol_size()[0]), dark=DARK, light="#ffffff", border=4)
    return drawn.getvalue()


def _code(slug: str) -> segno.QRCode:
    return segno.make_qr(short_address(slug), error="m")
