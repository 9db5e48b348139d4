"""Names that run the other way stand inside our lines without turning them around."""

from markupsafe import Markup

from eventsvc.bidi import apart, isolated
from eventsvc.i18n import gettext, joined, lazy_gettext, ngettext, said, speaking

BEIRUT = "بيروت"
ISOLATED = f"\u2068{BEIRUT}\u2069"


def test_only_what_runs_the_other_way_is_set_apart():
    assert isolated("Beirut, 12") == "Beirut, 12"
    assert isolated(BEIRUT) == ISOLATED
    assert isolated(ISOLATED) == ISOLATED
    assert isolated("Hotel שלום") == "\u2068Hotel שלום\u2069"
    assert apart("<Beirut>") == "<Beirut>"
    assert not isinstance(apart("<Beirut>"), Markup)


def test_on_a_page_it_says_its_language_where_that_is_known():
    assert apart(BEIRUT, ["en", "ar"]) == f'<bdi lang="ar">{BEIRUT}</bdi>'
    assert apart(BEIRUT, ["en", "quc"]) == f"<bdi>{BEIRUT}</bdi>"
    assert apart(BEIRUT) == f"<bdi>{BEIRUT}</bdi>"
    assert apart(f"Hotel {BEIRUT} & more", ["ar"]) == f"<bdi>Hotel {BEIRUT} &amp; more</bdi>"


def test_every_sentence_sets_its_values_apart(app):
    with speaking("pt"):
        said_in_code = gettext("%(organization)s has cancelled it.", organization=BEIRUT)
        assert joined(["Lima", BEIRUT]) == f"Lima e {ISOLATED}"
        assert joined([lazy_gettext("When"), lazy_gettext("Where")]) == "Quando e Onde"
    template = app.jinja_env.from_string('{{ _("%(organization)s has cancelled it.", organization=name) }}')
    with app.app_context(), speaking("pt"):
        said_on_a_page = template.render(name=BEIRUT)

    assert said_in_code == said_on_a_page == f"{ISOLATED} a cancelou."


def test_a_marked_value_keeps_its_mark_and_escapes_what_is_around():
    with speaking("fr"):
        label = gettext("%(name)s – waitlist", name=Markup('<span lang="quc">{}</span>').format("<b>"))
        assert label == '<span lang="quc">&lt;b&gt;</span> – liste d’attente'
        assert isinstance(label, Markup)
        assert not isinstance(gettext("%(name)s – waitlist", name="<b>"), Markup)
        assert ngettext("and %(num)s co-host", "and %(num)s co-hosts", 1234) == "et 1\u202f234 autres organisations"


def test_a_text_says_its_language_unless_it_is_the_one_being_spoken():
    with speaking("pt"):
        assert said({"pt": "a & b"}) == "a & b"
        assert said({"pt-BR": "a & b"}) == '<span lang="pt-BR" dir="ltr">a &amp; b</span>'
        assert said({"quc": "ab", "ar": BEIRUT}, ["ar"]) == f'<span lang="ar" dir="rtl">{BEIRUT}</span>'
        assert said({}) == ""
