"""A group of commands whose modules are imported when called, so that the help is quick."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Parts(click.Group):
    """Commands of a group by name and line in the help; command `solve` of `plan` lives in `cli/plan_solve.py`."""

    def __init__(self, *, name: str, parts: Mapping[str, str], **given: Any) -> None:
        super().__init__(name=name, **given)
        self.home, self.parts = name, parts

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, the usual ones first."""
        return list(self.parts)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in self.parts:
            return None
        command: click.Command = import_module(f"brygga.cli.{self.home}_{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands from the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.parts.items()))
