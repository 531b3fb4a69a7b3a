"""What every page shares: the layout's context, and the page that shows a problem."""

from collections.abc import Mapping

from flask import Flask, Response, make_response, render_template


def prepare(app: Flask) -> None:
    """Gives templates what all of them need."""


def problem_page(document: Mapping[str, object], status: int) -> Response:
    """A problem document as a page: what happened, what is safe, what to do next."""
    return make_response(render_template("problem.html", problem=document), status)
