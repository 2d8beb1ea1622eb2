"""`brygga backtest`: how well the methods would have predicted years that are known by now."""

from __future__ import annotations

from importlib import import_module

import click

PARTS = {
    "population": "People by age, from ages, births and deaths.",
    "municipalities": "Inhabitants of each municipality.",
    "occupations": "Employees by occupation and county, or by age.",
}
"""Every back-test and its line in the help. `population` lives in `cli/backtest_population.py`, and so on."""


class Parts(click.Group):
    """Back-tests whose modules are imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The back-tests, in the order of the projection."""
        return list(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The back-test's command, imported now."""
        if cmd_name not in PARTS:
            return None
        command: click.Command = import_module(f"brygga.cli.backtest_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The back-tests from the table above, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(PARTS.items()))


@click.command("backtest", cls=Parts)
def command() -> None:
    """Score the methods on years that are known by now, against naive ones.

    Each method stands in an earlier year (the origin), reads nothing of later date, and predicts a year
    whose outcome we know. No change, trend and constant share do the same, and the errors stand side by side.

    \b
    Example:
        brygga backtest municipalities population_municipality_2011_2019.csv --origins 2011:2014 --json
    """
