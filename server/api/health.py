"""Is the process alive, and can it do its work?"""

import os

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text

from server import policy
from server.db import execute
from server.settings import Settings

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@policy.requires("see_health")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@policy.requires("see_health")
def readyz() -> tuple[Response, int]:
    """The database answers and the media folder can be written."""
    settings: Settings = current_app.extensions["ruhu_settings"]
    checks = {"database": False, "media": os.access(settings.media_dir, os.W_OK)}
    checks["database"] = execute(text("SELECT 1")).scalar() == 1
    ready = all(checks.values())
    return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503
