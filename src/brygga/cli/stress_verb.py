"""`brygga stress`: which large workplace or industry a region could least afford to lose."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show

SHOWN = 15


@click.command("stress")
@show.region_argument
@show.out_option(required=False)
@click.option("--least", type=float, default=100, show_default=True, help="Jobs from which an industry is tried.")
@click.option("--share", type=float, default=0.3, show_default=True, help="Share of its posts that each loses, 0-1.")
@click.option("--all", "whole", is_flag=True, help="Each loses all its posts, instead of --share.")
@click.option("--municipality", multiple=True, help="Try this municipality only; may be given several times.")
@click.option(
    "--workplaces", type=click.Path(path_type=Path), help="A file of workplaces (docs/tables.md, workplaces)."
)
@click.option("--draws", type=int, default=40, show_default=True, help="Random draws; the interval is read from them.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed and data, same result.")
@click.option("--taxonomy", type=click.Path(path_type=Path), help="Folder with JobTech (and ESCO) exports.")
@show.json_option
def command(
    region: Path,
    out: Path | None,
    least: float,
    share: float,
    whole: bool,
    municipality: tuple[str, ...],
    workplaces: Path | None,
    draws: int,
    seed: int,
    taxonomy: Path | None,
    as_json: bool,
) -> None:
    """Try the loss of posts in each large workplace or industry of REGION, and rank the losses.

    REGION is the folder of a run; or a region, with -o naming the folder where its steps have
    written. Each industry of a municipality loses the same share of its posts. Two ranks: by
    persons without work twelve months after the last left, and by municipal tax lost then.
    Nothing is written without -o.

    \b
    Example:
        brygga stress out/
        brygga stress out/ --all --least 300 --json
        brygga stress sydost/ -o out/
    """
    from brygga.workflow.finished import finished
    from brygga.workflow.stress import stress
    from brygga.workflow.stress_cells import check_whole

    check_whole(whole, share_given=_given("share"))
    lost = 1.0 if whole else share
    source = finished(region, out, draws=draws, seed=seed)
    show.progress("stress", 0, 1)
    frame = stress(
        source,
        least=least,
        share=lost,
        draws=draws,
        seed=seed,
        municipalities=municipality,
        workplaces=workplaces,
        taxonomy=taxonomy,
    )
    note = f"industries with at least {least:g} jobs, of which each loses {lost:.0%} of its posts; {draws} draws"
    source.write("stress", {"stress": frame}, (note,))
    show.progress("done", 1, 1)
    if as_json:
        show.as_json({"note": note, "stress": frame.to_dicts()})
        return
    columns = ("rank_work", "rank_tax", "naive", "municipality", "industry", "posts")
    spans = ("without_work_12_p10", "without_work_12_p50", "without_work_12_p90", "tax_lost_p50")
    rows = [
        [*row[:-2], f"{row[-2]:.0%}", f"{row[-1]:.1%}"]
        for row in frame.select(*columns, *spans, "worst_work", "share").head(SHOWN).iter_rows()
    ]
    head = ["work", "tax", "size", *columns[3:], "p10", "p50", "p90", "SEK a year", "in worst 5", "of all jobs"]
    show.as_table(head, rows)
    more = f"; {frame.height - SHOWN} more with --json or -o" if frame.height > SHOWN else ""
    click.echo(f"{note}{more}. p10, p50, p90: persons without work after twelve months.")


def _given(option: str) -> bool:
    """Whether an option was written on the command line."""
    source = click.get_current_context().get_parameter_source(option)
    return source is click.core.ParameterSource.COMMANDLINE
