"""What an operator may set: `config/default.toml`, then `EVENTSVC_CONFIG`, then `EVENTSVC_*` from the environment."""

import os
import re
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from eventsvc.languages import LANGUAGES
from eventsvc.sentences import N_, Told

PACKAGE = Path(__file__).parent
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Names also in letters of their own language, and numbers; urlsplit alone would take blanks too.
_HOST = re.compile(r"[\w.:-]+")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[\w-]+(\.[\w-]+)*")
_SELECTOR = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
_FILE = "EVENTSVC_CONFIG"
_SENTENCES = {
    "extra_forbidden": N_("there is no such setting"),
    "missing": N_("is missing"),
    "string_type": N_("must be a text in quotes"),
    "path_type": N_("must be a text in quotes"),
    "string_pattern_mismatch": N_("must be one of %(values)s"),  # the language is the one setting with a pattern
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), N_("must be a whole number")),
    **dict.fromkeys(("bool_type", "bool_parsing"), N_("must be true or false")),
    "greater_than_equal": N_("must be %(least)s or more"),
    "less_than_equal": N_("must be %(most)s or less"),
}


def project_folder(name: str) -> Path:
    """A folder such as `templates` or `config`: beside the package in a checkout, inside it in an installed wheel."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def _is_web_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port  # a port that is no number raises
    except ValueError:
        return False
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    return parts.scheme in {"http", "https"} and bool(_HOST.fullmatch(host)) and bare


def _is_mail_server(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme in {"smtp", "smtps", "smtp+starttls"} and bool(_HOST.fullmatch(host)) and port != 0


class BadSetting(Told, ValueError):
    """A setting has a value that nothing can be started with. The message names the setting and says what to do."""


class _Spoken(BaseSettings):
    """The language alone, so that what is wrong with the other settings can be said in it."""

    model_config = SettingsConfigDict(env_prefix="EVENTSVC_", extra="ignore", frozen=True)

    language: str = Field(pattern=f"^({'|'.join(LANGUAGES)})$")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        files = [project_folder("config") / "default.toml"]
        if own := os.environ.get("EVENTSVC_CONFIG"):
            Path(own).open("rb").close()  # the source takes a missing file for an empty one
            files.append(Path(own))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, files)


class Settings(_Spoken):
    """Every setting, typed. Meanings and defaults stand in `config/default.toml`, and a test compares the two."""

    model_config = SettingsConfigDict(extra="forbid")

    data_dir: Path
    database_url: str
    base_url: str
    trusted_proxies: int = Field(ge=0, le=5)
    secret_keys: SecretStr
    key_file: str
    mail_url: SecretStr
    mail_from: str
    dkim_selector: str
    workers: int = Field(ge=1, le=64)
    operator_name: str
    operator_contact: str
    limit_network: int = Field(ge=1)
    quickest_form: float = Field(ge=0, le=60)
    demo: bool

    @field_validator("base_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        if value and not _is_web_origin(value):
            raise BadSetting(N_("write it as https://events.example.org, without a path"))
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise BadSetting(N_("use postgresql+psycopg://user:password@host/name, or leave it empty for SQLite"))
        return value

    @field_validator("mail_url")
    @classmethod
    def _is_a_known_transport(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if not (url.startswith("maildir:") or _is_mail_server(url)):
            raise BadSetting(N_("use smtp://, smtps:// or smtp+starttls://user:password@host:port, or maildir:"))
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not _ADDRESS.fullmatch(value):
            raise BadSetting(N_("write one bare address that can receive mail, such as rsvp@example.org"))
        return value

    @field_validator("dkim_selector")
    @classmethod
    def _is_a_selector(cls, value: str) -> str:
        if value and not _SELECTOR.fullmatch(value):
            raise BadSetting(N_("write the name before ._domainkey, such as mail2026"))
        return value

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> Self:
        if self.demo and self.base_url and urlsplit(self.base_url).hostname not in LOOPBACK:
            raise BadSetting(
                N_("the demo only answers on this machine; set base_url to a loopback address or leave it out")
            )
        return self

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, or None where the database is PostgreSQL."""
        if not self.database_url:
            return self.data_dir.absolute() / "eventsvc.sqlite3"
        if self.database_url.startswith("sqlite:///"):
            return Path(self.database_url.removeprefix("sqlite:///")).absolute()
        return None

    @property
    def sqlalchemy_url(self) -> str:
        return f"sqlite:///{self.sqlite_file}" if self.sqlite_file else self.database_url

    @property
    def origin(self) -> str:
        """Scheme and host that every link we write begins with."""
        return self.base_url or "http://127.0.0.1:8000"

    @property
    def is_https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def sender(self) -> str:
        """The address mail comes from; it must be able to receive, for it is the ORGANIZER of every invitation."""
        host = urlsplit(self.origin).hostname or ""
        return self.mail_from or f"rsvp@{'localhost' if host in LOOPBACK else host}"

    @property
    def writes_mail_to_files(self) -> bool:
        return self.mail_url.get_secret_value().startswith("maildir:")


def load_settings(**overrides: Any) -> Settings:
    """Read all sources. Raises BadSetting with one sentence that names the setting.

    Relative paths are relative to the folder the command was started in.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise _refusal(error.errors(include_input=False, include_url=False)[0]) from None
    except OSError as error:
        raise BadSetting(N_("%(what)s: %(why)s"), _FILE, what=error.filename, why=error.strerror) from None
    except RecursionError:
        raise BadSetting(N_("Lists or tables lie too deep inside each other in this file."), _FILE) from None
    except ValueError as error:  # no TOML, no UTF-8, a number of too many digits
        raise BadSetting(N_("this file is not TOML: %(why)s"), _FILE, why=error) from None


def spoken_language() -> str:
    """The language set for the service, whatever is wrong with the other settings; English where it is itself."""
    try:
        return _Spoken().language  # type: ignore[call-arg]  # it comes from the sources
    except (OSError, ValueError, RecursionError):
        named = os.environ.get("EVENTSVC_LANGUAGE", "")
        return named if named in LANGUAGES else "en"


def _refusal(found: Any) -> BadSetting:
    """What pydantic found, in a sentence of ours."""
    name, said = ".".join(map(str, found["loc"])), found.get("ctx", {})
    place = f"EVENTSVC_{name.upper()}" if name else ""
    if found["type"] == "value_error":
        return BadSetting(said["error"].template, place)
    template = _SENTENCES.get(found["type"], N_("is not valid"))
    return BadSetting(template, place, least=said.get("ge"), most=said.get("le"), values=", ".join(LANGUAGES))
