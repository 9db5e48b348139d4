"""Which language is spoken to whom."""

import re

import pytest

from eventsvc.accounts.models import Account, Role
from eventsvc.db import db, transaction
from eventsvc.languages import (
    LANGUAGE_NAMES,
    LANGUAGES,
    OFFICE_LANGUAGES,
    direction,
    interface_language,
    negotiate,
    office_language,
    pick,
)
from eventsvc.mail.upkeep import post_test
from eventsvc.organizers.founding import add_member
from eventsvc.settings import BadSetting, load_settings, project_folder
from tests.organizers.staff import Staff

CHROME_IN_BRAZIL = "pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7"
CHROME_IN_FRANCE = "fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7"


def lang_of(response):
    return response.text.partition('<html lang="')[2][:2]


def test_every_language_has_a_name_and_the_office_speaks_some_of_them():
    assert set(LANGUAGE_NAMES) == set(LANGUAGES)
    assert set(OFFICE_LANGUAGES) < set(LANGUAGES)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (CHROME_IN_BRAZIL, "pt"),
        (CHROME_IN_FRANCE, "fr"),
        ("pt-PT", "pt"),
        ("fr-CA,en", "fr"),
        ("de,fr;q=0.5,en;q=0.4", "fr"),
        ("de", "en"),
        ("quc,es;q=0.8", "es"),
    ],
)
def test_a_visitor_is_led_to_the_first_of_their_languages_that_we_speak(client, accepted, language):
    assert client.get("/", headers={"Accept-Language": accepted}).location == f"/{language}/"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (CHROME_IN_BRAZIL, "es"),
        (CHROME_IN_FRANCE, "en"),
        ("fr,en;q=0.9,es;q=0.5", "es"),  # nobody's browser adds Spanish by itself
        ("es-GT,es;q=0.9,en;q=0.8", "es"),
        ("en,pt;q=0.5", "en"),
        ("pt", "es"),
        ("de", "en"),
    ],
)
def test_who_works_here_is_spoken_to_in_the_nearest_language_of_the_office(client, accepted, language):
    for path in ("/organize/sign-in", "/organize/nothing", "/mailbox/", "/door/nothing"):
        assert lang_of(client.get(path, headers={"Accept-Language": accepted})) == language, path


def test_the_language_of_the_service_is_spoken_to_those_who_name_none_we_know(app, client, monkeypatch):
    changed = app.extensions["eventsvc.settings"].model_copy(update={"language": "pt"})
    monkeypatch.setitem(app.extensions, "eventsvc.settings", changed)

    assert client.get("/", headers={"Accept-Language": "de"}).location == "/pt/"
    assert lang_of(client.get("/nothing")) == "pt"
    assert lang_of(client.get("/organize/sign-in")) == "es"


@pytest.mark.parametrize(("language", "spoken"), [("pt", "es"), ("fr", "en"), ("es", "es")])
def test_an_account_speaks_a_language_of_the_office(app, client, language, spoken, monkeypatch):
    changed = app.extensions["eventsvc.settings"].model_copy(update={"language": language})
    monkeypatch.setitem(app.extensions, "eventsvc.settings", changed)
    with app.app_context():
        with transaction():
            add_member("eva@example.org", "Alianza", Role.OWNER, office_language(language))
            message = post_test("ana@example.org")
        assert db.session.scalars(db.select(Account.language)).all() == [spoken]
        assert message.language == spoken


def test_an_account_cannot_choose_a_language_that_the_office_does_not_speak(app, cast):
    member = Staff(app, cast).member(language="es")

    assert member.fill("/organize/", "language", language="fr").status_code == 404
    assert lang_of(member.get("/organize/")) == "es"


def test_an_event_may_have_our_languages_and_any_other(app, cast):
    staff = Staff(app, cast)
    member = staff.member()

    def offered(page):
        return re.findall(r'checkbox" name="language" value="([\w-]+)"[^>]*?( checked)?>', member.get(page).text)

    assert offered("/organize/new-event") == [("en", " checked"), ("es", " checked"), ("pt", ""), ("fr", "")]
    event = staff.event("Encontro", languages=["quc", "pt"], titles={"quc": "Jun nim riqbʼal ibʼ", "pt": "Encontro"})
    assert offered(f"/organize/events/{event.slug}/languages") == [
        ("quc", " checked"),
        ("pt", " checked"),
        ("en", ""),
        ("es", ""),
        ("fr", ""),
    ]


def test_an_unknown_language_is_refused_with_those_there_are(monkeypatch):
    monkeypatch.setenv("EVENTSVC_LANGUAGE", "de")

    with pytest.raises(BadSetting, match=r"EVENTSVC_LANGUAGE: must be one of en, es, pt, fr"):
        load_settings()


def test_the_settings_file_names_every_language():
    settings = (project_folder("config") / "default.toml").read_text().splitlines()
    (line,) = [text for text in settings if text.endswith("EVENTSVC_LANGUAGE")]

    assert ": en, es, pt or fr. The back office and the commands speak en and es." in line
    assert (LANGUAGES, OFFICE_LANGUAGES) == (("en", "es", "pt", "fr"), ("en", "es"))


@pytest.mark.parametrize(
    ("tag", "way"),
    [
        ("en", "ltr"),
        ("quc", "ltr"),
        ("ar", "rtl"),
        ("ar-EG", "rtl"),
        ("he", "rtl"),
        ("fa-AF", "rtl"),
        ("ckb", "rtl"),
        ("ar-Latn", "ltr"),
        ("az", "ltr"),
        ("az-Arab", "rtl"),
        ("uz-AF", "rtl"),
        ("ff-Adlm", "rtl"),
        ("arc", "rtl"),
        ("pnb", "rtl"),
        ("xx", "ltr"),
        ("zh-Hant", "ltr"),
    ],
)
def test_which_way_a_language_is_written(tag, way):
    assert direction(tag) == way


def test_a_text_is_picked_in_the_nearest_language_there_is():
    texts = {"es": "hola", "pt-BR": "oi", "ar": "مرحبا", "fr": ""}

    assert pick(texts, "es") == ("hola", "es")
    assert pick(texts, "pt") == ("oi", "pt-BR")
    assert pick({"pt": "olá"}, "pt-BR") == ("olá", "pt")
    assert pick(texts, "en", ["ar", "es"]) == ("مرحبا", "ar")
    assert pick(texts, "fr", ["ar"]) == ("مرحبا", "ar")
    assert pick(texts, "en") == ("hola", "es")
    assert pick({}, "en", ["ar"]) == ("", "en")


def test_a_text_in_a_variety_of_our_languages_has_our_words_around_it():
    assert interface_language("pt-BR", "en") == "pt"
    assert interface_language("quc", "es") == "es"
    assert negotiate(["quc", "fr-CA"], "en") == "fr"
