"""`brygga commuting`: matrices of who lives where and works where, from files to files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from brygga.cli import show

file_path = click.Path(path_type=Path)
scale_option = click.option(
    "--scale", type=click.Choice(["home", "work", "mean"]), help="Side whose sum counts where margins differ."
)
costs_option = click.option("--costs", type=file_path, help="CSV home,work,cost: for places off the map.")
decay_option = click.option(
    "--decay",
    type=click.Choice(["power", "exponential"]),
    default="power",
    show_default=True,
    help="How flows fall with cost.",
)
margin_year_option = click.option("--margin-year", type=int, help="Year of MARGINS, where it has several.")


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a file of flows cannot say for itself."""
    for option in (
        click.option("--merge", "merged", multiple=True, metavar="OLD=NEW", help="A municipality that became another."),
        click.option("--rest", type=click.Choice(["outside", "leave-out"]), help="Where rest codes (99, 9999) belong."),
        click.option("--group", help="Group of people, where the file has a column group."),
        click.option("--register", help="Register, where one year stands in two."),
        click.option("--year", type=int, help="Year, where the file has several."),
    ):
        command = option(command)
    return command


@click.group("commuting")
def command() -> None:
    """Balance a commuting matrix, fit gravity, predict flows, list areas and times.

    Files are plain CSV: flows home,work,persons; margins municipality,margin,persons with margin home or
    work. Places are codes, names or other labels. A hidden cell is left empty: unknown, not zero.

    \b
    Example:
        brygga commuting balance commuting_2016.csv margins_2019.csv -o commuting_2019.csv
        brygga commuting fit commuting_2016.csv --cost distance --decay power
    """


@command.command("balance")
@click.argument("seed", type=file_path)
@click.argument("margins", type=file_path)
@click.option("-o", "--out", type=file_path, help="File for the flows (CSV or parquet).")
@scale_option
@click.option("--fill", type=click.Choice(["gravity"]), help="How to model places without flows, or rows, in SEED.")
@click.option("--draw", type=int, help="Draw hidden counts with this seed of chance; otherwise their mean.")
@costs_option
@margin_year_option
@reading_options
@show.json_option
def balance(
    seed: Path, margins: Path, out: Path | None, fill: str | None, as_json: bool, merged: tuple[str, ...], **given: Any
) -> None:
    """Bring the flows of SEED to the sums of MARGINS, both met to 1e-9.

    The pattern of SEED is kept as far as the margins let it be (iterative proportional fitting).

    \b
    Example:
        brygga commuting balance commuting_2016.csv margins_2019.csv -o commuting_2019.csv
        brygga commuting balance tab1830.csv margins.csv --year 2024 --rest outside --scale work
    """
    from brygga.workflow.commuting import balance_files

    _tell(balance_files(seed, margins, fill=bool(fill), choices=_choices(merged, given), **given), out, as_json)


@command.command("fit")
@click.argument("flows", type=file_path)
@click.option(
    "--cost",
    default="distance",
    show_default=True,
    metavar="distance|minutes|COLUMN",
    help="What flows fall with: by the map, unless FLOWS has a column cost, or this column.",
)
@decay_option
@click.option(
    "--constraint",
    type=click.Choice(["double", "production", "attraction", "none"]),
    default="double",
    show_default=True,
    help="Which sums the model must meet: homes and workplaces, homes, workplaces, none.",
)
@click.option(
    "--own",
    type=click.Choice(["shared", "cost", "excluded"]),
    help="Those who stay: an effect of their own, their cost, or left out.  [default: shared, if any are counted]",
)
@costs_option
@click.option("-o", "--out", type=file_path, help="File for the estimates (CSV or parquet).")
@click.option("--fitted", type=file_path, help="File for the fitted flows (CSV or parquet).")
@reading_options
@show.json_option
def fit(
    flows: Path, out: Path | None, fitted: Path | None, as_json: bool, merged: tuple[str, ...], **given: Any
) -> None:
    """Fit gravity to FLOWS by maximum likelihood, with standard errors.

    Prints each coefficient with two standard errors, D2, SRMSE and mean cost. With a column group
    (education level, say) each group gets its own, and `shrunk` draws the unsure ones towards the rest.

    \b
    Example:
        brygga commuting fit commuting_2016.csv --cost distance --decay power
        brygga commuting fit austria_migration.csv --decay exponential --json
    """
    from brygga.core import tables
    from brygga.workflow.commuting_fit import fit_file

    found = fit_file(flows, choices=_choices(merged, given), **given)
    if out:
        tables.write(found.table, out)
    if fitted:
        tables.write(found.fitted, fitted)
    if as_json:
        show.as_json(found.summary())
        return
    show.as_table(*found.shown())
    for line in found.lines():
        click.echo(line)


