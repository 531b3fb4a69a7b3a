"""Import a lifeboat: what a tablet without a network saved as a file; the signed answer goes back to it."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server import errors, policy
from server.kept_answers import KeptAnswers
from server.office.pages import language
from server.operations.import_lifeboat import import_lifeboat
from server.principals import officer
from server.queries.lifeboat_answer import ShownAnswer, lifeboat_answer
from server.settings import Settings

bp = Blueprint("lifeboat", __name__, url_prefix="/office/lifeboat")

WHOLE_FILE_REFUSED = (errors.LifeboatUnreadable, errors.ForeignLifeboat, errors.UnknownReplica)


@bp.get("")
@policy.requires("import_lifeboat")
def choose() -> ResponseReturnValue:
    return render_template("lifeboat.html", problem=None)


@bp.post("")
@policy.requires("import_lifeboat")
def hand_in() -> ResponseReturnValue:
    who = officer()
    file = request.files.get("lifeboat")
    if file is None or not file.filename:
        return render_template("lifeboat.html", problem="no_file"), 422
    try:
        # What is too large for memory lies in a temporary file by now: boxes, which only our keys open.
        handed_in = import_lifeboat(who.authority, who.person, file.stream)
    except WHOLE_FILE_REFUSED as error:
        problem = errors.problem_of(error)
        return render_template("lifeboat.html", problem=errors.document(problem, _tag())), problem.status
    return redirect(url_for("lifeboat.show", answer=_kept().keep(handed_in.answer)), 303)


@bp.get("/<answer>")
@policy.requires("import_lifeboat")
def show(answer: str) -> ResponseReturnValue:
    shown, _ = _open(answer)
    return render_template("lifeboat_done.html", shown=shown, answer=answer, texts=file_problem_texts(shown))


@bp.get("/<answer>/file")
@policy.requires("import_lifeboat")
def download(answer: str) -> ResponseReturnValue:
    shown, data = _open(answer)
    name = f"ruhu-{shown.replica.id[:8]}.answer.json"
    return Response(
        data, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def file_problem_texts(shown: ShownAnswer) -> list[tuple[int, str, str]]:
    """(how many files, what is wrong, what to do), in the reader's language."""
    named = {problem.name: problem for problem in errors.PROBLEMS.values()}
    texts: list[tuple[int, str, str]] = []
    for name, count in shown.file_problems.items():
        title, detail = named[name].en if language() == "en" else named[name].zh
        texts.append((count, title, detail))
    return texts


def _open(name: str) -> tuple[ShownAnswer, bytes]:
    data = _kept().open(name)
    shown = lifeboat_answer(officer().authority, data) if data is not None else None
    if data is None or shown is None:
        raise errors.NotFound()
    return shown, data


def _tag() -> str:
    return language().replace("_", "-")


def _kept() -> KeptAnswers:
    settings: Settings = current_app.extensions["ruhu_settings"]
    return KeptAnswers(settings.media_dir / "lifeboat-answers")
