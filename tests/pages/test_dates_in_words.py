"""Dates as people of each language write them."""

from datetime import UTC, datetime

import pytest

from eventsvc.i18n import date_text, short_date_text, speaking

FIRST = datetime(2031, 7, 1, 17, tzinfo=UTC)
ELEVENTH = datetime(2031, 7, 11, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "in_full", "in_short"),
    [
        ("en", "Tuesday, July 1, 2031", "Jul 1, 2031"),
        ("es", "martes, 1 de julio de 2031", "1 jul 2031"),
        ("pt", "terça-feira, 1º de julho de 2031", "1º de jul. de 2031"),
        ("fr", "mardi 1er juillet 2031", "1er juil. 2031"),
    ],
)
def test_the_first_of_a_month_is_written_as_people_do(language, in_full, in_short):
    with speaking(language):
        assert (date_text(FIRST), short_date_text(FIRST)) == (in_full, in_short)


@pytest.mark.parametrize(
    ("language", "in_full"), [("pt", "sexta-feira, 11 de julho de 2031"), ("fr", "vendredi 11 juillet 2031")]
)
def test_the_eleventh_is_no_first(language, in_full):
    with speaking(language):
        assert date_text(ELEVENTH) == in_full
