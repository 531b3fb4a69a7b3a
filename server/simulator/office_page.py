"""A page of the office for somebody without a browser: its forms, what they ask for, and how they go out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from secrets import token_hex
from urllib.parse import urlencode

URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


class NoSuchForm(Exception):
    """The page does not ask for this; the message says what was looked for."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody puts into a form: the password, words where words are asked for, and perhaps a file."""

    password: str = ""
    words: str = ""
    file: tuple[str, bytes] | None = None


@dataclass(slots=True)
class Form:
    """`given` goes out as it stands. Of each of the `choices` the first goes out that says anything, if one must be
    made; words are typed where they are `needed`."""

    action: str
    encoding: str = URLENCODED
    given: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)
    needed: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def filled(self, answers: Answers) -> tuple[str, bytes]:
        """(content type, body)"""
        fields = [
            *self.given,
            *self.choices.items(),
            *((name, answers.words) for name in self.needed),
            *((name, answers.password) for name in self.passwords),
        ]
        if self.encoding != _MULTIPART or answers.file is None:
            return URLENCODED, urlencode(fields).encode()
        boundary = token_hex(16)
        parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in fields]
        name, data = answers.file
        parts += [_part(boundary, f'name="{each}"; filename="{name}"', data) for each in self.files]
        return f"{_MULTIPART}; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def _part(boundary: str, names: str, data: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {names}\r\n\r\n".encode() + data + b"\r\n"


class OfficePage(HTMLParser):
    """`csrf` is the token of its forms, `token` an enrolment code that it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.csrf = self.token = ""
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: tuple[str, bool] | None = None  # its name, and whether something must be chosen

    @classmethod
    def of(cls, body: bytes) -> "OfficePage":
        page = cls()
        page.feed(body.decode("utf-8", "replace"))
        return page

    def form(self, beginning: str, ending: str = "") -> Form:
        """The first form whose address begins so, and ends so before its query. Raises NoSuchForm."""
        for form in self.forms:
            path = form.action.partition("?")[0]
            if path.startswith(beginning) and path.endswith(ending):
                return form
        raise NoSuchForm(f"no form goes to {beginning}…{ending}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.token = self.token or said.get("data-token", "")
        if tag == "form":
            self._form = Form(said.get("action", ""), said.get("enctype", URLENCODED))
            self.forms.append(self._form)
        elif self._form is not None and tag in ("input", "select", "textarea") and said.get("name"):
            self._ask(self._form, tag, said)
        elif self._form is not None and tag == "option" and self._select is not None:
            name, must = self._select
            if "value" in said and (said["value"] or not must):
                self._form.choices.setdefault(name, said["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def _ask(self, form: Form, tag: str, said: Mapping[str, str]) -> None:
        name, value = said["name"], said.get("value", "")
        match tag if tag != "input" else said.get("type", "text"):
            case "select":
                self._select = (name, "required" in said)
            case "radio":
                form.choices.setdefault(name, value)
            case "password":
                form.passwords.append(name)
            case "file":
                form.files.append(name)
            case "checkbox":
                pass
            case "hidden":
                form.given.append((name, value))
                if name == "csrf_token":
                    self.csrf = self.csrf or value
            case _ if "required" in said and not value:
                form.needed.append(name)
            case _:
                form.given.append((name, value))
