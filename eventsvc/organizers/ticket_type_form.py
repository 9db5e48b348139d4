"""The form of one ticket type: its wording per language, its limit, its window, who decides, and where it stands."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, widgets
from wtforms.validators import DataRequired, Optional

from eventsvc.events.coverage import own_limit, shared_limits
from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval, TicketType
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fields import SelectField, WallTimeField, choices, sensible_year, values_of
from eventsvc.organizers.limit_names import label, limit_names
from eventsvc.organizers.place_fields import is_whole, name_field, sentence_field, size_field, typed
from eventsvc.organizers.wall_clock import exists, refuse


class BoxesField(SelectMultipleField):
    """Several of a few, as boxes to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class TicketTypeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """All but the texts, which `ticket_type_form` adds. Times are wall times in the event's zone."""

    size = size_field(_l("Places"))
    limits = BoxesField(_l("Counts for these shared limits as well"))
    opens = WallTimeField(_l("Can be chosen from"), [Optional(), sensible_year])
    closes = WallTimeField(_l("Can be chosen until"), [Optional(), sensible_year])
    approval = RadioField(
        _l("Who decides?"),
        choices=choices(
            [
                (Approval.NONE, _l("Nobody: whoever registers has a place, or waits in line")),
                (Approval.KEEPS_SEAT, _l("You decide about each person; a place is kept for them until then")),
                (Approval.SEAT_AFTER, _l("You decide about each person; they get a place only then, if there is one")),
            ]
        ),
        default=Approval.NONE,
        validate_choice=False,
    )
    after = SelectField(_l("Place in the list"))

    def is_right(self, event: Event) -> bool:
        """Does it hold together? Says beside the fields what does not."""
        return all(
            [
                self.validate(),
                self._has_whole_sentence(event),
                self._window_is_right(event.timezone),
                self.approval.data in values_of(self.approval) or refuse(self.approval, _("Choose one of these.")),
            ]
        )

    def _has_whole_sentence(self, event: Event) -> bool:
        if not typed(self, "description", event.languages):
            return True
        return is_whole(
            self, "description", event.languages, _("Write it in this language too, or leave it empty in all of them.")
        )

    def _window_is_right(self, zone: str) -> bool:
        if not all([exists(self.opens, zone), exists(self.closes, zone)]):
            return False
        if self.opens.data and self.closes.data and self.closes.data <= self.opens.data:
            return refuse(self.closes, _("The end of this window must be after its beginning."))
        return True


def unnamed(event: Event, kinds: Sequence[TicketType]) -> list[TicketType]:
    """Ticket types that lack a name in a language of the event."""
    return [kind for kind in kinds if any(not kind.name.get(tag) for tag in event.languages)]


def ticket_type_form(event: Event, kinds: Sequence[TicketType], kind: TicketType | None, **more: Any) -> TicketTypeForm:
    """The form for this ticket type of the event, or for a new one. Among several each needs a name in every language."""
    needed = [] if kind is not None and len(kinds) == 1 else [DataRequired(_l("Enter a name: people choose by it."))]
    fields: dict[str, Any] = {}
    for tag in event.languages:
        fields |= {
            f"name_{tag}": name_field(_l("Name"), *needed),
            f"description_{tag}": sentence_field(_l("Description")),
        }
        if kind is None:
            fields |= {f"name_{each.id}_{tag}": name_field(_l("Name"), *needed) for each in unnamed(event, kinds)}
    form: TicketTypeForm = type("TicketTypeFormInLanguages", (TicketTypeForm,), fields)(**more)
    names, shared = limit_names(event, kinds), shared_limits(kinds)
    form.limits.choices = choices((str(each.quota.id), names[each.quota.id]) for each in shared)
    if kind is not None or not shared:
        del form.limits
    form.after.choices = choices(
        [
            ("0", _("First")),
            *((str(each.id), _("After “%(name)s”", name=label(each, event))) for each in kinds if each is not kind),
        ]
    )
    return form


def shown(event: Event, kinds: Sequence[TicketType], kind: TicketType) -> dict[str, Any]:
    """What stands in the form when a ticket type is opened."""
    own, number = own_limit(kind, kinds), list(kinds).index(kind)
    return {
        **{f"name_{tag}": kind.name.get(tag, "") for tag in event.languages},
        **{f"description_{tag}": kind.description.get(tag, "") for tag in event.languages},
        "size": own.size if own else None,
        "opens": kind.opens,
        "closes": kind.closes,
        "approval": kind.approval,
        "after": str(kinds[number - 1].id) if number else "0",
    }


def shown_for_new(event: Event, kinds: Sequence[TicketType]) -> dict[str, Any]:
    """What stands in the form of a new one: last in the list, and under the limits that are over all of the others."""
    over_all = [str(each.quota.id) for each in shared_limits(kinds) if len(each.kinds) == len(kinds)]
    names = {f"name_{each.id}_{tag}": each.name.get(tag, "") for each in kinds for tag in event.languages}
    return {"limits": over_all, "after": str(kinds[-1].id) if kinds else "0", **names}
