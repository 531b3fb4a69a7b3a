"""The composition root: read it from top to bottom to see what Ruhu consists of."""

import gc
import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, get_locale
from flask_smorest import Api
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from media.durable import Disk
from media.stores import BlobStore
from media.stores.folder import FolderStore
from media.uploads import Staging
from server import db as database
from server import errors, policy, tablet_app
from server.api import BLUEPRINTS as API_BLUEPRINTS
from server.api import health
from server.keys import Keyring
from server.language import chosen_language
from server.migrate import bring_up_to_date
from server.office import BLUEPRINTS as OFFICE_BLUEPRINTS
from server.office import pages
from server.principals import principal
from server.settings import Settings

MAX_BODY = 64 * 1024 * 1024  # bytes of one request; tablets send less, a county's roster may be large
MAX_BODY_OF = {"lifeboat.hand_in": 2 * 1024 * 1024 * 1024}  # endpoint: a week of photos comes in one file
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)

csrf = CSRFProtect()
babel = Babel()


def create_app(settings: Settings | None = None) -> Flask:
    """The whole server. Raises DatabaseUnsafe or SettingRefused when it could not keep its promises."""
    settings = settings or Settings.from_environ()
    app = Flask("server", static_url_path="/static")
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="__Host-ruhu" if settings.secure_cookies else "ruhu",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        # Over HTTPS the form library demands a referrer, which our own pages forbid browsers to send. The token and
        # a cookie that travels within this site only are the protection, with TLS as without.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=False,
        BABEL_DEFAULT_LOCALE="zh_Hans",
        API_TITLE="Ruhu 入户",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
    )
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    keyring = Keyring.open(settings.data_dir / "keys")
    app.secret_key = keyring.cookies
    # One disk for both: after a failed fsync neither the store nor the staging area may go on.
    disk = Disk()
    app.extensions.update(
        ruhu_settings=settings,
        ruhu_keyring=keyring,
        ruhu_forms={},
        ruhu_tablet_app=Path(__file__).parent / "static" / "tablet",
        ruhu_blobs=blob_store(settings, disk),
        ruhu_staging=Staging(settings.media_dir / "staging", disk),
    )

    database.configure(app, settings)
    bring_up_to_date(app, settings)
    babel.init_app(app, locale_selector=chosen_language)
    csrf.init_app(app)

    api = Api(app)
    app.extensions["ruhu_api"] = api
    for blueprint in API_BLUEPRINTS:
        api.register_blueprint(blueprint, url_prefix=f"/api/v1{blueprint.url_prefix or ''}")
    app.register_blueprint(health.bp)
    app.register_blueprint(tablet_app.bp)
    for page in OFFICE_BLUEPRINTS:
        app.register_blueprint(page)
    pages.prepare(app)

    app.before_request(refuse_what_is_not_allowed)
    app.after_request(set_headers)
    app.register_error_handler(Exception, answer_error)
    # flask-smorest has registered its own for these, which would answer a browser with JSON of another shape.
    app.register_error_handler(HTTPException, answer_error)
    policy.requires("see_static")(app.view_functions["static"])
    return app


def blob_store(settings: Settings, disk: Disk) -> BlobStore:
    """Where photos rest: in the bucket if there is one, else in the media folder."""
    if settings.bucket is None:
        return FolderStore(settings.media_dir / "blobs", disk)
    from media.stores.s3 import S3Store  # loading boto3 takes a while; an office machine with a folder need not

    return S3Store(settings.bucket)


def create_worker() -> Flask:
    """The application for a process that serves nothing else."""
    app = create_app()
    # A push makes tens of thousands of short-lived tuples and no cycles: with Python's own thresholds the collector
    # takes a fifth of the time and finds nothing. What was loaded at start is never garbage.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    return app


def refuse_what_is_not_allowed() -> None:
    """Default deny: each route names its action, and `policy.allow` answers before a form is read."""
    refuse_what_no_database_holds([request.path, *_texts(request.args)])
    if request.endpoint is None:
        return
    action = getattr(current_app.view_functions[request.endpoint], "__policy__", None)
    if action is None:
        raise errors.Forbidden()
    who = principal()
    if policy.allow(who, action):
        request.max_content_length = MAX_BODY_OF.get(request.endpoint, MAX_BODY)
        if not request.path.startswith("/api/"):  # there, bodies are read by the strict rules of their own
            refuse_what_no_database_holds(_texts(request.form))
            # A tablet proves itself with its token, which no other site can make a browser send.
            if request.method not in ("GET", "HEAD", "OPTIONS"):
                csrf.protect()
        return
    if isinstance(who, policy.Nobody):
        raise errors.NotLoggedIn()
    if isinstance(who, policy.Tablet) and who.revoked:
        raise errors.ReplicaRevoked()
    raise errors.Forbidden()


def refuse_what_no_database_holds(texts: Iterable[str]) -> None:
    """PostgreSQL's text cannot hold U+0000, and nobody types it into an address or a form."""
    if any("\0" in text for text in texts):
        raise errors.InvalidRequest(errors={"request": ["U+0000"]})


def _texts(fields: MultiDict[str, str]) -> Iterator[str]:
    for pair in fields.items(multi=True):
        yield from pair


def set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


def answer_error(error: Exception) -> ResponseReturnValue:
    """Every error is a problem document for programs and a page that says the same for people."""
    facts: dict[str, object] = {}
    if isinstance(error, CSRFError):
        problem = errors.PROBLEMS[errors.PageTooOld]
    elif isinstance(error, HTTPException):
        if error.code is not None and 300 <= error.code < 400:
            return error
        problem = errors.problem_for_status(error.code or 500)
        messages = getattr(error, "data", {}).get("messages")
        facts = {"errors": messages} if messages else {}
    else:
        problem = errors.problem_of(error)
        facts = errors.facts_of(error)
        if type(error) not in errors.PROBLEMS:
            # The kind and place of a fault, never its values: those may be somebody's name.
            logging.getLogger("ruhu").error("unexpected %s", type(error).__name__, exc_info=_without_values(error))
    language = str(get_locale()).replace("_", "-")
    document = errors.document(problem, language, facts)
    if wants_page():
        return pages.problem_page(document, problem.status)
    response = current_app.json.response(document)
    response.status_code = problem.status
    response.content_type = "application/problem+json"
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if problem.status == 429 and "retry_after" in facts:
        response.headers["Retry-After"] = str(facts["retry_after"])
    return response


def wants_page() -> bool:
    """Whether a person is looking: the office's pages, asked for by a browser."""
    return not request.path.startswith("/api/") and request.accept_mimetypes.accept_html


def _without_values(error: Exception) -> BaseException:
    """The error with its traceback and without its message (database errors repeat the row that failed)."""
    return RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
