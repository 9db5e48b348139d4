"""Dates, ranges, numbers, lists and names as people of each language write them, looked at one by one."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from eventsvc import i18n
from eventsvc.events.days import days_text, short_day_text
from eventsvc.i18n import LANGUAGES, speaking

EVENING = datetime(2031, 6, 10, 18, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
MORNING_AFTER = EVENING.replace(day=12, hour=9)

WRITTEN = {
    "month_text": ("June 2031", "junio de 2031", "junho de 2031", "juin 2031"),
    "weekday_text": ("Tue", "mar", "ter", "mar"),
    "month_abbreviation": ("Jun", "jun", "jun", "juin"),
    "short_date_text": ("Jun 10, 2031", "10 jun 2031", "10 de jun. de 2031", "10 juin 2031"),
    "time_text": ("6:00\xa0PM", "6:00\xa0p.m.", "18:00", "18:00"),
    "offset_text": ("UTC−7", "UTC−7", "UTC−7", "UTC−7"),
    "zone_text": (
        "Pacific Daylight Time, UTC−7",
        "hora de verano del Pacífico, UTC−7",
        "Horário de Verão do Pacífico, UTC−7",
        "heure d’été du Pacifique nord-américain, UTC−7",
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_moment_in_every_language(name):
    for language, wanted in zip(LANGUAGES, WRITTEN[name], strict=True):
        with speaking(language):
            assert getattr(i18n, name)(EVENING) == wanted, language


@pytest.mark.parametrize(
    ("language", "one_day", "several"),
    [
        (
            "en",
            "Tuesday, June 10, 2031, 6:00\xa0PM to 8:00\xa0PM",
            "Tuesday, June 10, 2031, 6:00\xa0PM to Thursday, June 12, 2031, 9:00\xa0AM",
        ),
        (
            "es",
            "martes, 10 de junio de 2031, de 6:00\xa0p.m. a 8:00\xa0p.m.",
            "martes, 10 de junio de 2031, 6:00\xa0p.m., hasta el jueves, 12 de junio de 2031, 9:00\xa0a.m.",
        ),
        (
            "pt",
            "terça-feira, 10 de junho de 2031, das 18:00 às 20:00",
            "terça-feira, 10 de junho de 2031, 18:00, até quinta-feira, 12 de junho de 2031, 09:00",
        ),
        (
            "fr",
            "mardi 10 juin 2031, de 18:00 à 20:00",
            "du mardi 10 juin 2031 à 18:00 au jeudi 12 juin 2031 à 09:00",
        ),
    ],
)
def test_from_when_to_when(language, one_day, several):
    with speaking(language):
        zone = f" ({i18n.zone_text(EVENING)})"
        assert i18n.span_text(EVENING, EVENING.replace(hour=20)) == one_day + zone
        assert i18n.span_text(EVENING, MORNING_AFTER) == several + zone


@pytest.mark.parametrize(
    ("language", "days", "day"),
    [
        ("en", "Jun 10–12, 2031", "Tue, Jun 10"),
        ("es", "10–12 de junio de 2031", "mar, 10 jun"),
        ("pt", "10–12 de jun. de 2031", "ter., 10 de jun."),
        ("fr", "10–12 juin 2031", "mar. 10 juin"),
    ],
)
def test_the_days_of_a_programme(language, days, day):
    with speaking(language):
        assert (days_text(EVENING, MORNING_AFTER), short_day_text(EVENING)) == (days, day)


def test_the_first_day_of_a_programme_is_written_as_people_do():
    said = []
    for tag in LANGUAGES:
        with speaking(tag):
            said.append(short_day_text(EVENING.replace(day=1)))
    assert said == ["Sun, Jun 1", "dom, 1 jun", "dom., 1º de jun.", "dim. 1er juin"]


@pytest.mark.parametrize(
    ("language", "two", "three", "number", "count"),
    [
        ("en", "Spanish and Arabic", "a, b, and c", "1,234,567.5", "and 1 co-host"),
        ("es", "español y árabe", "a, b y c", "1,234,567.5", "y 1 organización coanfitriona"),
        ("pt", "espanhol e árabe", "a, b e c", "1.234.567,5", "e 1 organização parceira"),
        ("fr", "espagnol et arabe", "a, b et c", "1\u202f234\u202f567,5", "et 1 autre organisation"),
    ],
)
def test_lists_and_numbers(language, two, three, number, count):
    with speaking(language):
        assert i18n.joined([i18n.language_name("es"), i18n.language_name("ar")]) == two
        assert i18n.joined(["a", "b", "c"]) == three
        assert (i18n.joined(["a"]), i18n.joined([])) == ("a", "")
        assert i18n.number_text(1234567.5) == number
        assert i18n.ngettext("and %(num)s co-host", "and %(num)s co-hosts", 1) == count


def test_spanish_says_e_before_the_sound_of_i():
    with speaking("es"):
        assert i18n.joined(["español", "inglés"]) == "español e inglés"


def test_nothing_is_singular_in_portuguese_and_french_and_plural_in_english_and_spanish():
    def nothing(language):
        with speaking(language):
            return i18n.ngettext("%(num)s event", "%(num)s events", 0)

    assert [nothing(tag) for tag in LANGUAGES] == ["0 events", "0 eventos", "0 evento", "0 événement"]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Portuguese", "Kʼicheʼ", "Portuguese (Brazil)", "Q’eqchi’", "Zapotec", "xx"]),
        ("es", ["portugués", "quiché", "portugués (Brasil)", "Q’eqchi’", "zapoteco", "xx"]),
        ("pt", ["português", "quiché", "português (Brasil)", "Q’eqchi’", "zapoteco", "xx"]),
        ("fr", ["portugais", "quiché", "portugais (Brésil)", "Q’eqchi’", "zapotèque", "xx"]),
    ],
)
def test_languages_have_names_also_those_that_few_computers_know(language, names):
    with speaking(language):
        assert [i18n.language_name(tag) for tag in ("pt", "quc", "pt-BR", "kek", "zap", "xx")] == names


def test_countries_have_names():
    said = []
    for tag in LANGUAGES:
        with speaking(tag):
            said.append(i18n.country_name("br"))
    assert said == ["Brazil", "Brasil", "Brasil", "Brésil"]
