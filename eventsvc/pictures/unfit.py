"""Why an upload cannot become a picture, in a sentence for who uploaded it."""

from eventsvc.errors import WrongValue
from eventsvc.i18n import lazy_gettext as _l


class Unfit(WrongValue):
    """An upload that cannot become a picture. Said in the language of who asks, not of the thread that found it."""

    code = "unfit_picture"

    def __init__(self, **values: object) -> None:
        super().__init__()
        self._values = values

    @property
    def message(self) -> str:
        return self.sentence % self._values if self._values else str(self.sentence)


class NotAPicture(Unfit):
    sentence = _l("This file is not a picture that we can read. Choose a JPEG, PNG, WebP, GIF or AVIF file.")


class Drawing(Unfit):
    sentence = _l(
        "SVG files can hold programs, so we do not take them. Save the drawing as a PNG file, and choose that."
    )


class FromAPhone(Unfit):
    sentence = _l("HEIC pictures cannot be read by every browser. Save the picture as a JPEG file, and choose that.")


class Damaged(Unfit):
    sentence = _l("This picture is damaged or incomplete. Open it, save it again, and choose the new file.")


class TooManyPixels(Unfit):
    sentence = _l("This picture has too many pixels: at most %(most)s million. Make it smaller, and choose it again.")


class TooSmall(Unfit):
    sentence = _l("This picture is too small: it needs at least %(width)s by %(height)s pixels. Choose a larger one.")
