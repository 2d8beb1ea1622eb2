"""`brygga backtest`: how well the methods would have predicted years that are known by now."""

from __future__ import annotations

from importlib import import_module

import click

PARTS = {
    "population": "People by age, from ages, births and deaths.",
    "municipalities": "Inhabitants of each municipality.",
    "occupations": "Employees by occupation and county, or by age.",
    "register": "Write the settings and their hash, before outcomes are read.",
    "report": "Collect answers into a scorecard: a document and tables.",
    "all": "Run every back-test on the open data, and report.",
}
"""Every command and its line in the help. `population` lives in `cli/backtest_population.py`, and so on."""


class Parts(click.Group):
    """Commands whose modules are imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The back-tests in the order of the projection, then what belongs to all of them."""
        return list(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in PARTS:
            return None
        command: click.Command = import_module(f"brygga.cli.backtest_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands from the table above, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(PARTS.items()))


@click.command("backtest", cls=Parts)
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
