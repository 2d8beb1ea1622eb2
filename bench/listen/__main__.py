"""Runs the parts, prints their tables, and writes them with `-o`.

    python -m bench.listen [--quick] [--part titles ...] [--semantic] [-o FILE.json] [-o FILE.md]

Start reading at `main`.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("POLARS_MAX_THREADS", "2")

import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click

from bench.listen import data
from bench.listen.baselines import missing
from bench.listen.report import Report

PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "titles": ("occupations", ("quick",)),
    "headlines": ("occupations", ("quick",)),
    "trained": ("trained", ("quick",)),
    "ads": ("occupations", ()),
    "linking": ("linking", ("quick", "semantic")),
    "skills": ("skills", ("quick",)),
    "own": ("own", ("quick",)),
    "speed": ("speed", ("quick",)),
}
"""Module of each part (its function has the part's name) and the options it takes."""


@click.command()
@click.option("--quick", is_flag=True, help="Some of the rows, and no slow peers.")
@click.option("--part", "parts", multiple=True, type=click.Choice(list(PARTS)), help="Only these parts.")
@click.option("--semantic", is_flag=True, help="Also linking with the extra semantic; slow.")
@click.option("-o", "outputs", multiple=True, type=click.Path(path_type=Path), help="FILE.json or FILE.md.")
def main(parts: tuple[str, ...], outputs: tuple[Path, ...], **options: bool) -> None:
    """Listen beside its peers, in one run."""
    began = time.perf_counter()
    pack = data.pack()
    report = Report(about={"taxonomy": pack.version, "run": "quick" if options["quick"] else "full"})
    print(f"taxonomy: {pack.version}")
    for name in missing():
        report.leave_out(f"{name}: not installed (it comes with the extra `bench`)")
    for name in parts or PARTS:
        module, takes = PARTS[name]
        part: Callable[..., None] = getattr(import_module(f"bench.listen.{module}"), name)
        part(report, pack, **{option: options[option] for option in takes})
    print(f"\n{time.perf_counter() - began:.0f} s")
    for path in outputs:
        report.write(path)


if __name__ == "__main__":
    main()
