"""What the code promises of itself: rules that prose alone would not hold."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fieldwork import County, TestTablet
from flask import Flask
from founding import close

import media.errors
import server
import server.operations
import sync.errors
from server import errors, policy
from server.errors import PROBLEMS, RuhuError
from server.settings import Settings

SERVER = Path(server.__file__).parent
ROOT = SERVER.parent

# Public functions of operations that are no transaction of their own, and why.
NOT_TRANSACTIONS = {
    "accept_statements.sign_receipt": "computes a signature",
    "accept_each.accept_each": "a transaction for the batch, or one for each item; accept_statements makes them",
    "announce_head.note_contact": "a step of accept_statements and announce_head, inside their transaction",
    "decide_alike.decide_alike": "a transaction for each household: one that cannot be decided holds up none",
    "import_lifeboat.import_lifeboat": "a transaction for each file and each batch, as if they came one by one",
    "log_in.check_password": "stretches a password with no transaction open; counts a failure in one of its own",
    "rebuild_cases.check_rebuild": "runs rebuild_cases and swallows its roll-back",
    "sweep_gaps.sweep_when_due": "looks at the clock without writing; sweeping is a transaction of its own",
    "state_from_office.open_office_key": "stretches a password with no transaction open",
    "step_up.step_up": "stretches a password with no transaction open; counts a failure in one of its own",
}


def operations() -> Iterator[tuple[str, object]]:
    for module in pkgutil.iter_modules(server.operations.__path__):
        loaded = importlib.import_module(f"server.operations.{module.name}")
        for name, found in vars(loaded).items():
            if inspect.isfunction(found) and found.__module__ == loaded.__name__ and not name.startswith("_"):
                yield f"{module.name}.{name}", found


def source_files() -> Iterator[tuple[str, ast.Module, str]]:
    for package in ("server", "sync", "schemas", "media"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text()
            yield str(path.relative_to(ROOT)), ast.parse(text), text


def imported(tree: ast.Module) -> set[str]:
    """The modules that a file imports, and `module.name` for what it takes from them."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def attributes(tree: ast.Module) -> set[str]:
    """Every dotted access, as written: `os.environ`, `datetime.now`."""
    return {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def test_every_operation_is_one_transaction() -> None:
    found = dict(operations())
    loose = {name for name, function in found.items() if not getattr(function, "__transactional__", False)}

    assert loose == NOT_TRANSACTIONS.keys()


def test_only_the_database_module_commits() -> None:
    # The migration commits on its own connection, before there is an application to serve.
    assert {name for name, _, text in source_files() if ".commit(" in text} == {"server/db.py", "server/migrate.py"}


def test_only_the_settings_read_the_environment() -> None:
    readers = {name for name, tree, _ in source_files() if attributes(tree) & {"os.environ", "os.getenv"}}

    # The command line starts gunicorn and the simulator's children with an environment of their making.
    assert {
        name for name in readers if not name.startswith(("server/cli", "server/commands", "server/simulator"))
    } == {"server/settings.py"}


def test_only_the_clock_reads_the_wall_clock() -> None:
    wall = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "dt.now", "date.today"}
    readers = {name for name, tree, _ in source_files() if attributes(tree) & wall}

    assert {name for name in readers if not name.startswith(("server/simulator", "server/commands"))} == {
        "server/clock.py"
    }


def test_only_keys_and_certificates_import_the_crypto_library() -> None:
    # Keys are what statements and sealing need; X.509 is a trade of its own and touches no statement.
    importers = {
        name
        for name, tree, _ in source_files()
        if any(module.split(".")[0] in ("cryptography", "argon2", "nacl") for module in imported(tree))
    }

    assert importers == {"server/keys.py", "server/certificates.py"}


def subclasses(of: type[Exception]) -> Iterator[type[Exception]]:
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


@pytest.mark.parametrize("root", [RuhuError, sync.errors.SyncError, media.errors.MediaError])
def test_every_error_has_its_row_in_the_problem_table(root: type[Exception]) -> None:
    assert {each.__name__ for each in subclasses(root) if each not in PROBLEMS} == set()


def test_every_problem_speaks_both_languages_and_says_what_to_do() -> None:
    for problem in PROBLEMS.values():
        for title, detail in (problem.zh, problem.en):
            assert title and detail, problem.name
        assert re.search(r"[\u4e00-\u9fff]", "".join(problem.zh)), problem.name
        assert not re.search(r"[\u4e00-\u9fff]", "".join(problem.en)), problem.name


def test_problem_types_are_one_to_one() -> None:
    names = [problem.name for problem in PROBLEMS.values()]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in names)


