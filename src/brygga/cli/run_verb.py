"""`brygga run`: the whole loop for a region."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.command("run")
@show.region_argument
@show.out_option()
@click.option("--to", type=int, help="Last year of the projection.  [default: the region's own]")
@click.option("--draws", type=int, default=100, show_default=True, help="Random draws; the interval is read from them.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed and data, same result.")
@click.option("--gap", type=float, default=0.01, show_default=True, help="How near its bound the plan may end, 0-1.")
@click.option("--time-limit", type=float, default=60.0, show_default=True, help="Seconds the plan may take.")
@click.option("--taxonomy", type=click.Path(path_type=Path), help="Folder with JobTech (and ESCO) exports.")
@click.option("--like", type=click.Path(path_type=Path), help="A sidecar whose settings are used again.")
@show.engine_options
@show.json_option
def command(
    region: Path,
    out: Path,
    taxonomy: Path | None,
    like: Path | None,
    as_json: bool,
    engine: str,
    workers: int,
    scheduler: str,
    **given: int | float | None,
) -> None:
    """Run the whole loop for REGION into a folder.

    REGION is a folder of tables with its region.toml (docs/tables.md). Each table that comes out
    has a sidecar of the same name ending in .json, which says which data, parameters and seed it
    came from.

    \b
    Example:
        brygga data example sydost/
        brygga run sydost/ -o out/
        brygga serve out/
    """
    from brygga.core.execution import Execution
    from brygga.workflow.answer import answer
    from brygga.workflow.run import like_sidecar, run

    settings = like_sidecar(like) if like else {key: value for key, value in given.items() if value is not None}
    execution = Execution(engine, workers, scheduler)
    run(region, out, progress=show.progress, taxonomy=taxonomy, execution=execution, **settings)
    content = answer(out)
    show.as_json(content) if as_json else click.echo(content["text_en"])
