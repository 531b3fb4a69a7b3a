"""The simulated officer's desk reads a page's forms and fills them in as a browser would send them."""

from urllib.parse import parse_qs

import pytest

from server.simulator.office_page import Answers, NoSuchForm, OfficePage

PAGE = """
<form method="post" action="/logout"><input type="hidden" name="csrf_token" value="t1"></form>
<form method="post" action="/office/reconcile/abc/decide?kind=conflict">
  <input type="hidden" name="csrf_token" value="t1"><input type="hidden" name="shown" value="a-1.0">
  <input type="hidden" name="shown" value="b-1.0">
  <input type="radio" name="choice" value="a-1.0"><input type="radio" name="choice" value="b-1.0">
  <select name="person"><option value="">whoever</option><option value="p1">P</option></select>
  <select name="code" required><option value="">…</option><option value="photo_shows">照片可见</option>
    <option value="other">其他</option></select>
  <input name="words" required><input name="other">
  <input type="checkbox" name="basis" value="x"><input type="password" name="password">
</form>
<form method="post" action="/office/data-checks" enctype="multipart/form-data">
  <input type="hidden" name="csrf_token" value="t1"><input type="file" name="sheet">
</form>
"""


def page() -> OfficePage:
    return OfficePage.of(PAGE.encode())


def test_of_every_choice_the_first_goes_out_with_what_stands_there_and_what_is_asked_for():
    kind, body = page().form("/office/reconcile/", "/decide").filled(Answers("pass", "核实过"))

    assert kind == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode(), keep_blank_values=True) == {
        "csrf_token": ["t1"],
        "shown": ["a-1.0", "b-1.0"],
        "choice": ["a-1.0"],
        "person": [""],
        "code": ["photo_shows"],
        "other": [""],
        "words": ["核实过"],
        "password": ["pass"],
    }


def test_a_file_goes_out_in_parts_with_its_bytes_untouched():
    data = bytes(range(256))

    kind, body = page().form("/office/data-checks").filled(Answers(file=("比对.xlsx", data)))

    boundary = kind.partition("boundary=")[2].encode()
    parts = body.split(b"--" + boundary)
    assert parts[-1] == b"--\r\n"
    assert parts[1].endswith(b'name="csrf_token"\r\n\r\nt1\r\n')
    assert parts[2].endswith(b"\r\n\r\n" + data + b"\r\n")
    assert 'name="sheet"; filename="比对.xlsx"'.encode() in parts[2]


def test_a_page_that_does_not_ask_for_this_says_so():
    with pytest.raises(NoSuchForm, match="/join"):
        page().form("", "/join")
