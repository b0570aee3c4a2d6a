"""What our own network carries."""

from studio.outputs.uplink import CLEAN_MOST_S, CLEAN_S, RETRY_S, Uplink

RATES = (4500, 2450, 870)


class Network:
    """An uplink, second by second."""

    def __init__(self) -> None:
        self.uplink = Uplink(RATES)
        self.now = 50.0
        self.dropped = 0

    def seconds(self, count: int, *, drops: int = 0, kbps: int = 4600) -> int:
        for _ in range(count):
            self.now += 1
            self.dropped += drops
            self.uplink.second(self.dropped, kbps, self.now)
        return self.uplink.first


def test_while_nothing_is_dropped_everything_is_offered() -> None:
    network = Network()
    assert network.seconds(300) == 0
    assert network.uplink.carried_kbps is None


def test_what_piles_up_costs_the_renditions_that_did_not_go_through() -> None:
    network = Network()
    assert network.seconds(2, drops=5, kbps=3000) == 1
    assert network.uplink.carried_kbps == 3000
    other = Network()
    assert other.seconds(2, drops=5, kbps=900) == 2
    assert other.seconds(9, drops=5, kbps=100) == 2, "the last one is always offered"


def test_a_single_overflow_is_a_stall_and_not_the_network() -> None:
    network = Network()
    for _ in range(5):
        assert network.seconds(1, drops=50, kbps=900) == 0
        assert network.seconds(int(RETRY_S) + 1) == 0
    network.seconds(1, drops=50, kbps=900)
    network.seconds(int(RETRY_S) - 1)
    assert network.seconds(1, drops=50, kbps=900) == 2


def test_what_was_still_queued_costs_nothing_more() -> None:
    network = Network()
    network.seconds(2, drops=5, kbps=3000)
    assert network.seconds(2, drops=5, kbps=900) == 1
    assert network.seconds(1, drops=5, kbps=900) == 2


def test_a_clean_network_gets_more_a_step_at_a_time() -> None:
    network = Network()
    network.seconds(2, drops=5, kbps=900)
    assert network.seconds(int(CLEAN_S) - 1) == 2
    assert network.seconds(1) == 1
    assert network.seconds(int(CLEAN_S)) == 0
    assert network.uplink.carried_kbps is None


def test_an_offer_that_fails_waits_twice_as_long_but_not_for_ever() -> None:
    network = Network()
    network.seconds(2, drops=5, kbps=3000)
    waits = []
    for _ in range(6):
        begun = network.now
        while network.seconds(1):
            pass
        waits.append(round(network.now - begun))
        network.seconds(3, drops=5, kbps=3000)
    assert waits[:3] == [12, 24, 48]
    assert waits[-1] <= CLEAN_MOST_S
