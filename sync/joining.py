"""What joining two files of one household writes, and what separating them again puts back.

The case that lives on keeps what it says, field by field, unless the other one's value is chosen; it gets the entries
that only the other one lists. Nothing is written that equals what stands, and nothing that is disputed is taken over.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from sync.case import JOINED_INTO, Case, value_of
from sync.dot import Dot
from sync.identity import is_number, normalised
from sync.register import Register, Value, Write
from sync.statement import CaseWrite
from sync.strict_json import Json, canonical

COLLECTIONS = ("members", "income", "housing", "vehicles", "assets", "obligors")
# Who was there, what neighbours said, what other offices answered: that stays with the case it was said of.
_STAYS = frozenset({"visits", "interviews", "checks", "joined"})
# Fields whose value is the entry of a member.
_NAMES_MEMBER = {"income": "member", "housing": "owner", "vehicles": "owner", "assets": "owner"}
# Two entries that agree in these are one; the person's or thing's own fields may still differ.
_SAME = {
    "members": (("id_no",), ("name", "birth_date")),
    "income": (("member", "group", "kind"),),
    "housing": (("owner", "kind"),),
    "vehicles": (("plate",), ("owner", "kind")),
    "assets": (("owner", "kind", "animal"),),
    "obligors": (("name",),),
}


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One field of both cases: `path` in the case that lives on, `there` in the other. `added` names the entry when
    only the other case lists it (`income.0a1b2c3d`)."""

    path: str
    there: str
    added: str | None = None


@dataclass(frozen=True)
class Joining:
    """A case that is to live on (`here`), and the one that is to be joined into it (`there`)."""

    lives: str
    here: Case
    joined: str
    there: Case

    @cached_property
    def same_entries(self) -> dict[str, dict[str, str]]:
        """{collection: {entry of the joined case: the same entry of the one that lives on}}"""
        found: dict[str, dict[str, str]] = {}
        for collection in COLLECTIONS:
            found[collection] = self._match(collection, found.get("members", {}))
        return found

    def _match(self, collection: str, members: Mapping[str, str]) -> dict[str, str]:
        here, there = list(self.here.entries(collection)), list(self.there.entries(collection))
        matched: dict[str, str] = {}

        def take(keys_of: Callable[[Case, str, Mapping[str, str]], set[object]]) -> None:
            """One by one: each entry is the same as one other at most."""
            keys = {entry: keys_of(self.here, entry, {}) for entry in here}
            for entry in list(there):
                wanted = keys_of(self.there, entry, members)
                same = next((each for each in here if keys[each] & wanted), None)
                if same is not None:
                    matched[entry] = same
                    here.remove(same)
                    there.remove(entry)

        take(lambda case, entry, names: {entry})
        take(partial(_content, collection))
        for fields in _SAME[collection]:
            take(partial(_key, collection, fields))
        return matched

    @cached_property
    def side_by_side(self) -> tuple[SideBySide, ...]:
        """Every field that a join is concerned with and that either case says something about, by path."""
        back = {c: {here: there for there, here in found.items()} for c, found in self.same_entries.items()}
        rows: dict[str, SideBySide] = {}
        for path in self.here.registers:
            group, entry, name = _parts(path)
            if group not in _STAYS:
                there = f"{group}.{back[group].get(entry, entry)}.{name}" if group in back else path
                rows[path] = SideBySide(path, there)
        for path in self.there.registers:
            group, entry, name = _parts(path)
            if group in _STAYS:
                continue
            same = self.same_entries.get(group)
            if same is None:
                rows[path] = SideBySide(path, path)
            elif entry in same:
                here = f"{group}.{same[entry]}.{name}"
                rows[here] = SideBySide(here, path)
            elif self.there[f"{group}.{entry}.listed"].settled is True:
                rows[path] = SideBySide(path, path, f"{group}.{entry}")
        return tuple(rows[path] for path in sorted(rows))

    def value_there(self, row: SideBySide) -> Value:
        """The other case's settled value, as it reads in the one that lives on."""
        return _read(self.there, row.there, self.same_entries["members"])

    def unclear(self, choices: Mapping[str, str]) -> tuple[str, ...]:
        """The choices that cannot be followed: of neither case, or of a value that is disputed or not there."""
        there = {row.path: row.there for row in self.side_by_side}
        return tuple(
            path
            for path, case in sorted(choices.items())
            if path not in there
            or case not in (self.lives, self.joined)
            or (case == self.joined and not _is_settled(self.there[there[path]]))
        )

    def writes(self, choices: Mapping[str, str]) -> tuple[CaseWrite, ...]:
        """What the join writes; `choices` are {path in the case that lives on: case whose value is taken}.

        An entry that only the other case lists is left out when its `.listed` is chosen from the one that lives on.
        """
        found: list[CaseWrite] = []
        into = self.there[JOINED_INTO]
        if not _says(into, self.lives):
            found.append(CaseWrite(self.joined, JOINED_INTO, self.lives, frozenset(into.live)))
        for row in self.side_by_side:
            if row.added is None:
                wanted = choices.get(row.path) == self.joined
            else:
                wanted = choices.get(f"{row.added}.listed") != self.lives
            if not wanted or not _is_settled(self.there[row.there]):
                continue
            value, here = self.value_there(row), self.here[row.path]
            if not _says(here, value):
                found.append(CaseWrite(self.lives, row.path, value, frozenset(here.live)))
        return tuple(found)


