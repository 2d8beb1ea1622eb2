"""`brygga serve`: open the site for the results of a run."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("serve")
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--port", type=int, envvar="BRYGGA_PORT", default=8000, show_default=True, help="Or BRYGGA_PORT.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
def command(results: Path, port: int, host: str) -> None:
    """Open the site for RESULTS, a folder that `brygga run` wrote.

    \b
    Example:
        brygga run sydost/ -o out/
        brygga serve out/ --port 8001
    """
    from brygga.workflow.results import open_results

    open_results(results)
    serve_site(results, host, port)


def serve_site(results: Path, host: str, port: int) -> None:
    """Start the site that is installed beside the library, or say how to install one."""
    from importlib.metadata import entry_points

    from brygga.core.errors import SettingError

    try:
        (found,) = entry_points(group="brygga.site", name="serve")
        serve = found.load()
    except (ImportError, ValueError) as error:
        raise SettingError(
            f"the site cannot start: {error}", why="it is an extra", todo="pip install 'brygga[web]'"
        ) from error
    serve(results, host=host, port=port)
