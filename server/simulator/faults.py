"""What goes wrong in the field, drawn from a seed: bad links, wrong clocks, lost and revoked tablets.

Link faults are drawn request by request; what befalls a tablet as a whole is drawn once, when the fleet is planned.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import Random


class LinkFault(StrEnum):
    """What a link does to one request. `LOST_REPLY`: the server has done it all and the tablet never hears of it."""

    NONE = "none"
    CUT_REQUEST = "cut_request"
    CUT_REPLY = "cut_reply"
    LOST_REPLY = "lost_reply"


@dataclass(frozen=True, slots=True)
class Faults:
    """How bad it is: chances from 0 to 1, each a request's, a push's or a tablet's."""

    name: str
    cut_request: float = 0
    cut_reply: float = 0
    lost_reply: float = 0
    repeat: float = 0  # a push or an upload that is sent again although it was answered
    bad_checksum: float = 0  # a chunk that arrives with one byte turned
    days_offline: float = 0  # a tablet stays without a network for a day
    wrong_clock: float = 0  # a tablet's clock is years off
    reinstalled: float = 0  # a tablet loses its store between two days
    revoked: float = 0  # the office ends a tablet that still has work to hand in
    shuffled: bool = False  # the outbox goes out in any order
    patience: tuple[int, ...] = (25,)  # how often an evening's contact is tried before it waits for the next day

    def on_request(self, rng: Random) -> LinkFault:
        drawn = rng.random()
        for fault, chance in (
            (LinkFault.CUT_REQUEST, self.cut_request),
            (LinkFault.CUT_REPLY, self.cut_reply),
            (LinkFault.LOST_REPLY, self.lost_reply),
        ):
            if drawn < chance:
                return fault
            drawn -= chance
        return LinkFault.NONE

    def clock_error(self, rng: Random) -> int:
        """By how many days a tablet's clock is off: mostly none; else it stands in 1970, or years away."""
        if rng.random() >= self.wrong_clock:
            return 0
        return rng.choice((-20_000, -3_653, -400, 365, 1_461, 26_000))


NONE = Faults("none")
FIELD = Faults(
    "field",
    cut_request=0.02,
    cut_reply=0.02,
    lost_reply=0.02,
    repeat=0.05,
    bad_checksum=0.01,
    days_offline=0.2,
    wrong_clock=0.1,
    reinstalled=0.03,
    revoked=0.03,
    shuffled=True,
    patience=(2, 25, 25),
)
HARSH = Faults(
    "harsh",
    cut_request=0.08,
    cut_reply=0.08,
    lost_reply=0.08,
    repeat=0.2,
    bad_checksum=0.05,
    days_offline=0.35,
    wrong_clock=0.4,
    reinstalled=0.12,
    revoked=0.08,
    shuffled=True,
    patience=(2, 6, 25, 40),
)
LEVELS = {level.name: level for level in (NONE, FIELD, HARSH)}
