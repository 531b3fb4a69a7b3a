"""The near relatives of a person who works here: registered by ID number, and shown without it ever after."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server import errors, policy
from server.operations.end_relative import end_relative
from server.operations.register_relative import register_relative
from server.principals import keyring, officer
from server.queries.registered_relatives import registered_relatives

bp = Blueprint("relatives", __name__, url_prefix="/office/people/<person>/relatives")


@bp.get("")
@policy.requires("register_relatives")
def index(person: str) -> ResponseReturnValue:
    return _show(person)


@bp.post("")
@policy.requires("register_relatives")
def register(person: str) -> ResponseReturnValue:
    who = officer()
    relation = request.form.get("relation", "")
    try:
        register_relative(
            who.authority,
            who.person,
            who.scope,
            person,
            request.form.get("id_number", ""),
            relation,
            keyring(),
        )
    except errors.InvalidRequest as error:
        # The number is typed again: a page that shows it back would stand in the browser's history.
        return _show(person, wrong=error.facts["errors"], relation=relation), 422
    return redirect(url_for("relatives.index", person=person), 303)


@bp.post("/<relative>/end")
@policy.requires("register_relatives")
def end(person: str, relative: str) -> ResponseReturnValue:
    who = officer()
    try:
        end_relative(who.authority, who.person, who.scope, person, relative, request.form.get("reason", ""))
    except errors.InvalidRequest:
        return _show(person, reason_missing=relative), 422
    return redirect(url_for("relatives.index", person=person), 303)


def _show(person: str, **shown: Any) -> str:
    who = officer()
    page = registered_relatives(who.authority, who.scope, person)
    return render_template("relatives.html", page=page, own=person == who.person, **shown)
