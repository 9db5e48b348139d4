"""Times as typed: what the clocks skip is refused, and of what they show twice it is asked which is meant."""

from wtforms import Field, RadioField

from eventsvc.i18n import _, offset_text, time_text
from eventsvc.organizers.fields import choices
from eventsvc.zones import readings


def refuse(field: Field, sentence: str) -> bool:
    """Say beside the field what is wrong with it. Always False."""
    field.errors = [*field.errors, sentence]
    return False


def exists(field: Field, zone: str) -> bool:
    """Does a clock in the zone ever show this time? Says so beside the field where it does not."""
    if not field.data or readings(field.data, zone):
        return True
    said = _(
        "The clocks are put forward that night: %(time)s does not exist there. Choose an earlier or later time.",
        time=time_text(field.data),
    )
    return refuse(field, said)


class WallClock:
    """A form with `starts`, `ends` and for each of them which of the two where an hour comes twice."""

    starts: Field
    starts_fold: RadioField
    ends: Field
    ends_fold: RadioField

    def clocks_are_right(self, zone: str) -> bool:
        """Does each of the two times name one moment, and is the end after the start?"""
        clear = [_is_clear(self.starts, self.starts_fold, zone), _is_clear(self.ends, self.ends_fold, zone)]
        if not all(clear) or self.starts.data is None or self.ends.data is None:
            return False
        starts, ends = (
            readings(time.data, zone)[-1 if fold.data == "1" else 0].timestamp()
            for time, fold in ((self.starts, self.starts_fold), (self.ends, self.ends_fold))
        )
        return ends > starts or refuse(self.ends, _("The end must be after the start."))


def _is_clear(time: Field, fold: RadioField, zone: str) -> bool:
    if time.data is None or not exists(time, zone):
        return False
    meant = readings(time.data, zone)
    if len(meant) < 2:
        fold.data = "0"
        return True
    first, second = meant
    fold.choices = choices(
        [
            ("0", _("The first: %(time)s at %(offset)s", time=time_text(first), offset=offset_text(first))),
            ("1", _("The second: %(time)s at %(offset)s", time=time_text(second), offset=offset_text(second))),
        ]
    )
    if fold.data in {"0", "1"}:
        return True
    return refuse(fold, _("On that night the clocks are put back, and this time comes twice. Choose which of the two."))
