"""One household of the roster becomes the writes of its case, under the field paths of the home survey form."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.roster.cells import CODES, NOTHING, code_of, count, day, fen, is_ordinary_name, person_name, squeezed
from schemas.roster.columns import LABELS
from schemas.roster.id_number import read_id_number
from schemas.roster.people import Household, Person
from schemas.roster.problems import RowProblem

Value = None | bool | int | str | list[str]
Write = tuple[str, Value]

# A roster states one income a person and not where it comes from, so that is what the line says.
INCOME_GROUP = INCOME_KIND = "other"
INCOME_BASIS = "roster"

_TEXTS = (
    ("group", "place.group"),
    ("address", "place.address"),
    ("phone", "household.phone"),
    ("bank_account", "household.bank_account"),
    ("certificate_no", "household.dibao_certificate_no"),
    ("book_no", "household.book_no"),
)
_DIGITS_ONLY = ("phone", "bank_account", "certificate_no", "book_no")
# Phone and account may be each member's own; these others can only be the household's.
_OF_HOUSEHOLD = ("village", "group", "address", "scheme", "review_class", "amount", "covered_count", "family_size")

_OF_MEMBER = (
    "health",
    "disability_kind",
    "disability_grade",
    "work_ability",
    "self_care",
    "job_status",
    "hukou_kind",
    "education",
    "marital",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one household's rows say: writes sorted by path, members' ID numbers by row, and the sums' parts."""

    writes: tuple[Write, ...]
    id_numbers: tuple[tuple[int, str], ...]
    members: int
    covered: int
    fen: int


