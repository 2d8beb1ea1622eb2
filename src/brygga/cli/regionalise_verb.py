"""`brygga regionalise`: the coefficients of a region from those of its nation and jobs by industry."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show

file_path = click.Path(path_type=Path)


@click.command("regionalise")
@click.argument("coefficients", type=file_path)
@click.argument("employment", type=file_path)
@click.option("--region", "regions", multiple=True, required=True, help="A region of EMPLOYMENT; several are merged.")
@click.option(
    "--method",
    type=click.Choice(["flq", "aflq", "cilq", "slq"], case_sensitive=False),
    default="flq",
    show_default=True,
    help="Location quotient.",
)
@click.option("--delta", type=float, help="Exponent of the region's size, 0 to 1. Chosen from EMPLOYMENT if left out.")
@click.option("--nation", default="nation", show_default=True, help="What EMPLOYMENT calls the nation.")
@click.option("-o", "--out", type=file_path, help="CSV for the region's coefficients, as COEFFICIENTS.")
@show.json_option
def command(
    coefficients: Path,
    employment: Path,
    regions: tuple[str, ...],
    method: str,
    delta: float | None,
    nation: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Bring national COEFFICIENTS down to a region by its jobs in EMPLOYMENT.

    COEFFICIENTS is a CSV file: first column the industry, then one column per industry in the same
    order; columns buy from rows, per unit of output. EMPLOYMENT is a CSV file with the columns
    region, industry and persons, and the nation as one of the regions; the more regions it has,
    the better delta is chosen.

    \b
    Example:
        brygga regionalise coefficients.csv jobs.csv --region Blekinge -o blekinge.csv
        brygga multipliers blekinge.csv
    """
    from brygga.workflow.regionalise import regionalise_files, write_coefficients

    answer = regionalise_files(
        coefficients, employment, regions=regions, method=method.lower(), delta=delta, nation=nation
    )
    if out:
        write_coefficients(answer, out)
    for warning in answer.warnings:
        click.echo(warning, err=True)
    if as_json:
        show.as_json(answer.summary())
        return
    click.echo(answer.words())
    show.as_table(*answer.rows())
