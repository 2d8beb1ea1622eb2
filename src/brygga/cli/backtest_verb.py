"""`brygga backtest`: how well the methods would have predicted years that are known by now."""

from __future__ import annotations

import click

from brygga.cli.parts import Parts

PARTS = {
    "population": "People by age, from ages, births and deaths.",
    "municipalities": "Inhabitants of each municipality.",
    "occupations": "Employees by occupation and county, or by age.",
    "register": "Write the settings and their hash, before outcomes are read.",
    "report": "Collect answers into a scorecard: a document and tables.",
    "all": "Run every back-test on the open data, and report.",
}
"""Every command and its line in the help. `population` lives in `cli/backtest_population.py`, and so on."""


@click.command("backtest", cls=Parts, parts=PARTS)
def command() -> None:
    """Score the methods on years that are known by now, against naive ones.

    Each method stands in an earlier year (the origin) and predicts, from data up to it, a year whose outcome
    we know. No change, trend and constant share do the same, and the errors stand side by side.

    A few constants and the width of intervals come from elsewhere: of municipalities from the other
    origins of the file, later ones included; of occupations from other counties or major groups. Constants of
    the population were chosen on the counties 1968-2010, scored origins included.

    \b
    Example:
        brygga backtest register -o settings.json
        brygga backtest municipalities --origins 2011:2014 --settings settings.json --json > towns.json
        brygga backtest report towns.json -o scorecard/
    """
