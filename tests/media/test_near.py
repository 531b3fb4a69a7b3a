"""Near numbers are found exactly as a plain scan finds them, however they came in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media import near
from media.near import Near

KEY = st.integers(0, 2**64 - 1)


def plain_scan(keys: list[int], key: int, radius: int) -> list[int]:
    return [place for place, other in enumerate(keys) if (other ^ key).bit_count() <= radius]


@st.composite
def near_numbers(draw: st.DrawFn) -> tuple[list[list[int]], int]:
    """Portions of numbers, most of them a few bits away from one: where a wrong bound would lose one."""
    key = draw(KEY)
    flips = st.sets(st.integers(0, 63), max_size=14)
    number = st.one_of(KEY, flips.map(lambda bits: key ^ sum(1 << bit for bit in bits)))
    return draw(st.lists(st.lists(number, max_size=40), max_size=6)), key


@pytest.mark.parametrize("widths", [near._FEW_BITS, near._MANY_BITS])
def test_finds_exactly_what_a_scan_finds(monkeypatch: pytest.MonkeyPatch, widths: tuple[int, ...]) -> None:
    monkeypatch.setattr(near, "RUN", 16)
    monkeypatch.setattr(near, "_FEW_BITS", widths)

    @settings(max_examples=60 if len(widths) == 4 else 15, deadline=None)
    @given(near_numbers(), st.integers(0, 13))
    def law(numbers: tuple[list[list[int]], int], radius: int) -> None:
        portions, key = numbers
        index = Near()

        for portion in portions:
            index.append(portion)

        assert index.within(key, radius) == plain_scan([n for portion in portions for n in portion], key, radius)

    law()


def test_a_large_run_finds_what_a_scan_finds() -> None:
    rng = np.random.default_rng(5)
    keys = rng.integers(0, 2**64, near._LARGE + 70_000, dtype=np.uint64)
    planted = int(keys[12]) ^ 0x8100_0010_0200_0807
    keys[near._LARGE + 60_000] = planted
    index = Near()

    index.append(keys[: near._LARGE])
    index.append(keys[near._LARGE :])

    assert len(index) == len(keys)
    for key in (int(keys[12]), planted, 0):
        assert index.within(key, 8) == near.scan(keys, key, 8).tolist()
    assert index.within(planted, 8) == [12, near._LARGE + 60_000]


def test_what_has_just_come_is_found_and_memory_stays_in_bounds() -> None:
    index = Near()
    for start in range(0, 300_000, 1_000):
        index.append(np.arange(start, start + 1_000, dtype=np.uint64) * np.uint64(0x9E37_79B9_7F4A_7C15))

    last = 299_999 * 0x9E37_79B9_7F4A_7C15 % 2**64

    assert 299_999 in index.within(last ^ 0b111, 3)
    assert index.bytes / len(index) < 40
