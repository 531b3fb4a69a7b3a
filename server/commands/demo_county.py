"""The demo county: an authority with its regions, staff, forms and last year's roster, set up as a bureau would."""

from collections import Counter
from random import Random

from schemas.forms.compiled import shipped_forms
from schemas.roster.reader import read_roster
from server import keys
from server.commands.demo_accounts import AUTHORITY, Account, DemoCounty
from server.commands.demo_office import run_campaign
from server.operations.add_person import add_person
from server.operations.import_roster import import_roster
from server.operations.publish_form import publish_form
from server.operations.set_up_authority import set_up_authority
from server.operations.state_from_office import open_office_key
from server.policy import Role
from server.queries.village_names import village_names
from server.simulator.county import LINES, County
from server.simulator.people import Staff
from server.simulator.roster_sheet import write_roster_xlsx
from server.store import persons
from server.store.regions import Region

_LEVELS = {"county": 3, "township": 4, "village": 5}


def set_up(seed: int) -> DemoCounty:
    """Sets the county up in the current application's database, which must be empty."""
    county = County.invent(seed)
    ids = _region_ids(county)
    set_up_authority(
        AUTHORITY,
        name_zh=f"{county.name}民政局",
        name_en="Yunling County Civil Affairs Bureau",
        line_urban=LINES["urban"].fen_per_month,
        line_rural=LINES["rural"].fen_per_month,
        tree=_tree(county, ids),
    )
    accounts = []
    for staff in county.staff:
        region, password = _region_of(county, staff), _password()
        person = add_person(
            AUTHORITY,
            login=staff.login,
            name=staff.name,
            role=Role(staff.role),
            region=ids[region],
            password=password,
        )
        name = county.by_code[region].name
        accounts.append(Account(staff.login, password, staff.name, staff.role, name, person.id, staff.pair))
    demo = DemoCounty(seed, accounts)
    for workbook in shipped_forms():
        publish_form(AUTHORITY, workbook, demo.officer.person)
    _import_roster(county, demo.officer)
    run_campaign(AUTHORITY, demo.officer)
    return demo


def _import_roster(county: County, officer: Account) -> None:
    """The spreadsheet goes the way that a real one goes: previewed, then signed for by the county officer."""
    person = persons.find(AUTHORITY, officer.person)
    assert person is not None
    villages = village_names(AUTHORITY, (person.scope,))
    preview = read_roster(write_roster_xlsx(county), "xlsx", villages=villages, new_id=keys.new_id)
    import_roster(AUTHORITY, person.id, person.role, open_office_key(person, officer.password), preview)


def _region_ids(county: County) -> dict[str, str]:
    """Region id by code. Codes change when villages merge, so the ids that everything stands on are opaque."""
    rng = Random(f"region ids {county.seed}")  # noqa: S311  (an invented county is drawn from its seed)
    return {region.code: f"{rng.getrandbits(40):010x}" for region in county.regions}


def _tree(county: County, ids: dict[str, str]) -> list[Region]:

    paths: dict[str, str] = {}
    tree = []
    for region in county.regions:  # parents come before their children
        paths[region.code] = f"{paths.get(region.parent or '', '')}{ids[region.code]}/"
        parent = ids[region.parent] if region.parent else None
        path = paths[region.code]
        tree.append(Region(ids[region.code], parent, _LEVELS[region.level], region.name, region.code, path))
    return tree


def _region_of(county: County, staff: Staff) -> str:
    """A person has one region: for investigators, the township in which most of their villages lie."""
    if len(staff.regions) == 1:
        return staff.regions[0]
    townships = Counter(county.by_code[village].parent or "" for village in staff.regions)
    return townships.most_common(1)[0][0]


def _password() -> str:
    digits = keys.new_id(12)
    return "-".join(digits[at : at + 4] for at in (0, 4, 8))
