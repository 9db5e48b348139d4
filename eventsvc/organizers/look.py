"""How an organization looks: its logo, colour and cover, and the pages of others that may show its events in a frame."""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, ColorField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, Organization
from eventsvc.i18n import _, language
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.intake import takes
from eventsvc.languages import OFFICE_LANGUAGES
from eventsvc.organizers.fields import clean_text
from eventsvc.organizers.gate import bp
from eventsvc.organizers.origins import origin_list, origins
from eventsvc.organizers.uploads import MOST_SENT, alt_fields, alt_typed, ask_again, made_of, picture_field
from eventsvc.organizers.wall_clock import refuse
from eventsvc.pictures import accents, keeping
from eventsvc.pictures.making import Made
from eventsvc.pictures.shown import Shown, shown
from eventsvc.registration.forms import clean_line

_COLOUR = re.compile(r"#?([0-9a-f]{6})", re.IGNORECASE)
MOST_LANGUAGES = 6
RECENT = 50


class LookForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """Everything but what the cover shows, which `look_form` asks for in each language."""

    logo = picture_field(_l("Logo"))
    remove_logo = BooleanField(_l("Remove the logo"))
    accent = StringField(_l("Colour"), [Optional()], filters=[clean_line])
    picker = ColorField(_l("Or choose it here"), [Optional()])
    cover = picture_field(_l("Cover picture"))
    remove_cover = BooleanField(_l("Remove the cover picture"))
    frames = TextAreaField(
        _l("Websites on which the registration form may stand"),
        [origin_list, Length(max=5000, message=_l("This text is too long: at most %(max)d characters."))],
        filters=[clean_text],
    )


def look_form(languages: Sequence[str]) -> type[LookForm]:
    """The form with a field for what the cover shows in each of these languages."""
    return type("LookFormInLanguages", (LookForm,), alt_fields(languages))


@bp.get("/organizations/<organization>/look")
@members(EDITORS)
def look(organization: Organization) -> str:
    pictures = _pictures(organization)
    languages = _languages(organization, pictures.get("cover"))
    return _page(organization, look_form(languages)(data=_shown(organization, pictures)), pictures)


@bp.post("/organizations/<organization>/look")
@members(EDITORS)
@takes(MOST_SENT)
def save_look(organization: Organization) -> ResponseReturnValue:
    pictures = _pictures(organization)
    languages = _languages(organization, pictures.get("cover"))
    form = look_form(languages)()
    right = form.validate()
    right &= all([_accent_is_one(form), _cover_is_described(form, languages, organization)])
    made = made_of(form, logo="logo", cover="cover") if right else None
    if made is None:
        ask_again(form, "logo", "cover")
        return _page(organization, form, pictures), 422
    attempt(lambda: _save(organization, form, languages, made))
    flash(_("Saved."))
    return redirect(url_for("organizers.look", organization=organization.slug), 303)


def _pictures(organization: Organization) -> dict[str, Shown]:
    ids = {"logo": organization.logo_id, "cover": organization.cover_id}
    known = shown(ids.values())
    return {name: known[picture] for name, picture in ids.items() if picture in known}


def _languages(organization: Organization, cover: Shown | None) -> tuple[str, ...]:
    """The member's own, those of the back office, of the latest events, and those in which the cover is described."""
    recent = sa.select(Event.languages).where(Event.host_id == organization.id).order_by(Event.id.desc()).limit(RECENT)
    used = [tag for tags in db.session.scalars(recent) for tag in tags]
    wished = dict.fromkeys([language(), *OFFICE_LANGUAGES, *used])
    described = [] if cover is None else list(cover.alt)
    return tuple(dict.fromkeys([*list(wished)[:MOST_LANGUAGES], *described]))


def _shown(organization: Organization, pictures: dict[str, Shown]) -> dict[str, Any]:
    alt = pictures["cover"].alt if "cover" in pictures else {}
    return {
        "accent": organization.accent,
        "picker": _in_picker(organization),
        "frames": "\n".join(organization.frame_ancestors),
        **{f"alt_{tag}": text for tag, text in alt.items()},
    }


def _in_picker(organization: Organization) -> str:
    """What the picker shows; a browser's picker always shows some colour: where none is chosen, ours."""
    return organization.accent or f"#{accents.tokens(accents.LIGHT)['accent']}"


def _chosen_accent(form: LookForm, organization: Organization) -> str:
    """Of the two ways to say it the one that was used; where both were, what was typed."""
    typed, picked = _written(form.accent.data), _written(form.picker.data)
    is_picked = typed == organization.accent and picked not in {"", _in_picker(organization)}
    return picked if is_picked else typed


def _written(colour: str | None) -> str:
    found = _COLOUR.fullmatch(colour or "")
    return f"#{found[1].lower()}" if found else ""


def _accent_is_one(form: LookForm) -> bool:
    if not form.accent.data or _written(form.accent.data):
        return True
    return refuse(form.accent, _("Enter # and six signs from 0 to 9 and a to f, such as #0b5d57, or leave it empty."))


def _cover_is_described(form: LookForm, languages: Sequence[str], organization: Organization) -> bool:
    """A cover needs words for those who cannot see it, and such words a cover."""
    stays = organization.cover_id is not None and not form.remove_cover.data
    has_words, first = bool(alt_typed(form, languages)), form[f"alt_{languages[0]}"]
    if (form.cover.data or stays) and not has_words:
        return refuse(first, _("Say what the picture shows, in at least one language: not everybody can see it."))
    if has_words and not (form.cover.data or organization.cover_id):
        return refuse(form.cover, _("Choose the picture that you describe."))
    return True


def _save(organization: Organization, form: LookForm, languages: Sequence[str], made: dict[str, Made]) -> None:
    with transaction():
        db.session.refresh(organization, with_for_update=True)
        before = (organization.logo_id, organization.cover_id)
        names = organization.names or {language(): organization.name}
        words = alt_typed(form, languages)
        wanted = {
            "logo_id": keeping.replaced(before[0], made.get("logo"), names, remove=form.remove_logo.data),
            "cover_id": keeping.replaced(before[1], made.get("cover"), words, remove=form.remove_cover.data),
            "accent": _chosen_accent(form, organization),
            "frame_ancestors": origins(form.frames.data or ""),
        }
        if all(getattr(organization, name) == value for name, value in wanted.items()):
            return
        for name, value in wanted.items():
            setattr(organization, name, value)
        editing.touch_organization(organization)
        keeping.drop_unused(*before)


def _page(organization: Organization, form: LookForm, pictures: dict[str, Shown]) -> str:
    colour = organization.accent[1:]
    schemes = {"light": accents.LIGHT, "dark": accents.DARK}
    samples = {
        name: (accents.corrected(colour, scheme), accents.tokens(scheme)) for name, scheme in schemes.items() if colour
    }
    return render_template(
        "organizers/look.html", organization=organization, form=form, pictures=pictures, samples=samples
    )
