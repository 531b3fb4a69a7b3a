"""The tablets in the field: who has them, when they were last heard of, what of their work is still out there."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server import errors, policy
from server.certificates import CertificateFolder, CertificatesUnusable, fingerprint_lines
from server.office.qr_code import qr_svg
from server.operations.revoke_replica import revoke_replica
from server.principals import officer
from server.queries.fleet import fleet
from server.reasons import need_reason
from server.settings import Settings

bp = Blueprint("tablets", __name__, url_prefix="/office/replicas")


@bp.get("")
@policy.requires("see_replicas")
def index() -> ResponseReturnValue:
    return _page()


@bp.post("/<replica>/revoke")
@policy.requires("revoke_replica")
def revoke(replica: str) -> ResponseReturnValue:
    who = officer()
    if all(line.replica.id != replica for line in fleet(who.authority, who.scope)):
        raise errors.NotFound()
    try:
        reason = need_reason(request.form.get("reason", ""))
    except errors.InvalidRequest:
        return _page(reason_missing=replica), 422
    revoke_replica(who.authority, who.person, replica, reason)
    return redirect(url_for("tablets.index"), 303)


def _page(reason_missing: str | None = None) -> str:
    who = officer()
    return render_template(
        "tablets.html",
        lines=fleet(who.authority, who.scope),
        reason_missing=reason_missing,
        may_revoke=policy.allow(who, "revoke_replica"),
        trust=_trust(current_app.extensions["ruhu_settings"]),
    )


def _trust(settings: Settings) -> dict[str, object] | None:
    """Where a new tablet learns to trust this server, and by what it knows that it is the right one."""
    if not settings.trust_url:
        return None
    try:
        authority = CertificateFolder(settings.data_dir / "keys").shown()
    except CertificatesUnusable:
        return None
    return {
        "url": settings.trust_url,
        "code": qr_svg(settings.trust_url),
        "fingerprint": fingerprint_lines(authority),
    }
