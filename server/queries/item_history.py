"""All that was said of one open item, in order: values, proposals, requests, decisions with their reasons."""

from dataclasses import dataclass, replace

from server.keys import Keyring
from server.queries.open_statements import open_statements
from server.queries.opened_household import Household
from server.queries.read_envelopes import Authentic
from server.store import persons, statements
from server.store.open_items import OpenItem
from sync.dot import Dot
from sync.statement import DECISION_KINDS, Ask, Statement


@dataclass(frozen=True, slots=True)
class Word:
    """One statement's word in the matter. `text` is the value that it wrote to the field in question, if any;
    `stands` whether that is live; `left_by` the place in the ledger of the statement that superseded it."""

    statement: str
    number: int
    kind: str
    names: tuple[str, ...]
    not_before: str | None
    received_at: str
    text: str | None = None
    dot: Dot | None = None
    stands: bool = False
    left_by: int | None = None
    outcome: str | None = None
    reason_code: str | None = None
    reason: str | None = None
    basis: tuple[str, ...] = ()
    ask: Ask | None = None
    author: str = ""
    seen: frozenset[Dot] = frozenset()
    proposed: tuple[tuple[str, str], ...] = ()

    @property
    def decides(self) -> bool:
        return self.kind in DECISION_KINDS


def history_of(home: Household, item_id: str, path: str | None, *, opened: bool = False) -> tuple[Word, ...]:
    """The words about this field (if there is one) and about this item, in ledger order."""
    written = {write.dot.statement: write for write in home.writes_to(path)} if path is not None else {}
    left: dict[Dot, int] = {}
    for later in written.values():
        shown = home.by_id.get(later.dot.statement)
        for dot in later.seen:
            if shown is not None:
                left.setdefault(dot, shown.number)
    found: list[Word] = []
    for each in home.statements:
        row, statement = each.stated.row, each.stated.statement
        write = written.get(row.id)
        about_item = statement is not None and statement.item == item_id
        if write is None and not about_item:
            continue
        word = Word(
            statement=row.id,
            number=each.number,
            kind=row.kind,
            names=each.names,
            not_before=each.stated.not_before,
            received_at=row.received_at,
            text=home.fields.words(write.path, write.value, hide=not opened) if write else None,
            dot=write.dot if write else None,
            stands=write is not None and write.dot in home.case[write.path].live,
            left_by=left.get(write.dot) if write else None,
            author=row.author,
        )
        found.append(_with_reasons(word, home, statement, path, opened) if statement and about_item else word)
    return tuple(found)


def history_alone(authority: str, item: OpenItem, keyring: Keyring) -> tuple[Word, ...]:
    """What officers said of an item that is in no household's file: a tablet's gap, a household that is not open."""
    rows = statements.find_many(authority, _named(item))
    read = open_statements(authority, [row.id for row in rows], keyring)
    names = persons.find_many(authority, {row.author for row in rows})
    found: list[Word] = []
    for row in sorted(rows, key=lambda row: row.index):
        said = read.get(row.id)
        statement = said.statement if isinstance(said, Authentic) else None
        if statement is None or statement.item != item.id:
            continue
        found.append(
            Word(
                statement=row.id,
                number=row.index + 1,
                kind=row.kind,
                names=(names[row.author].name,) if row.author in names else (),
                not_before=None,
                received_at=row.received_at,
                outcome=statement.outcome,
                reason_code=statement.reason_code,
                reason=statement.reason,
                basis=statement.basis,
                ask=statement.ask,
                author=row.author,
            )
        )
    return tuple(found)


def _named(item: OpenItem) -> list[str]:
    return [name for name in (item.proposal, item.asked, item.closed_by) if name is not None]


def _with_reasons(word: Word, home: Household, statement: Statement, path: str | None, opened: bool) -> Word:
    """What a decision's own members say."""
    return replace(
        word,
        outcome=statement.outcome,
        reason_code=statement.reason_code,
        reason=statement.reason,
        basis=statement.basis,
        ask=statement.ask,
        seen=frozenset().union(*(w.seen for w in statement.writes if w.path == path)),
        proposed=tuple(
            (home.fields.full_label(w.path), home.fields.words(w.path, w.value, hide=not opened))
            for w in statement.writes
            if w.case == home.row.id
        ),
    )