def test_every_route_names_an_action_that_somebody_may_do(county: County) -> None:
    app = county.app
    for rule in app.url_map.iter_rules():
        action = getattr(app.view_functions[rule.endpoint], "__policy__", None)
        assert action in policy.ACTIONS, f"{rule.rule} names no action"


def test_every_action_is_named_by_a_route_or_known_to_come(county: County) -> None:
    app = county.app
    named = {getattr(app.view_functions[rule.endpoint], "__policy__", None) for rule in app.url_map.iter_rules()}

    # Operators publish forms with the command line; tablets announce heads beside pushes and pulls.
    assert policy.ACTIONS - named <= {
        "publish_form",
        "announce_head",
    }


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(method, path, action) of all that can be asked, HEAD and OPTIONS too, as requests find it."""
    finder = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<any\('([^']+)'[^>]*>", r"\1", rule.rule)  # one of some words: the first
        path = re.sub(r"<[^>]+>", "0" * 32, path)
        for method in rule.methods or ():
            endpoint, _ = finder.match(path, method)
            yield method, path, app.view_functions[endpoint].__policy__  # type: ignore[attr-defined]


def test_nobody_gets_past_a_guarded_route_whatever_the_method(county: County) -> None:
    client = county.app.test_client()
    for method, path, action in routes(county.app):
        if action not in policy.ANYONE:
            answer = client.open(path, method=method)
            assert answer.status_code in (302, 303, 401), f"{method} {path}: {answer.status_code}"


def test_a_tablet_reaches_nothing_of_the_office(county: County, tablet: TestTablet) -> None:
    for method, path, action in routes(county.app):
        if action not in policy.ANYONE | policy.TABLETS:
            answer = tablet.client.open(path, method=method, headers=tablet.headers)
            assert answer.status_code in (302, 303, 401, 403), f"{method} {path}: {answer.status_code}"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_a_route_that_names_no_action_is_closed_to_everybody(county_settings: Settings, method: str) -> None:
    from server.app import create_app

    app = create_app(county_settings)
    app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret", methods=["GET", "POST"])

    answer = app.test_client().open("/api/v1/forgotten", method=method)
    close(app)

    assert answer.status_code == 403
    assert b"secret" not in answer.data


def test_what_a_request_asks_of_an_unknown_action_is_refused() -> None:
    officer = policy.Officer("a", "p", "n", policy.Role.COUNTY_OFFICER, (), "s")
    for who in (policy.Nobody(), policy.Tablet("a", "r", False), officer):
        assert not policy.allow(who, "an_action_of_2031")


ERRORS = {
    ("GET", "/api/v1/nowhere"): 404,
    ("GET", "/api/v1/sessions"): 405,
    ("POST", "/api/v1/sessions"): 422,
    ("GET", "/api/v1/changes"): 401,
    ("GET", "/api/v1/uploads/%00"): 422,
    ("GET", "/api/v1/changes?cursor=%00"): 422,
}


@pytest.mark.parametrize(("method", "path"), ERRORS)
def test_every_error_is_a_problem_document(county: County, method: str, path: str) -> None:
    answer = county.app.test_client().open(path, method=method)

    assert answer.status_code == ERRORS[method, path]
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == answer.status_code
    assert answer.json["type"].startswith(errors.TYPE_BASE)
    assert set(answer.json["translations"]) == {"zh-Hans", "en"}


@pytest.mark.parametrize(("asked", "title"), [("en", "Not found"), ("zh-CN", "未找到"), (None, "未找到")])
def test_a_problem_speaks_the_language_asked_for(county: County, asked: str | None, title: str) -> None:
    headers = {"Accept-Language": asked} if asked else {}

    assert county.app.test_client().get("/api/v1/nowhere", headers=headers).json["title"] == title


def test_a_fault_of_ours_says_nothing_of_itself(
    county: County, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    somebody = "王" + "大山"  # in two pieces: a traceback quotes this source

    def stumble() -> None:
        raise KeyError(somebody)

    monkeypatch.setitem(county.app.view_functions, "health.healthz", policy.requires("see_health")(stumble))

    answer = county.app.test_client().get("/healthz")

    assert answer.status_code == 503
    assert somebody not in answer.text + caplog.text
    assert "KeyError" in caplog.text


def test_every_setting_is_explained_to_operators() -> None:
    said = "\n".join(path.read_text() for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    names = re.findall(r"^    (RUHU_[A-Z_]+)", Settings.__doc__ or "", re.MULTILINE)

    assert names
    assert [name for name in names if name not in said] == []
