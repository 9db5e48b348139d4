"""A value nothing can work with is refused at the start, and the refusal names it and gives nothing away."""

import os

import pytest

from eventsvc import vault
from eventsvc.app import create_app
from eventsvc.settings import BadSetting, load_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in list(os.environ):
        if name.startswith("EVENTSVC_"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "example.org"),
        ("BASE_URL", "https://events.example.org/path"),
        ("BASE_URL", "https://events example.org"),
        ("BASE_URL", "https://user:password@example.org"),
        ("BASE_URL", "https://example.org:port"),
        ("BASE_URL", "https://example.org?x"),
        ("BASE_URL", "http://[::1"),
        ("MAIL_URL", "ftp://mail.example.org"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://user:hush@mail.example.org:99999"),
        ("MAIL_URL", "smtp://user:hush@mail.example.org:port"),
        ("MAIL_FROM", "hush"),
        ("MAIL_FROM", "hush@example.org, b@example.org"),
        ("MAIL_FROM", ".hush@example.org"),
        ("MAIL_FROM", "Events <hush@example.org>"),
        ("MAIL_FROM", "hush@example.org\r\nBcc: b@example.org"),
        ("WORKERS", "0"),
        ("WORKERS", "many"),
        ("LANGUAGE", "de"),
        ("TRUSTED_PROXIES", "-1"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_setting(monkeypatch, name, value):
    monkeypatch.setenv(f"EVENTSVC_{name}", value)

    with pytest.raises(BadSetting) as refused:
        load_settings()

    assert str(refused.value).startswith(f"EVENTSVC_{name}: ")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "https://events.example.org/"),
        ("BASE_URL", "http://[::1]:8000"),
        ("BASE_URL", "https://ñandú.example"),
        ("MAIL_URL", "smtp+starttls://user:p%40ss@mail.example.org:587"),
        ("MAIL_URL", "smtp://localhost"),
        ("MAIL_URL", "smtps://[::1]:465"),
        ("MAIL_FROM", "rsvp@events.example.org"),
    ],
)
def test_a_good_value_passes(monkeypatch, name, value):
    monkeypatch.setenv(f"EVENTSVC_{name}", value)

    load_settings()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        (b'data_dir = "x\n', "not TOML"),
        (b"\xff\xfe", "not TOML"),
        (b"workers = " + b"9" * 5000, "not TOML"),
        (b"x = " + b"[" * 100_000, "too deep inside each other"),
    ],
)
def test_a_configuration_that_is_not_there_or_not_toml_is_not_passed_over(monkeypatch, tmp_path, content, reason):
    file = tmp_path / "own.toml"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("EVENTSVC_CONFIG", str(file))

    with pytest.raises(BadSetting, match=f"EVENTSVC_CONFIG: .*{reason}"):
        load_settings()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("workers = 1.5", "EVENTSVC_WORKERS: must be a whole number"),
        ("workers = 99999999999999999999", "EVENTSVC_WORKERS: must be 64 or less"),
        ("limit_network = 0", "EVENTSVC_LIMIT_NETWORK: must be 1 or more"),
        ('demo = "perhaps"', "EVENTSVC_DEMO: must be true or false"),
        ("demo = 2031-01-01", "EVENTSVC_DEMO: must be true or false"),
        ("data_dir = 5", "EVENTSVC_DATA_DIR: must be a text in quotes"),
        ("mail_url = 5", "EVENTSVC_MAIL_URL: must be a text in quotes"),
        ("[operator_name]", "EVENTSVC_OPERATOR_NAME: must be a text in quotes"),
        ("mail_ulr = 5", "EVENTSVC_MAIL_ULR: there is no such setting"),
        ('demo = true\nbase_url = "https://example.org"', "the demo only answers on this machine; set base_url"),
    ],
)
def test_every_kind_of_bad_value_has_a_sentence_of_ours(monkeypatch, tmp_path, line, said):
    (tmp_path / "own.toml").write_text(line)
    monkeypatch.setenv("EVENTSVC_CONFIG", str(tmp_path / "own.toml"))

    with pytest.raises(BadSetting) as refused:
        load_settings()

    assert str(refused.value).startswith(said)


def test_a_key_that_no_setting_has_is_refused(monkeypatch, tmp_path):
    (tmp_path / "own.toml").write_text('mail_ulr = "smtp://mail.example.org"\n')
    monkeypatch.setenv("EVENTSVC_CONFIG", str(tmp_path / "own.toml"))

    with pytest.raises(BadSetting, match="EVENTSVC_MAIL_ULR"):
        load_settings()


@pytest.mark.parametrize("content", [b"hello\n", b"\xff\xfe\x00", b"A" * 43 + b"\n\xff"])
def test_a_key_file_that_holds_no_key_is_refused_by_its_name(monkeypatch, tmp_path, content):
    (tmp_path / "secret.key").write_bytes(content)

    with pytest.raises(BadSetting, match=r"secret\.key: a key is 32 bytes"):
        vault.load_masters(load_settings(data_dir=tmp_path))


@pytest.mark.parametrize(("proxies", "times"), [(0, 1), (1, 0)])
def test_a_proxy_nobody_told_us_of_is_logged_once_and_without_an_address(tmp_path, caplog, proxies, times):
    client = create_app(load_settings(data_dir=tmp_path, trusted_proxies=proxies)).test_client()

    client.get("/healthz")
    assert caplog.messages == []
    for _ in range(2):
        client.get("/healthz", headers={"X-Forwarded-For": "203.0.113.7"})

    assert [record.levelname for record in caplog.records] == ["WARNING"] * times
    assert all("EVENTSVC_TRUSTED_PROXIES is 0" in said and "203.0" not in said for said in caplog.messages)


def test_https_is_asked_for_on_our_own_host_alone(tmp_path):
    client = create_app(load_settings(data_dir=tmp_path, base_url="https://example.org")).test_client()

    said = client.get("/healthz", base_url="https://example.org").headers["Strict-Transport-Security"]

    assert said == "max-age=31536000"
