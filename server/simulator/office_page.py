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
    """`fixed` goes out as it stands, and of each of the `choices` the first; the rest is asked for."""

    action: str
    encoding: str = URLENCODED
    fixed: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def filled(self, answers: Answers) -> tuple[str, bytes]:
        """(content type, body)"""
        given = [
            *self.fixed,
            *self.choices.items(),
            *((name, answers.words) for name in self.words),
            *((name, answers.password) for name in self.passwords),
        ]
        if self.encoding != _MULTIPART or answers.file is None:
            return URLENCODED, urlencode(given).encode()
        boundary = token_hex(16)
        parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in given]
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
        self._select = ""

    @classmethod
    def of(cls, body: bytes) -> "OfficePage":
        page = cls()
        page.feed(body.decode("utf-8", "replace"))
        return page

    def form(self, beginning: str, ending: str = "") -> Form:
        """The first form whose address begins and ends so. Raises NoSuchForm."""
        for form in self.forms:
            if form.action.startswith(beginning) and form.action.endswith(ending):
                return form
        raise NoSuchForm(f"no form goes to {beginning}…{ending}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.token = self.token or named.get("data-token", "")
        if tag == "form":
            self.forms.append(Form(named.get("action", ""), named.get("enctype", URLENCODED)))
        elif tag == "input" and named.get("name") == "csrf_token":
            self.csrf = self.csrf or named.get("value", "")
        if self.forms and named.get("name"):
            self._ask(self.forms[-1], tag, named)
        if tag == "option" and self._select and self.forms and named.get("value"):
            self.forms[-1].choices.setdefault(self._select, named["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    def _ask(self, form: Form, tag: str, named: Mapping[str, str]) -> None:
        name, kind = named["name"], named.get("type", "text") if tag == "input" else tag
        match kind:
            case "hidden":
                form.fixed.append((name, named.get("value", "")))
            case "radio":
                form.choices.setdefault(name, named.get("value", "on"))
            case "select":
                self._select = name
            case "password":
                form.passwords.append(name)
            case "file":
                form.files.append(name)
            case "textarea":
                form.words.append(name)
