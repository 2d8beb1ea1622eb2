"""`brygga related`: occupations near one, what carries over and what is missing."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.command("related")
@click.argument("occupation")
@click.option("--taxonomy", type=click.Path(path_type=Path), help="A taxonomy pack, or a folder of exports.")
@click.option("--top", type=int, default=10, show_default=True, help="Occupations at most.")
@show.out_option(required=False)
@show.json_option
def command(occupation: str, taxonomy: Path | None, top: int, out: Path | None, as_json: bool) -> None:
    """Show which occupations lie near OCCUPATION, an SSYK code or a title.

    Strength joins how far one occupation can do the other's work (JobTech) with how alike the skills
    are that the two need (JobTech and ESCO), rare skills counting more. It is a start for a talk, no
    verdict on a person.

    \b
    Example:
        brygga related 7223
        brygga related svetsare --top 5 --taxonomy taxonomy/
    """
    from brygga.workflow.related import related

    near = related(occupation, taxonomy=taxonomy, top=top)
    if out:
        near.save(out)
    if as_json:
        show.as_json(near.summary())
        return
    click.echo(f"{near.code} {near.name}")
    show.as_table(*near.shown())
    for line in near.lines():
        click.echo(line)
