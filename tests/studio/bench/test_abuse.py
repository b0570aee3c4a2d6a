"""What the abuse benchmark makes of what honest viewers saw, and what its attackers do. The benchmark itself is run by hand."""

import math
import socket
import sys
from collections import Counter
from dataclasses import replace

import pytest

from studio.bench.abuse import Window, attack_rows, compared, held, quiet_rows
from studio.bench.abuse_viewers import TOO_LATE, Done, Stop
from studio.bench.attacks import ATTACKS, address_of
from studio.bench.report import Row

QUIET = [Window(0, 10, 0.2, 0.0, Counter()), Window(20, 30, 0.2, 0.0, Counter()), Window(40, 50, 0.2, 0.0, Counter())]
ATTACK, AGAIN = Window(10, 20, 0.5, 0.1, Counter({"429": 7, "201": 2})), Window(30, 40, 0.9, 0.3, Counter({"201": 1}))


def seen(join_ms: dict[int, float], *more: Done) -> list[Done]:
    """A join, a page and a line in each span of ten seconds; of those in `join_ms` the join took so long."""
    done = [Done("join", at + 1, join_ms.get(at, 50.0)) for at in range(0, 50, 10)]
    done += [Done(what, at + 2, 20.0) for at in range(0, 50, 10) for what in ("page", "line")]
    return [*done, *more]


def rows_of(done: list[Done], windows: list[Window], stops: list[Stop] | None = None) -> dict[str, Row]:
    """By what comes after the attack's name."""
    rows = attack_rows("attack", windows, *compared(done, stops or [], windows, QUIET))
    return {row.name.removeprefix("attack: "): row for row in rows}


def test_an_attack_is_held_against_the_quiet_before_and_after_it() -> None:
    rows = rows_of(seen({10: 60.0, 40: 1000.0}), [ATTACK])  # the last quiet is somebody else's neighbour
    assert rows["join p50 ÷ quiet"].value == pytest.approx(1.2)
    assert rows["asked (429 ×7, 201 ×2)"].value == 9
    assert all(row.ok for row in rows.values())


def test_what_is_slower_is_missed() -> None:
    rows = rows_of(seen({10: 80.0}), [ATTACK])
    assert not rows["join p50 ÷ quiet"].ok
    assert rows["chat p95 ÷ quiet"].ok


def test_of_several_times_the_median_counts_but_every_refusal() -> None:
    refused = Done("ring", 15, 1.0, "full")
    rows = rows_of(seen({10: 300.0, 30: 50.0}, refused), [ATTACK, AGAIN, AGAIN])
    assert rows["join p50 ÷ quiet"].ok
    assert rows["honest refused (ring full ×1)"].value == 1
    assert not rows["honest refused (ring full ×1)"].ok
    assert rows["server's processor"].value == 0.9


def test_times_that_other_programs_disturbed_count_only_when_there_are_no_others() -> None:
    done, busy = seen({10: 300.0}), replace(ATTACK, others=0.9)
    assert not rows_of(done, [busy])["join p50 ÷ quiet"].ok
    rows = rows_of(done, [busy, AGAIN])
    assert rows["join p50 ÷ quiet"].value == 1
    assert rows["times measured"].value == 2
    assert rows["times undisturbed by other programs"].value == 1


def test_who_is_refused_is_not_quick_and_who_waits_in_vain_is_slow() -> None:
    done = [one for one in seen({}) if not (one.what == "join" and one.at_s == 11)]
    nobody = rows_of([*done, Done("join", 11, 1.0, "503")], [ATTACK])["join p50 ÷ quiet"]
    assert math.isnan(nobody.value)
    assert not nobody.ok
    late = rows_of([*done, Done("join", 11, 10_000.0, TOO_LATE)], [ATTACK])["join p50 ÷ quiet"]
    assert late.value == 200


def test_pictures_that_stop_and_packets_that_are_lost_are_told() -> None:
    rows = rows_of(seen({}), [ATTACK], [Stop(12, 400.0, 0), Stop(13, 0.0, 5), Stop(25, 900.0, 1)])
    assert rows["longest stop of a picture"].value == 400
    assert rows["packets lost"].value == 5


def test_the_quiet_says_how_quiet_it_was() -> None:
    done = [*seen({}), Done("line", 45, 90.0)]
    rows = {row.name: row.value for row in quiet_rows(done, [], QUIET)}
    assert rows["quiet: POST → first picture, p50"] == 50
    assert rows["quiet: that p95, from"] == 20
    assert rows["quiet: that p95, to"] == 90


def test_no_attack_has_spent_what_another_may() -> None:
    addresses = [address_of(name, time) for name in ATTACKS for time in range(3)]
    assert len(set(addresses)) == len(addresses)
    assert all(address.startswith("127.") for address in addresses)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_connections_of_an_address_are_counted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert held(port, "127.0.0.77") == 0
        with socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.77", 0)):
            assert held(port, "127.0.0.77") == 1
            assert held(port, "127.0.0.78") == 0
