"""Countries and languages, in the reader's own words and order."""

import pytest

from eventsvc.i18n import LANGUAGES, speaking
from eventsvc.questions.kinds import KINDS, plain, said
from eventsvc.questions.world import sort_key
from tests.questions.asking import answers, question

COUNTRY, LANGUAGE = question("country", number=91), question("language", number=92)


def names(kind: str, language: str) -> list[str]:
    return [option.label for option in KINDS[kind].options(question(kind), language)]


def test_there_are_all_countries_and_no_unions_or_codes_for_tests():
    codes = {option.slug for option in KINDS["country"].options(COUNTRY, "en")}

    assert len(codes) == 250  # ISO 3166-1 has 249, and Kosovo is in use beside them
    assert {"MX", "GT", "PS", "TW", "XK", "EH"} <= codes
    assert not {"EU", "UN", "ZZ", "IC"} & codes


def test_the_languages_people_organize_in_are_there_and_those_only_prayed_in_are_not():
    codes = {option.slug for option in KINDS["language"].options(LANGUAGE, "en")}

    assert {"es", "pt", "quc", "mam", "kek", "tzo", "nah", "qu", "gn", "arn", "ht", "ckb", "yue"} <= codes
    assert not {"la", "cu", "zxx", "und", "io"} & codes


@pytest.mark.parametrize("kind", ["country", "language"])
def test_each_reader_finds_them_under_another_name_and_in_order(kind):
    lists = {language: names(kind, language) for language in LANGUAGES}

    assert len({tuple(each) for each in lists.values()}) == len(LANGUAGES)
    for language, each in lists.items():
        assert each == sorted(each, key=lambda name: sort_key(name, language))
        assert len(set(each)) == len(each)
        assert all(name[:1].upper() == name[:1] for name in each)


def test_marks_on_letters_do_not_send_a_name_to_the_end():
    assert names("country", "en").index("Åland Islands") == 1
    assert names("country", "fr").index("États-Unis") < names("country", "fr").index("Fidji")


def test_in_spanish_n_with_a_tilde_comes_after_n():
    assert sorted(["Ñuble", "Oaxaca", "Nube", "Nzima"], key=lambda name: sort_key(name, "es")) == [
        "Nube", "Nzima", "Ñuble", "Oaxaca",
    ]  # fmt: skip
    assert sorted(["Ñuble", "Nube", "Nzima"], key=lambda name: sort_key(name, "en")) == ["Nube", "Ñuble", "Nzima"]


def test_answers_are_codes_and_said_in_words():
    assert answers([COUNTRY, LANGUAGE], {"q91": "GT", "q92": "quc"}) == {91: "GT", 92: "quc"}
    assert (said("GT", COUNTRY, "fr"), plain("GT", COUNTRY)) == ("Guatemala", "GT")
    assert [said("de", LANGUAGE, tag) for tag in ("en", "es", "pt", "fr")] == ["German", "alemán", "alemão", "allemand"]
    assert said("kek", LANGUAGE, "es") == "Q’eqchi’"


@pytest.mark.parametrize("code", ["XX", "gt", "GTM", "\u202eGT"])
def test_other_codes_are_refused_in_the_language_of_the_reader(code):
    with speaking("es"):
        assert answers([COUNTRY], {"q91": code}) == ["Elija un país."]
