"""Runs every part and prints its table; each part is a module of this package with `report() -> list of lines`.

    python -m bench.impact [--part input_output] [-o FILE.md]

Start reading at `main`.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

PARTS = ("input_output", "matching")
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS")
"""Set before anything that computes is imported, so that every method has one thread."""


@click.command()
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="Parts; all by default.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write the tables here too (markdown).")
def main(parts: tuple[str, ...], out: Path | None) -> None:
    """Print seconds and ratios of every part."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    lines: list[str] = []
    for part in parts or [one for one in PARTS if find_spec(f"bench.impact.{one}")]:
        told = import_module(f"bench.impact.{part}").report()
        click.echo("\n".join(told))
        lines += told
    if out:
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
