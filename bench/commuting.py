"""Balancing against ipfn and gravity against spint, at 290 zones: the same answer, and how many times faster.

Invented commuters between 290 places with the shape of Sweden's matrix: most stay, flows fall with distance, and three
quarters of the pairs have nobody. Needs the extra `bench`. Run: python bench/commuting.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from brygga.commuting.balance import balance, scaled_margins, scaling
from brygga.commuting.gravity import fit_gravity

ZONES = 290
PERSONS = 5e6
DRAWS = 20


def main() -> None:
    try:
        from ipfn import ipfn
        from spint.gravity import Doubly
    except ImportError as missing:
        print(f"left out: {missing.name} is not installed (pip install -e '.[bench]')")
        return
    seed, km = country()
    home, work = drifted(seed)

    def peer_balance() -> np.ndarray:
        return ipfn.ipfn(
            seed.copy(), [home, work], [[0], [1]], convergence_rate=1e-10, max_iteration=5000, rate_tolerance=0.0
        ).iteration()

    ours, our_seconds = timed(lambda: balance(seed, home, work), 9)
    theirs, their_seconds = timed(peer_balance, 1)
    told(f"balance, {ZONES} zones: ipfn / ours", their_seconds, our_seconds)
    print(f"  largest difference {np.abs(ours - theirs).max():.1e} of {seed.max():,.0f} persons")
    print(f"  margins missed by {missed(ours, home, work):.0e} (ours) and {missed(theirs, home, work):.0e} (ipfn)")
    margins = [drifted(seed, seed_of_chance=i) for i in range(DRAWS)]
    batch = np.stack([m[0] for m in margins]), np.stack([m[1] for m in margins])
    _, batch_seconds = timed(lambda: scaling(seed, *batch), 1)
    print(f"  {DRAWS} draws at once: {batch_seconds / DRAWS:.3f} s each")

    flows = seed * (1 - np.eye(ZONES))
    own, our_seconds = timed(lambda: fit_gravity(flows, km, decay="power", own="excluded"), 9)
    apart = ~np.eye(ZONES, dtype=bool)
    origins, destinations = (index[apart] for index in np.indices(flows.shape))
    counts, cost = flows[apart].astype(int), km[apart]
    peer, their_seconds = timed(lambda: Doubly(counts, origins, destinations, cost, "pow"), 5)
    told(f"gravity, {ZONES} zones: spint / ours", their_seconds, our_seconds)
    print(f"  exponent {own.estimates['cost'].value:.6f} (ours) and {peer.params[-1]:.6f} (spint)")
    print(f"  D2 {own.d2:.6f} and {peer.D2:.6f}, SRMSE {own.srmse:.6f} and {peer.SRMSE:.6f}")


def told(what: str, theirs: float, ours: float) -> None:
    print(f"{what} {theirs / ours:.0f} ({theirs:.2f} s, {ours:.3f} s)")


def country() -> tuple[np.ndarray, np.ndarray]:
    """Flows by home and workplace, and kilometres."""
    random = np.random.default_rng(1)
    places = random.random((ZONES, 2)) * 500
    km = np.hypot(*(places[:, None] - places).T) + 6
    size = random.lognormal(9, 1, ZONES)
    expected = np.outer(size, size) * km**-2.2
    counted = random.poisson(expected / expected.sum() * PERSONS).astype(float)
    return np.where(counted < 3, 0.0, counted), km


def drifted(seed: np.ndarray, seed_of_chance: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Margins a few years later, with one sum."""
    random = np.random.default_rng(seed_of_chance)
    home, work = (seed.sum(axis) * random.normal(1, 0.05, ZONES) for axis in (1, 0))
    return scaled_margins(home, work, "mean")


def timed(work: Callable[[], object], times: int) -> tuple[object, float]:
    """The answer, and the shortest processor time of several tries (other work on the machine does not count)."""
    seconds = []
    for _ in range(times):
        began = time.process_time()
        answer = work()
        seconds.append(time.process_time() - began)
    return answer, min(seconds)


def missed(flows: np.ndarray, home: np.ndarray, work: np.ndarray) -> float:
    return max(np.abs(flows.sum(1) / home - 1).max(), np.abs(flows.sum(0) / work - 1).max())


if __name__ == "__main__":
    main()