def shown_of(case: Case) -> dict[str, frozenset[Dot]]:
    """What whoever joins a case must have on screen: the dots of every field that a join is concerned with, and of
    where it was joined into."""
    return {
        path: frozenset(register.live)
        for path, register in case.registers.items()
        if _parts(path)[0] not in _STAYS or path == JOINED_INTO
    }


def separating_writes(
    joining: Joining, written: Iterable[Write], values: Mapping[Dot, Value]
) -> tuple[CaseWrite, ...]:
    """What separating two joined cases writes. `written` are the writes of the joins to the case that lives on;
    `values` are those of the dots that they superseded.

    What a join wrote and still stands alone goes back to what stood there before; what was stated since stays.
    """
    found = [CaseWrite(joining.joined, JOINED_INTO, None, frozenset(joining.there[JOINED_INTO].live))]
    by_dot = {write.dot: write for write in written}
    listed = {write.path.removesuffix(".listed") for write in by_dot.values() if write.path.endswith(".listed")}
    for write in sorted(by_dot.values(), key=lambda each: each.path):
        here = joining.here[write.path]
        if here.live.keys() != {write.dot}:
            continue
        before = _superseded(write, by_dot)
        if not before <= values.keys():
            continue  # it was erased since: nobody can tell what stood there
        group, entry, name = _parts(write.path)
        if before:
            earlier = list({canonical(values[dot]): values[dot] for dot in sorted(before)}.values())
        elif name == "listed":
            earlier = [False]
        elif f"{group}.{entry}" in listed:
            continue  # it goes, or stays, with its entry
        else:
            earlier = [None]
        if len(earlier) > 1 or not _says(here, earlier[0]):
            found += [CaseWrite(joining.lives, write.path, value, frozenset(here.live)) for value in earlier]
    return tuple(found)


def superseded_by(written: Iterable[Write]) -> frozenset[Dot]:
    """The dots that stood before these writes of joins, and whose values separating has to know."""
    by_dot = {write.dot: write for write in written}
    return frozenset().union(*(_superseded(write, by_dot) for write in by_dot.values()))


def _superseded(write: Write, joins: Mapping[Dot, Write]) -> frozenset[Dot]:
    """What a join superseded, and what an earlier join had superseded before it."""
    found: set[Dot] = set()
    for dot in write.seen:
        found |= _superseded(joins[dot], joins) if dot in joins else {dot}
    return frozenset(found)


def _parts(path: str) -> tuple[str, str, str]:
    """(group, entry or "", name)"""
    group, _, rest = path.partition(".")
    entry, dot, name = rest.partition(".")
    return (group, entry, name) if dot else (group, "", rest)


def _is_settled(register: Register) -> bool:
    return bool(register.live) and not register.in_conflict


def _says(register: Register, value: Value) -> bool:
    """Whether a field says exactly this; one that nobody wrote says None."""
    if not register.live:
        return value is None
    return not register.in_conflict and canonical(register.settled) == canonical(value)


def _read(case: Case, path: str, members: Mapping[str, str]) -> Value:
    """A settled value, in which members are called as the case that lives on calls them."""
    value = value_of(case, path)
    group, _, name = _parts(path)
    return members.get(value, value) if isinstance(value, str) and _NAMES_MEMBER.get(group) == name else value


def _content(collection: str, case: Case, entry: str, members: Mapping[str, str]) -> set[object]:
    """One key for everything that an entry says; none for one that says nothing."""
    under = f"{collection}.{entry}."
    values = {
        path.removeprefix(under): _read(case, path, members)
        for path in case.registers
        if path.startswith(under) and not path.endswith(".listed")
    }
    said: dict[str, Json] = {name: value for name, value in values.items() if value is not None}
    return {canonical(said)} if said else set()


def _key(collection: str, fields: tuple[str, ...], case: Case, entry: str, members: Mapping[str, str]) -> set[object]:
    under = f"{collection}.{entry}."
    if fields == ("id_no",):
        numbers = {normalised(v) for v in case[under + "id_no"].live.values() if isinstance(v, str)}
        return {number for number in numbers if is_number(number)}
    values = [_read(case, under + name, members) for name in fields]
    texts = tuple(normalised(value) if isinstance(value, str) else "" for value in values)
    return {texts} if all(texts[:2]) else set()
