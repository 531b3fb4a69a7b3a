"""Do the push figures stay as the ledger grows? The same measurement at each size, as a ratio to the first."""

import sys

from bench import CLIENTS, Client, Work, app_of, arguments, at_once, fleet, installation, report, serving
from push import BATCH, measure


def main() -> None:
    options = arguments(__doc__)
    options.add_argument("--sizes", default="0,50000,200000")
    options.add_argument("--statements", type=int, default=2000)
    given = options.parse_args()
    figures: dict[str, object] = {"database": given.database}
    with installation(given.database) as settings:
        app = app_of(settings)
        tablets, work = fleet(app), Work(given.seed, households=6_000)
        with serving(settings) as port:
            measure(port, tablets, work, 320, BATCH)
            size, first = 320, None
            for wanted in map(int, given.sizes.split(",")):
                while size < wanted:
                    size += grow(port, tablets, work, min(4000, wanted - size))
                    print(f"{size} statements", file=sys.stderr)
                batched, _ = measure(port, tablets, work, given.statements, BATCH)
                single, _ = measure(port, tablets, work, given.statements // 4, 1)
                size += given.statements + given.statements // 4
                first = first or (batched, single)
                figures[f"at {wanted}: batches of 20 a second"] = round(batched, 1)
                figures[f"at {wanted}: singly a second"] = round(single, 1)
                figures[f"at {wanted}: ratio to empty, batched"] = round(batched / first[0], 3)
                figures[f"at {wanted}: ratio to empty, singly"] = round(single / first[1], 3)
    report(figures, given.json)


def grow(port: int, tablets: list, work: Work, count: int) -> int:
    loads = [[work.visit(tablet) for _ in range(max(1, count // CLIENTS))] for tablet in tablets]

    def job(client: Client, load: list[bytes]) -> None:
        for begin in range(0, len(load), 100):
            client.push(load[begin : begin + 100])

    at_once([lambda t=t, load=load: job(Client(port, t.token), load) for t, load in zip(tablets, loads, strict=True)])
    return sum(map(len, loads))


if __name__ == "__main__":
    main()
