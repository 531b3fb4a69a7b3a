"""A household that statements are told about, one after the other, for tests of what they bring to light."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.case import Case
from sync.dot import Dot
from sync.register import Value, Write
from sync.statement import Made, Statement
from sync.told import Told

CASE = "c" * 32


@dataclass
class Household:
    case: Case = field(default_factory=Case)
    kinds: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def tell(
        self,
        kind: str,
        fields: Mapping[str, Value],
        *,
        unseen: Sequence[str] = (),
        flags: Sequence[str] = (),
    ) -> Told:
        """What the rules are told of a statement whose writer had everything on screen but the fields `unseen`."""
        name = f"{'a' * 32}-{len(self.kinds) + 1}"
        fields = {path.replace("{me}", name): value for path, value in fields.items()}
        writes = tuple(
            Write(Dot(name, n), path, value, frozenset() if path in unseen else frozenset(self.case[path].live))
            for n, (path, value) in enumerate(fields.items())
        )
        before, self.case = self.case, self.case.apply(name, writes)
        self.kinds[name] = kind
        statement = Statement(name, kind, "demo", "a" * 32, 1, None, "p", 0, Made("", 0, ""), case=CASE)
        return Told(statement, CASE, before, self.case, writes, frozenset(flags), self._kind_of)

    def _kind_of(self, statement: str) -> str | None:
        self.asked.append(statement)
        return self.kinds.get(statement)


def entry(collection: str, key: str, **fields: Value) -> dict[str, Value]:
    """The fields of a listed member, car, line …"""
    return {f"{collection}.{key}.listed": True} | {f"{collection}.{key}.{n}": v for n, v in fields.items()}
