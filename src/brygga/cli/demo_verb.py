"""`brygga demo`: the loop on the example region, and the site."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show
from brygga.cli.serve_verb import serve_site


@click.command("demo")
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Results folder.")
@click.option("--serve/--no-serve", default=True, help="Open the site when done.")
@click.option("--port", type=int, envvar="BRYGGA_PORT", default=8000, show_default=True, help="Or BRYGGA_PORT.")
@show.json_option
def command(out: Path, serve: bool, port: int, as_json: bool) -> None:
    """Run the whole loop on the example region of twelve municipalities, then open the site.

    The results are kept: the next demo starts at once, until the program or the example changes.

    \b
    Example:
        brygga demo --no-serve --out demo/
        BRYGGA_PORT=8001 brygga demo
    """
    from brygga.workflow.answer import answer
    from brygga.workflow.example import run_example

    if serve:
        _check_port(port)
    run_example(out, progress=show.progress)
    content = answer(out)
    show.as_json(content) if as_json else click.echo(f"{content['text_en']}\n{content['note_en']}")
    if serve:
        serve_site(out, "127.0.0.1", port)


def _check_port(port: int) -> None:
    """Say at once that the port is taken, before minutes of work."""
    import socket

    from brygga.core.errors import SettingError

    if not 0 < port < 65536:
        raise SettingError(f"port {port} is no port", why="ports are 1 to 65535", todo="choose one: BRYGGA_PORT=8001")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError as error:
            raise SettingError(
                f"port {port} cannot be used: {error.strerror}",
                why="another program may be listening there, perhaps an earlier demo",
                todo=f"stop it, or choose another port: BRYGGA_PORT={port + 1} make demo",
            ) from error