@command.command("predict")
@click.argument("margins", type=file_path)
@click.option("--flows", type=file_path, help="Flows to fit to; otherwise stated coefficients count.")
@click.option("--blend", "blended", is_flag=True, help="Keep what FLOWS counted as far as counts tell.")
@decay_option
@click.option("--beta", type=float, help="Coefficient of the cost (0 or less), instead of a fit: not with --flows.")
@click.option("--own-effect", type=float, help="Coefficient of those who stay, likewise; give both or neither.")
@click.option("-o", "--out", type=file_path, help="File for the flows (CSV or parquet).")
@scale_option
@costs_option
@margin_year_option
@reading_options
@show.json_option
def predict(margins: Path, out: Path | None, as_json: bool, merged: tuple[str, ...], **given: Any) -> None:
    """Model the flows between the places of MARGINS by gravity, where no matrix is known.

    \b
    Example:
        brygga commuting predict margins_2019.csv -o modelled.csv
        brygga commuting predict margins_2019.csv --beta -2 --own-effect -4.6 -o modelled.csv
        brygga commuting predict margins_2019.csv --flows commuting_2016.csv --blend -o modelled.csv
    """
    from brygga.workflow.commuting_fit import predict_files

    if given["blended"] and not given["flows"]:
        raise click.UsageError("--blend needs --flows: there is nothing counted to keep.")
    if given["flows"] and (given["beta"], given["own_effect"]) != (None, None):
        raise click.UsageError(
            "--beta and --own-effect stand instead of a fit: leave out --flows, or leave the coefficients to the fit."
        )
    _tell(predict_files(margins, choices=_choices(merged, given), **given), out, as_json)


@command.command("areas")
@click.argument("municipalities", nargs=-1)
@click.option("--with", "kind", type=click.Choice(["la", "fa", "county"]), help="Add all who share such an area.")
@click.option("-o", "--out", type=file_path, help="File for the table (CSV or parquet).")
@show.json_option
def areas(municipalities: tuple[str, ...], kind: str | None, out: Path | None, as_json: bool) -> None:
    """Show the labour market area, functional region and county of MUNICIPALITIES (codes), or of all.

    \b
    Example:
        brygga commuting areas 1083 1060
        brygga commuting areas 1080 --with fa
    """
    from brygga.workflow.commuting import areas, same_area

    chosen = same_area(municipalities, kind) if kind and municipalities else list(municipalities)
    _table(areas(chosen), out, as_json)


@command.command("ring")
@click.argument("flows", type=file_path)
@click.argument("territory", nargs=-1, required=True)
@click.option("--least-share", type=float, default=0.05, show_default=True, help="Share from which a place belongs.")
@click.option("-o", "--out", type=file_path, help="File for the table (CSV or parquet).")
@reading_options
@show.json_option
def ring(
    flows: Path,
    territory: tuple[str, ...],
    least_share: float,
    out: Path | None,
    as_json: bool,
    merged: tuple[str, ...],
    **given: Any,
) -> None:
    """Show the municipalities that exchange commuters with TERRITORY, by FLOWS.

    \b
    Example:
        brygga commuting ring tab1830.csv 1060 1080 1081 1082 1083 --least-share 0.03
    """
    from brygga.workflow.commuting import ring_of_file

    _table(ring_of_file(territory, flows, least_share=least_share, choices=_choices(merged, given)), out, as_json)


@command.command("times")
@click.argument("municipalities", nargs=-1, required=True)
@click.option("--known", type=file_path, help="Your own travel times: CSV home,work,minutes.")
@click.option("--fill", is_flag=True, help="Model from coordinates the pairs that --known lacks.")
@click.option("-o", "--out", type=file_path, help="File for the table (CSV or parquet).")
@show.json_option
def times(municipalities: tuple[str, ...], known: Path | None, fill: bool, out: Path | None, as_json: bool) -> None:
    """Show minutes between MUNICIPALITIES (codes or names): from your own matrix, or assumed from coordinates.

    \b
    Example:
        brygga commuting times 1060 1080 1083 -o travel_time.csv
    """
    from datetime import date

    from brygga.workflow.commuting import times_of_file

    _table(times_of_file(municipalities, date.today(), known=known, fill=fill), out, as_json)


def _choices(merged: tuple[str, ...], given: dict[str, Any]) -> Any:
    """What was said about a file, taken out of the other options."""
    from brygga.workflow.commuting import Choices

    wrong = [pair for pair in merged if pair.count("=") != 1]
    if wrong:
        raise click.UsageError(f"--merge {wrong[0]}: write OLD=NEW.")
    pairs = (pair.split("=") for pair in merged)
    said = {name: given.pop(name) for name in ("year", "register", "group", "rest")}
    return Choices(**said, merged={old.strip(): new.strip() for old, new in pairs})


def _tell(found: Any, out: Path | None, as_json: bool) -> None:
    """Flows to a file, as JSON, or as CSV on the way out with the sentences beside."""
    if out:
        found.save(out)
    if as_json:
        show.as_json(found.summary())
        return
    if not out:
        click.echo(found.table.write_csv(), nl=False)
    for line in found.lines():
        click.echo(line, err=not out)


def _table(frame: Any, out: Path | None, as_json: bool) -> None:
    from brygga.core import tables

    if out:
        tables.write(frame, out)
    if as_json:
        show.as_json(frame.to_dicts())
        return
    rows = [
        [f"{cell:.3f}" if isinstance(cell, float) and abs(cell) < 1 else cell for cell in row] for row in frame.rows()
    ]
    show.as_table(frame.columns, rows)
