"""Statements applied a second by 8 clients, against inserting the same bytes and committing durably."""

from bench import CLIENTS, Client, Work, app_of, arguments, at_once, fleet, installation, report, serving
from bounds import insert_bound
from counting import statements_per_push

BATCH = 20


def measure(port: int, tablets: list, work: Work, total: int, batch: int) -> tuple[float, float]:
    """(applied a second, the bound's inserts a second)"""
    loads = [[work.visit(tablet) for _ in range(total // CLIENTS)] for tablet in tablets]

    def job(client: Client, load: list[bytes]) -> None:
        for begin in range(0, len(load), batch):
            verdicts = client.push(load[begin : begin + batch])
            assert all(verdict["status"] == "accepted" for verdict in verdicts), verdicts

    clients = [Client(port, tablet.token) for tablet in tablets]
    seconds = at_once([lambda c=c, load=load: job(c, load) for c, load in zip(clients, loads, strict=True)])
    return sum(map(len, loads)) / seconds, loads


def main() -> None:
    options = arguments(__doc__)
    options.add_argument("--statements", type=int, default=4000)
    given = options.parse_args()
    with installation(given.database) as settings:
        app = app_of(settings)
        tablets, work = fleet(app), Work(given.seed)
        sql_batch, sql_single = statements_per_push(app, tablets[0], work, BATCH)
        with serving(settings) as port:
            measure(port, tablets, work, 320, BATCH)  # warm: forms compiled, caches filled
            batched, loads = measure(port, tablets, work, given.statements, BATCH)
            single, single_loads = measure(port, tablets, work, given.statements // 4, 1)
        bound_batched = insert_bound(settings, loads, BATCH)
        bound_single = insert_bound(settings, single_loads, 1)
    report(
        {
            "database": given.database,
            "applied a second, batches of 20": round(batched, 1),
            "  bound: inserts a second": round(bound_batched, 1),
            "  ratio": round(batched / bound_batched, 3),
            "applied a second, singly": round(single, 1),
            "  bound: inserts a second, singly": round(bound_single, 1),
            "  ratio, singly": round(single / bound_single, 3),
            "SQL statements per statement, batches of 20": sql_batch,
            "SQL statements per statement, singly": sql_single,
        },
        given.json,
    )


if __name__ == "__main__":
    main()
