"""The application, as a table of contents. The only module that knows everyone."""

from flask import Flask

from eventsvc import about, clockwork, health
from eventsvc.accounts import access
from eventsvc.accounts import models as accounts_models
from eventsvc.accounts import views as accounts_views
from eventsvc.assets import init_assets
from eventsvc.calendar import models as calendar_models
from eventsvc.calendar import views as calendar_views
from eventsvc.db import init_database
from eventsvc.embedding import views as embedding_views
from eventsvc.errors import init_errors
from eventsvc.events import models as events_models
from eventsvc.events import tickets
from eventsvc.events import views as events_views
from eventsvc.frame import init_frame
from eventsvc.i18n import init_languages
from eventsvc.intake import init_intake
from eventsvc.letters import models as letters_models
from eventsvc.mail import models as mail_models
from eventsvc.mail import views as mail_views
from eventsvc.organizers import views as organizers_views
from eventsvc.pictures import models as pictures_models
from eventsvc.pictures import views as pictures_views
from eventsvc.questions import models as questions_models
from eventsvc.registration import consent
from eventsvc.registration import models as registration_models
from eventsvc.registration import own_pages as registration_own
from eventsvc.registration import several_views as registration_several
from eventsvc.registration import views as registration_views
from eventsvc.reminders import models as reminders_models
from eventsvc.reminders import views as reminders_views
from eventsvc.retention import models as retention_models
from eventsvc.retention import views as retention_views
from eventsvc.settings import PACKAGE, Settings, load_settings, project_folder
from eventsvc.sharing import found_views
from eventsvc.sharing import views as sharing_views
from eventsvc.vault import Keyring, load_masters

TABLES = (
    mail_models,
    accounts_models,
    pictures_models,
    events_models,
    tickets,
    questions_models,
    letters_models,
    calendar_models,
    registration_models,
    reminders_models,
    retention_models,
    clockwork,
)
"""The modules that hold tables: importing them is what makes the schema whole."""


def create_app(settings: Settings | None = None) -> Flask:
    """The service with these settings, or with those of the environment.

    Raises BadSetting or WrongKey with a sentence that says what to do.
    """
    settings = settings or load_settings()
    app = Flask("eventsvc", template_folder=str(project_folder("templates")), static_folder=str(PACKAGE / "static"))
    app.extensions["eventsvc.settings"] = settings
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)

    _init_keys(app, settings)
    init_database(app, settings)
    init_languages(app)
    init_intake(app, settings)
    access.init_access(app)
    init_assets(app)
    init_frame(app)
    init_errors(app)
    app.jinja_env.globals["consent_version"] = consent.VERSION  # for the privacy page

    app.register_blueprint(health.bp)
    app.register_blueprint(about.bp)
    app.register_blueprint(events_views.bp)
    app.register_blueprint(pictures_views.bp)
    app.register_blueprint(calendar_views.bp)
    app.register_blueprint(sharing_views.bp)
    app.register_blueprint(found_views.bp)
    app.register_blueprint(registration_views.bp)
    app.register_blueprint(registration_several.bp)
    app.register_blueprint(registration_own.bp)
    app.register_blueprint(reminders_views.bp)
    app.register_blueprint(retention_views.bp)
    app.register_blueprint(accounts_views.bp)
    app.register_blueprint(organizers_views.bp)
    app.register_blueprint(embedding_views.bp)
    app.register_blueprint(mail_views.bp)
    return app


def _init_keys(app: Flask, settings: Settings) -> None:
    ring = Keyring(load_masters(settings))
    app.extensions["eventsvc.keyring"] = ring
    app.secret_key = ring.signing[0]
    app.config.update(
        SECRET_KEY_FALLBACKS=ring.signing[1:],
        SESSION_COOKIE_NAME="__Host-session" if settings.is_https else "session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our pages do not send
    )
