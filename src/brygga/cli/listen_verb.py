"""`brygga listen`: what companies say and advertise, coded to occupations."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show
from brygga.cli.step_verb import run_one


@click.command("listen")
@click.argument("region", type=click.Path(path_type=Path), required=False)
@show.out_option(required=False)
@click.option("--ads", type=click.Path(path_type=Path), help="A JobSearch reply (JSON) to code instead of a region.")
@click.option("--needs", type=click.Path(path_type=Path), help="A CSV or XLSX of company needs to code instead.")
@click.option("--taxonomy", type=click.Path(path_type=Path), help="Folder with jobtech-* and esco-* exports.")
@show.json_option
def command(
    region: Path | None, out: Path | None, ads: Path | None, needs: Path | None, taxonomy: Path | None, as_json: bool
) -> None:
    """Code needs and ads to SSYK 2012 with a confidence and the words that decided.

    Give a REGION to code its needs and ads into a folder, or --ads or --needs to code one file. For
    ads that carry the employer's code it prints how many agree at 4, 3 and 1 digits. The texts of
    ads are never printed.

    \b
    Example:
        brygga listen sydost/ -o out/
        brygga listen --ads reply.json --taxonomy taxonomy/
        brygga listen --needs survey.xlsx -o coded/
    """
    if region is not None and out is not None and not (ads or needs):
        run_one("listen", region, out, as_json, taxonomy=taxonomy)
    elif ads or needs:
        _one_file(ads, needs, taxonomy, out, as_json)
    else:
        raise click.UsageError("Give a REGION with -o FOLDER, or --ads FILE, or --needs FILE.")


def _one_file(ads: Path | None, needs: Path | None, taxonomy: Path | None, out: Path | None, as_json: bool) -> None:
    from brygga.workflow.listen import listen_to_ads, listen_to_needs

    heard = listen_to_ads(ads, taxonomy=taxonomy) if ads else listen_to_needs(Path(str(needs)), taxonomy=taxonomy)
    if out:
        heard.save(out)
    if as_json:
        show.as_json(heard.summary())
        return
    show.as_table(*heard.shown())
    click.echo()
    for line in heard.lines():
        click.echo(line)
