"""Every zone an event can be in has a name for people."""

from datetime import datetime

from eventsvc.i18n import LANGUAGES, speaking, zone_text
from eventsvc.zones import known_zones, zone_named


def test_every_zone_has_a_name_besides_its_offset_in_both_languages():
    summer = datetime.fromisoformat("2031-06-10T18:00")
    for language in LANGUAGES:
        with speaking(language):
            names = {zone: zone_text(summer.replace(tzinfo=zone_named(zone))) for zone in known_zones()}
        assert [
            zone for zone, name in names.items() if "GMT" in name or name.count("UTC") != 1 or ", UTC" not in name
        ] == []


def test_a_zone_without_a_name_of_its_own_is_named_after_its_country():
    evening = datetime.fromisoformat("2031-06-10T18:00").replace(tzinfo=zone_named("Asia/Kathmandu"))
    for language, said in (
        ("es", "hora de Nepal, UTC+5:45"),
        ("fr", "heure locale\N{NO-BREAK SPACE}: Népal, UTC+5:45"),
    ):
        with speaking(language):
            assert zone_text(evening) == said
