"""The command line: one module a verb, imported when it is called.

`brygga --help` reads only the one-line descriptions below, so that it answers at once and
imports neither polars, numpy nor django.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from brygga import __version__

VERBS = {
    "listen": "Code what companies say and advertise to occupations.",
    "see": "Project unfilled posts, people without work and job openings.",
    "act": "Find the best affordable plan, with its bound and reasons.",
    "carry": "Say what an industrial job carries, and the tax by residence.",
    "closure": "Say who a closure hits, and what becomes of them.",
    "follow-up": "Read outcomes and update completion and placement.",
    "plan": "Solve, check, invent and explain planning problems.",
    "run": "Run the whole loop for a region.",
    "backtest": "Score the methods on known years, against naive ones.",
    "code": "Code texts to occupations, with confidence and reasons.",
    "link": "Link labels of one list to labels of another.",
    "skills": "Find skills in texts, with place, zone and confidence.",
    "related": "Show occupations near one, what carries over and what is missing.",
    "commuting": "Balance a commuting matrix, fit gravity, list areas and times.",
    "coefficients": "Turn a published input-output table into coefficients.",
    "multipliers": "Print the multipliers of a table of coefficients.",
    "regionalise": "Bring national coefficients down to a region.",
    "notice": "Keep notices of redundancy, for the crisis group alone.",
    "stress": "Rank what the loss of each large workplace or industry does.",
    "establishment": "Say who fills new posts, whom they drain, and what tax follows.",
    "explain": "Show the parts of one number.",
    "data": "Write the example region, check a region, mend a file.",
    "demo": "Run the loop on the example region and open the site.",
    "serve": "Open the site for the results of a run.",
}
"""Every verb and its line in the help. `see` lives in the module `see_verb`, and so on."""


class Verbs(click.Group):
    """Verbs whose modules are imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of the loop."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, imported now."""
        if cmd_name not in VERBS:
            return None
        module = import_module(f"brygga.cli.{cmd_name.replace('-', '_')}_verb")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs from the table above, without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.command(cls=Verbs, epilog="Start with `brygga demo`, or read docs/tour.md.")
@click.version_option(__version__, package_name="brygga")
def brygga() -> None:
    """The bridge over the skills gap.

    For a set of municipalities: which occupations will be short, which measures close most of
    it, where, when, how many seats, paid by whom, and how sure are we?
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a fault that the user can mend ends with 1 and no traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop from outside sweeps up as Ctrl-C does
    from brygga.core.errors import BryggaError

    try:
        code = brygga.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except BryggaError as error:
        click.echo(f"brygga: {error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("brygga: stopped", err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
