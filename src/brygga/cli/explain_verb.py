"""`brygga explain`: the parts of one number."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show

PARTS = {
    "employed_at_work": "employed at workplaces there, base year",
    "vacancies": "vacant posts, base year",
    "industry": "industries that grow or shrink",
    "heard": "growth that companies told of",
    "events": "named events",
    "employed_residents": "employed residents, base year",
    "unemployed": "unemployed, base year",
    "retirements": "retirements and other exits from age 55",
    "entrants": "young people who enter",
    "movers": "net moves and earlier exits",
    "running_classes": "classes already running",
    "net_in_commuting": "net in-commuting",
}


@click.command("explain")
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--occupation", required=True, help="SSYK 2012 code, e.g. 7223.")
@click.option("--year", type=int, required=True, help="A year of the run, e.g. 2032.")
@click.option("--municipality", multiple=True, help="One or more; all of the region when left out.")
@show.json_option
def command(result: Path, occupation: str, year: int, municipality: tuple[str, ...], as_json: bool) -> None:
    """Show the parts of one number of RESULT, a results folder or one of its files.

    The parts are persons of the run without shocks; they add up to posts unfilled minus people
    without work. A minus sign means that the part closes the gap.

    \b
    Example:
        brygga explain out/ --occupation 7223 --year 2032
    """
    from brygga.workflow.explain import explain

    told = explain(result, occupation=occupation, year=year, municipalities=municipality)
    show.as_json(told) if as_json else _print(told)


def _print(told: dict[str, object]) -> None:
    if told["asked"] != told["occupation"]:
        click.echo(f"{told['asked']} is part of {told['occupation']}, which the run was computed for.\n")
    places = told["municipalities"]
    assert isinstance(places, list)
    click.echo(f"{told['occupation']} {told['name_en']}, {told['year']}, {len(places)} municipalities, persons\n")
    parts = told["parts"]
    assert isinstance(parts, dict)
    rows: list[list[object]] = [[PARTS[part], f"{persons:+.1f}"] for part, persons in parts.items()]
    rows.append(["= gap (unfilled - without work)", f"{told['gap']:+.1f}"])
    show.as_table(["part", "persons"], rows)
    click.echo(
        f"\nIf nothing new is started. In this run without shocks {told['unfilled']:.1f} posts stand unfilled and "
        f"{told['without_work']:.1f} people\nare without work. With shocks the middle of the draws lies above, since "
        "unfilled posts cannot be below zero."
    )
    intervals = told["intervals"]
    assert isinstance(intervals, dict)
    click.echo()
    head = ["with uncertainty (80 %)", "p10", "p50", "p90"]
    show.as_table(head, [[name, *[f"{v:.1f}" for v in span.values()]] for name, span in intervals.items()])
    sidecar = told["sidecar"]
    assert isinstance(sidecar, dict)
    click.echo(f"\n{sidecar['region']}; Brygga {sidecar['version']}; settings {sidecar['settings']}")
    click.echo(f"Method: {sidecar['method']}. Modelled; not statistics.")
