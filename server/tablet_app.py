"""The tablet app, as its build left it: one page, a service worker, and files whose names change with their content.

The app keeps itself on the tablet; from here it comes the first time and when it is updated.
"""

import mimetypes
from pathlib import Path

from flask import Blueprint, Response, current_app, request
from werkzeug.security import safe_join

from server import errors, policy

bp = Blueprint("tablet_app", __name__, url_prefix="/tablet")

# The form engine's argon2 and picture decoders are WebAssembly; nothing evaluates text as code.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".wasm": "application/wasm"}
SQUEEZED = ".gz"
FOREVER = "public, max-age=31536000, immutable"


@bp.get("/")
@bp.get("/<path:name>")
@policy.requires("see_tablet_app")
def file(name: str = "index.html") -> Response:
    """A file of the built app, compressed where the browser takes it. Raises NotFound, TabletAppNotBuilt."""
    folder = Path(current_app.extensions["ruhu_tablet_app"])
    if not (folder / "index.html").is_file():
        raise errors.TabletAppNotBuilt()
    joined = safe_join(str(folder), name)
    path = Path(joined) if joined else None
    if path is None or not path.is_file() or path.suffix == SQUEEZED or path.name.startswith("."):
        raise errors.NotFound()
    squeezed = path.with_name(path.name + SQUEEZED)
    gzip = squeezed.is_file() and request.accept_encodings["gzip"] > 0
    response = Response((squeezed if gzip else path).read_bytes())
    response.content_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if gzip:
        response.headers["Content-Encoding"] = "gzip"
    if squeezed.is_file():
        response.headers["Vary"] = "Accept-Encoding"
    # A name with a hash in it never changes its content; all other names must be asked for again.
    response.headers["Cache-Control"] = FOREVER if name.startswith("assets/") else "no-cache"
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    response.add_etag()
    response.make_conditional(request)
    return response
