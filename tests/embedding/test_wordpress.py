"""The WordPress plugin, run by a real PHP against the functions of WordPress that it calls."""

import json
import re
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import html5lib
import pytest

from tests.servers import php
from tests.servers.missing import required

PLUGIN = Path(__file__).parents[2] / "config" / "wordpress" / "eventsvc.php"
HOST = "https://events.example.org"
EVIL = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def interpreter():
    with required(php.program()) as found:
        yield found


@pytest.fixture
def wordpress(interpreter):
    """Load the plugin and do these things: what it registered, and what came out."""

    def run(*things, address=HOST, plugin=PLUGIN, **asked):
        asked |= {"options": {"eventsvc_address": address} if address is not None else {}, "do": things}
        got = subprocess.run(
            [interpreter, Path(__file__).with_name("wordpress.php"), plugin],
            input=json.dumps(asked), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert got.returncode == 0, got.stdout + got.stderr
        answer = json.loads(got.stdout)
        assert answer["said"] == ""  # a plugin that says something while it is loaded breaks the whole site
        return answer

    return run


def frames(html):
    """The frames and links of a piece of HTML, which has to be sound."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parseFragment(html)
    assert parser.errors == [], (parser.errors, html)
    assert list(tree.iter("script")) == []
    return [(frame.get("src"), frame.get("title"), frame.get("height")) for frame in tree.iter("iframe")]


def test_php_finds_no_fault_in_it(interpreter):
    got = subprocess.run([interpreter, "-l", PLUGIN], capture_output=True, text=True, check=False)

    assert got.returncode == 0, got.stdout


@pytest.mark.parametrize(
    ("given", "source", "height"),
    [
        ({"event": "assembly"}, "/embed/assembly", "460"),
        ({"event": "assembly", "view": "form", "lang": "es"}, "/embed/assembly/register?lang=es", "1100"),
        ({"event": f"{HOST}/es/events/assembly", "lang": "pt-BR"}, "/embed/assembly?lang=pt-BR", "460"),
        ({"event": "assembly", "view": "nonsense", "lang": "x y"}, "/embed/assembly", "460"),
        ({"organization": "alianza-americas"}, "/embed/lists/organizations/alianza-americas", "640"),
        ({"programme": "summit", "tag": "x"}, "/embed/lists/programmes/summit", "640"),
        ({"tag": "migration", "lang": "es"}, "/embed/lists/tags/migration?lang=es", "640"),
        ({"view": "list"}, "/embed/lists/all", "640"),
    ],
)
@pytest.mark.parametrize("way", ["shortcode", "block"])
def test_the_short_code_and_the_block_make_a_frame_and_a_link(wordpress, way, given, source, height):
    answer = wordpress([way, given])

    (html,) = answer["out"]
    assert frames(html) == [(HOST + source, "Event", height)]
    assert re.search(rf'<p><a href="{HOST}/(e/assembly)?">Open in a page of its own</a></p>', html)
    assert answer["scripts"] == {"eventsvc": f"{HOST}/embed.js"}


def test_nothing_that_is_typed_becomes_markup(wordpress):
    things = [["shortcode", dict.fromkeys(names, EVIL)] for names in (["event"], ["view"], ["organization"], ["tag"])]
    titled = [["shortcode", {"event": "assembly", "title": EVIL, "lang": EVIL, "view": EVIL}]]

    nothing = wordpress(*things)["out"]
    (html,) = wordpress(*titled)["out"]

    assert nothing == ["", "", "", ""]
    assert frames(html) == [(f"{HOST}/embed/assembly", EVIL, "460")]


def test_what_is_missing_is_told_to_editors_only(wordpress):
    assert wordpress(["shortcode", {}])["out"] == [""]
    assert wordpress(["shortcode", {}], rights=["edit_posts"])["out"] == [
        "<p>Say which event: its short name, or its link.</p>"
    ]
    unset = wordpress(["block", {"event": "assembly"}], rights=["edit_posts"], address="")
    assert "enter the address of the service" in unset["out"][0]
    assert not unset["providers"]
    assert wordpress(["block", {"event": "assembly"}], address="javascript:alert(1)")["out"] == [""]


def test_links_to_the_service_are_answered_by_it_and_shown_as_the_frame_alone(wordpress):
    ours = '<blockquote><a href="x">Assembly</a></blockquote><iframe src="y"></iframe>'
    answer = wordpress(
        ["embed", [ours, f"{HOST}/e/assembly", [], 1]], ["embed", [ours, "https://other.example.org/e/x", [], 1]]
    )

    assert answer["out"] == ['<iframe src="y"></iframe>', ours]
    assert set(answer["providers"].values()) == {f"{HOST}/oembed"}
    patterns = [re.escape(each).replace(r"\*", "(.+)") for each in answer["providers"]]  # as WP_oEmbed does
    for path in ("/e/assembly", "/es/events/assembly", "/en/organizations/x", "/pt/programmes/x", "/fr/tags/x"):
        assert any(re.search(pattern, HOST + path) for pattern in patterns), path


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://Other.example.org/", "https://other.example.org"),
        (" http://localhost:8000/en/ ", "http://localhost:8000"),
        ("", ""),
        ("events.example.org", HOST),
        ("javascript:alert(1)", HOST),
        ("https://user@evil.example.org", HOST),
        (f"https://{EVIL}", HOST),
        ("https://", HOST),
    ],
)
def test_the_setting_keeps_addresses_only(wordpress, typed, kept):
    answer = wordpress(["save", typed])

    assert answer["out"] == [kept]
    assert bool(answer["errors"]) is (kept == HOST)


def test_the_settings_page_is_for_administrators_and_escapes_what_it_shows(wordpress):
    assert wordpress(["page", None])["out"] == [""]

    answer = wordpress(["page", None], rights=["manage_options"], locale="es_MX")
    assert f'value="{HOST}"' in answer["out"][0]
    assert "Dirección del servicio" in answer["out"][0]
    assert answer["pages"]["eventsvc"][0] == "manage_options"
    assert EVIL not in wordpress(["page", None], rights=["manage_options"], address=f"https://x{EVIL}")["out"][0]


def test_it_speaks_spanish_on_a_spanish_site(wordpress):
    (html,) = wordpress(["shortcode", {"event": "assembly"}], locale="es_GT")["out"]

    assert "Abrir en una página aparte" in html
    assert frames(html)[0][1] == "Evento"
    source = PLUGIN.read_text()
    said = set(re.findall(r"eventsvc_say\( '([^']+)' \)", source)) | set(
        re.findall(r"\? '([^']+)' : '([^']+)';", source)[0]
    )
    table = source.partition("const EVENTSVC_SPANISH")[2].partition(");")[0]
    assert said == set(re.findall(r"^\t'([^']+)'\s*=>", table, re.MULTILINE))


def test_the_block_can_be_chosen_in_the_editor(wordpress):
    answer = wordpress()

    block = answer["blocks"]["eventsvc/event"]
    assert set(block["attributes"]) == {"event", "view", "lang", "organization"}
    script = answer["inline"][block["editor_script"]]
    assert "registerBlockType( 'eventsvc/event'" in script
    from tests.servers.chromium import node

    checked = subprocess.run([node(), "--check", "-"], input=script, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_the_archive_to_install_knows_our_address(client, wordpress, tmp_path):
    answer = client.get("/embed/wordpress.zip")
    archive = ZipFile(BytesIO(answer.data))
    archive.extractall(tmp_path)

    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert archive.namelist() == ["eventsvc/eventsvc.php"]
    (html,) = wordpress(
        ["shortcode", {"event": "assembly"}], address=None, plugin=tmp_path / "eventsvc" / "eventsvc.php"
    )["out"]
    assert frames(html)[0][0] == "http://localhost/embed/assembly"
    assert client.get("/embed/wordpress.zip").data == answer.data
