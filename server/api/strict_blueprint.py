"""What the API's blueprints share: JSON bodies are read by the same strict rules as what we sign and hash."""

from typing import Any

from flask import Request
from flask_smorest import Blueprint
from webargs import missing
from webargs.flaskparser import FlaskParser, is_json_request

from sync.errors import UnreadableJson
from sync.strict_json import parse


class StrictParser(FlaskParser):
    """Raises UnreadableJson for a body that two readers may understand differently, or that no database holds."""

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not is_json_request(req) or not body:
            return missing
        if b"\\u0000" in body:
            raise UnreadableJson("a string holds U+0000")
        return parse(body)


class StrictBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest carries no types
    """A resource of the API."""

    ARGUMENTS_PARSER = StrictParser()
