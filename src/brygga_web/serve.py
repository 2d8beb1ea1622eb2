"""Serve the site on one machine: a threaded server from the standard library, meant for loopback.

For a public address put `brygga_web.wsgi:application` behind a server made for that.
"""

from __future__ import annotations

import os
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from brygga.workflow.names import SettingError


class _Server(ThreadingMixIn, WSGIServer):
    """One thread a request; threads end with the server."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """Says nothing for each request: no address of a reader is written anywhere."""

    def log_message(self, *_: Any) -> None:
        """Write nothing."""


def serve(folder: Path, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the results in `folder` until Ctrl-C; prints the address.

    Raises
    ------
    SettingError when the port is taken or may not be used.
    """
    os.environ["BRYGGA_RESULTS"] = str(folder.resolve())
    server = _listening(host, port)
    address = f"http://{host}:{server.server_port}/"
    print(f"Brygga: {address}  (English: {address}en/)  Stop with Ctrl-C.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()


def _listening(host: str, port: int) -> WSGIServer:
    from brygga_web.wsgi import application

    try:
        return make_server(host, port, application, server_class=_Server, handler_class=_Quiet)
    except (OSError, OverflowError) as error:
        raise SettingError(
            f"the site cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}",
            why="another program uses the port, or it may not be used",
            todo=f"choose another port, for example BRYGGA_PORT={port + 1 if 0 < port < 65535 else 8001} make demo",
        ) from error
