"""Runs every method on every instance, each in a process of its own, and prints a table.

    python -m bench.plan [--quick] [--size first] [--method ours] [--seconds 60] [--seeds 3] [-o FILE.md]

Start reading at `main`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

SIZES: dict[str, tuple[dict[str, Any], float]] = {
    "tiny": ({"sites": 4, "programmes": 6, "years": 4, "modes": 2}, 5.0),
    "first": ({"sites": 10, "programmes": 20, "years": 6, "modes": 3}, 60.0),
    "first-free": ({"sites": 10, "programmes": 20, "years": 6, "modes": 3, "reach": "free"}, 60.0),
    "first-cut": (
        {
            "sites": 10,
            "programmes": 20,
            "years": 6,
            "modes": 3,
            "budget": 0.12,
            "own_applicants": True,
            "horizon_after": 3,
        },
        60.0,
    ),
    "middle": ({"sites": 33, "programmes": 60, "years": 10, "modes": 3}, 60.0),
    "middle-free": ({"sites": 33, "programmes": 60, "years": 10, "modes": 3, "reach": "free"}, 60.0),
    "country": ({"sites": 290, "programmes": 100, "years": 10, "modes": 1}, 300.0),
}
"""Form of each instance, and the seconds its methods get."""
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS")
METHODS = ("ours", "highs", "highs-cpu", "cbc", "greedy")
WORDS = {
    "ours": "Brygga",
    "highs": "HiGHS alone, equal time",
    "highs-cpu": "HiGHS alone, equal processor time",
    "cbc": "PuLP + CBC",
    "greedy": "plain greedy",
}
HEAD = "| instance | method | plan | bound gap | from best bound | improvement gap | wall s | CPU s | GB | note |"
Result = dict[str, Any]


@click.command()
@click.option("--size", "sizes", multiple=True, type=click.Choice(list(SIZES)), help="Instances; the first by default.")
@click.option("--method", "methods", multiple=True, type=click.Choice(METHODS), help="Methods; all by default.")
@click.option("--seconds", type=float, help="Seconds for each method; by default as the instance says.")
@click.option("--seeds", default=1, show_default=True, help="Instances and seeds 1 to this; medians are printed.")
@click.option("--quick", is_flag=True, help="The tiny and the first instance, 5 seconds each.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write the table here too (markdown).")
@click.option("--one", help="For internal use: run one method from a JSON order and print its result.", hidden=True)
def main(
    sizes: tuple[str, ...],
    methods: tuple[str, ...],
    seconds: float | None,
    seeds: int,
    quick: bool,
    out: Path | None,
    one: str | None,
) -> None:
    """Print plan, gaps, seconds and memory of every method on the same instances."""
    if one is not None:
        click.echo(json.dumps(_here(**json.loads(one))))
        return
    chosen = sizes or (("tiny", "first") if quick else ("first", "first-free", "first-cut"))
    lines = [HEAD, "|" + " --- |" * HEAD.count(" |")]
    click.echo("\n".join(lines))
    for size in chosen:
        given = seconds if seconds is not None else (5.0 if quick else SIZES[size][1])
        results = [_of_seed(size, methods or METHODS, given, seed) for seed in range(1, seeds + 1)]
        for line in _rows(size, results):
            click.echo(line)
            lines.append(line)
        verdict = _verdict(size, results)
        if verdict:
            click.echo(verdict, err=True)
    if out is not None:
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _of_seed(size: str, methods: tuple[str, ...], seconds: float, seed: int) -> dict[str, Result]:
    """Results of all methods on one instance; the equal-processor line gets what ours has used."""
    results: dict[str, Result] = {}
    for method in methods:
        order = {"size": size, "method": method.removesuffix("-cpu"), "seconds": seconds, "seed": seed}
        if method == "highs-cpu":
            if "ours" not in results:
                continue
            order |= {"seconds": 20 * seconds, "cpu": results["ours"]["cpu"]}
        results[method] = _elsewhere(order)
    return results


def _elsewhere(order: dict[str, Any]) -> Result:
    """One method in a process of its own; one that dies is a result too."""
    command = [sys.executable, "-m", "bench.plan", "--one", json.dumps(order)]
    single = os.environ | dict.fromkeys(ONE_THREAD, "1")
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=single)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        return {"note": last[:80]}
    result: Result = json.loads(done.stdout.splitlines()[-1])
    return result


def _here(*, size: str, method: str, seconds: float, seed: int, cpu: float = float("inf")) -> Result:
    from bench.plan.methods import measure
    from brygga.planning.generate import benchmark_problem

    problem = benchmark_problem(**SIZES[size][0], seed=seed)
    return measure(method, problem, seconds=seconds, seed=seed, cpu=cpu)


def _rows(size: str, results: list[dict[str, Result]]) -> list[str]:
    """A row per method, medians over the seeds."""
    rows = []
    for method in (name for name in METHODS if name in results[0]):
        own = [one[method] for one in results]
        plans = [r.get("plan") for r in own]
        cells = [
            ", ".join(f"{p:,.1f}" if p is not None else "none" for p in plans),
            _median([_share(r.get("plan"), r.get("bound")) for r in own]),
            _median([_share(r.get("plan"), _best_bound(one)) for r, one in zip(own, results, strict=True)]),
            _median(
                [
                    _share(r.get("plan"), _best_bound(one), (r.get("nothing") or 0) - (_best_bound(one) or 0))
                    for r, one in zip(own, results, strict=True)
                ]
            ),
            *(
                f"{statistics.median(r.get(k, float('nan')) for r in own):.{d}f}"
                for k, d in (("wall", 1), ("cpu", 1), ("memory", 2))
            ),
            "; ".join(sorted({str(r.get("note", "")) for r in own} | _broken(own))),
        ]
        rows.append(f"| {size} | {WORDS[method]} | " + " | ".join(cells) + " |")
    return rows


def _broken(results: list[Result]) -> set[str]:
    return {f"{r['breaches']} breaches" for r in results if r.get("breaches")}


def _best_bound(results: dict[str, Result]) -> float | None:
    return max((r["bound"] for r in results.values() if r.get("bound") is not None), default=None)


def _share(plan: float | None, bound: float | None, whole: float | None = None) -> float | None:
    if plan is None or bound is None:
        return None
    return (plan - bound) / (plan if whole is None else whole)


def _median(shares: list[float | None]) -> str:
    """The median in per cent; a plan that was not found counts as worst."""
    worst = float("inf")
    middle = statistics.median(worst if share is None else share for share in shares)
    return "-" if middle == worst else f"{middle:.2%}"


def _verdict(size: str, results: list[dict[str, Result]]) -> str:
    """Ours against HiGHS at equal time: the median over seeds of how much lower our plan is."""
    if not all({"ours", "highs"} <= set(one) for one in results):
        return ""
    lower = []
    for one in results:
        ours, theirs = one["ours"].get("plan"), one["highs"].get("plan")
        lower.append(-1.0 if ours is None else 1.0 if theirs is None else (theirs - ours) / theirs)
    middle = statistics.median(lower)
    return f"{size}: our plan lies {middle:.2%} below that of HiGHS at equal time (median of {len(lower)})"


if __name__ == "__main__":
    main()