class HouseholdReader:
    """Reads one household; everything wrong goes to `problems` in the order of the rows."""

    def __init__(self, household: Household, new_id: Callable[[], str], problems: list[RowProblem]) -> None:
        self._rows = household
        self._head = next((p for p in household if p.is_householder), household[0])
        self._new_id = new_id
        self._problems = problems
        self._writes: list[Write] = []
        self._id_numbers: list[tuple[int, str]] = []
        self._faults_told: set[tuple[int, str]] = set()

    def read(self, village: str) -> Reading:
        named = [person for person in self._rows if self._is_named(person)]
        self._disagreeing_cells()
        self._write("place.village", village)
        self._texts()
        self._householder(named)
        self._choice(self._holder("scheme"), "scheme", "household.scheme")
        self._choice(self._holder("review_class"), "review_class", "household.review_class")
        in_force = self._holder("is_current")
        self._write("household.is_current", code_of("is_current", in_force.text("is_current")) != "no")
        amount = self._allowance()
        covered = self._counts(len(named))
        for person in named:
            self._member(person, everyone_covered=covered == len(named))
        return Reading(
            tuple(sorted(self._writes, key=lambda write: write[0])),
            tuple(self._id_numbers),
            len(named),
            len(named) if covered is None else covered,
            amount or 0,
        )

    # -- the household ------------------------------------------------------------------------------------

    def _holder(self, column: str) -> Person:
        """The row that speaks for the household in a column: the householder's, else the first that says anything."""
        if self._head[column].text or self._head[column].fault:
            return self._head
        return next((p for p in self._rows if p[column].text or p[column].fault), self._head)

    def _disagreeing_cells(self) -> None:
        for column in _OF_HOUSEHOLD:
            holder = self._holder(column)
            for person in self._rows:
                if person.text(column) and squeezed(person.text(column)) != squeezed(holder.text(column)):
                    self._problem(person, column, "household_cells_differ", str(holder.row))
                    break

    def _texts(self) -> None:
        for column, path in _TEXTS:
            holder = self._holder(column)
            if not self._fault(holder, column) and holder.text(column) not in NOTHING:
                text = holder.text(column)
                self._write(path, squeezed(text) if column in _DIGITS_ONLY else " ".join(text.split()))

    def _householder(self, named: list[Person]) -> None:
        heads = [person for person in self._rows if person.is_householder]
        for extra in heads[1:]:
            self._problem(extra, "relation", "householder_twice", str(heads[0].row))
        if not heads:
            self._problem(self._rows[0], "relation", "householder_missing")
        stated = person_name(self._holder("householder").text("householder"))
        in_row = person_name(heads[0].text("name")) if heads else ""
        if stated and in_row and stated != in_row:
            self._problem(self._holder("householder"), "householder", "householder_differs")
        self._write("household.householder_name", stated or in_row or person_name(named[0].text("name")))

    def _allowance(self) -> int | None:
        holder = self._holder("amount")
        if not holder["amount"].text and holder["amount"].fault is None:
            self._problem(self._head, "amount", "amount_missing")
        return self._amount(holder, "amount", "benefit.amount_month")

    def _counts(self, listed: int) -> int | None:
        covered = self._count("covered_count", "household.covered_count")
        family = self._count("family_size", "household.family_size")
        if covered is not None and covered > (listed if family is None else family):
            self._problem(self._holder("covered_count"), "covered_count", "covered_exceeds_family")
        if family is not None and family < listed:
            self._problem(self._holder("family_size"), "family_size", "family_size_differs", str(listed))
        return covered

    def _count(self, column: str, path: str) -> int | None:
        holder = self._holder(column)
        if self._fault(holder, column) or not holder.text(column):
            return None
        number = count(holder.text(column))
        if number is None:
            self._problem(holder, column, "number_unreadable")
        else:
            self._write(path, number)
        return number

    # -- a member -----------------------------------------------------------------------------------------

    def _is_named(self, person: Person) -> bool:
        if not self._fault(person, "name") and person.text("name"):
            return True
        self._problem(person, "name", "name_missing")
        return False

    def _member(self, person: Person, *, everyone_covered: bool) -> None:
        member_id = self._new_id()
        under = f"members.{member_id}."
        name = person_name(person.text("name"))
        if not is_ordinary_name(name):
            self._problem(person, "name", "name_characters")
        self._write(under + "listed", True)
        self._write(under + "name", name)
        self._relation(person, under)
        self._identity(person, under)
        for column in _OF_MEMBER:
            # 无 is an answer to 劳动能力 and 文化程度 and says nothing elsewhere.
            if person.text(column) not in NOTHING or person.text(column) in CODES[column]:
                self._choice(person, column, under + column)
        covered = code_of("covered", person.text("covered"))
        if covered or everyone_covered:
            self._write(under + "covered", covered != "no")
        self._income(person, member_id)

    def _relation(self, person: Person, under: str) -> None:
        relation = code_of("relation", person.text("relation"))
        if relation:
            self._write(under + "relation", relation)
        elif not self._fault(person, "relation"):
            self._problem(person, "relation", "relation_unknown")

    def _identity(self, person: Person, under: str) -> None:
        sex = self._choice(person, "sex", None)
        born = self._day(person)
        if person.text("id_no") in NOTHING:
            if not self._fault(person, "id_no"):
                self._problem(person, "id_no", "id_missing")
        else:
            number = read_id_number(person.text("id_no"))
            self._write(under + "id_no", number.text)
            self._id_numbers.append((person.row, number.text))
            if number.fault or number.birth_date is None:
                self._problem(person, "id_no", number.fault or "id_date")
            else:
                if sex and sex != number.sex:
                    self._problem(person, "sex", "sex_differs")
                # 出生年月 is often given as the month only; then the number knows better and does not disagree.
                if born and born != number.birth_date.isoformat():
                    self._problem(person, "birth_date", "birth_date_differs")
                sex, born = sex or number.sex, born or number.birth_date.isoformat()
        if sex:
            self._write(under + "sex", sex)
        if born:
            self._write(under + "birth_date", born)

    def _day(self, person: Person) -> str | None:
        text = person.text("birth_date")
        if self._fault(person, "birth_date") or not text or len(squeezed(text).rstrip("月")) <= 7:
            return None
        born = day(text)
        if born is None:
            self._problem(person, "birth_date", "date_unreadable")
        return born

    def _income(self, person: Person, member_id: str) -> None:
        for column, period in (("income_month", "month"), ("income_year", "year")):
            # Zero in the roster says that there is no such income, so there is no line for it.
            if amount := self._amount(person, column, None):
                under = f"income.{self._new_id()}."
                self._write(under + "listed", True)
                self._write(under + "member", member_id)
                self._write(under + "group", INCOME_GROUP)
                self._write(under + "kind", INCOME_KIND)
                self._write(under + "period", period)
                self._write(under + "amount", amount)
                self._write(under + "basis", INCOME_BASIS)

    # -- any cell -----------------------------------------------------------------------------------------

    def _amount(self, person: Person, column: str, path: str | None) -> int | None:
        text = person.text(column)
        if self._fault(person, column) or not text:
            return None
        amount = fen(text)
        if amount is None:
            self._problem(person, column, "amount_unreadable")
        elif amount < 0:
            self._problem(person, column, "amount_negative")
        else:
            if path:
                self._write(path, amount)
            return amount
        return None

    def _choice(self, person: Person, column: str, path: str | None) -> str | None:
        text = person.text(column)
        if self._fault(person, column) or not text:
            return None
        code = code_of(column, text)
        if code is None:
            self._problem(person, column, "code_unknown")
        elif path:
            self._write(path, code)
        return code

    def _fault(self, person: Person, column: str) -> bool:
        """Whether the sheet lost this cell; said once, in the row where it happened."""
        fault = person[column].fault
        if fault is None:
            return False
        if (person.row, column) not in self._faults_told:
            self._faults_told.add((person.row, column))
            self._problem(person, column, fault)
        return True

    def _problem(self, person: Person, column: str, code: str, detail: str = "") -> None:
        self._problems.append(RowProblem(person.row, LABELS[column], code, detail))

    def _write(self, path: str, value: Value) -> None:
        self._writes.append((path, value))
