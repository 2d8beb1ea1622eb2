"""The server for one machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request

import pytest

from brygga.workflow.names import SettingError
from brygga_web.serve import serve


def test_a_taken_port_says_which_to_choose(made_run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=f"BRYGGA_PORT={port + 1} make demo"):
            serve(made_run, port=port)


def test_it_serves_pages_and_files_and_ends_quietly(made_run):
    code = f"from pathlib import Path; from brygga_web.serve import serve; serve(Path({str(made_run)!r}), port=0)"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "brygga_web.settings"}
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    try:
        address = server.stdout.readline().decode().split()[1]
        with urllib.request.urlopen(address, timeout=20) as reply:
            assert b"Brygga" in reply.read()
        with urllib.request.urlopen(f"{address}static/css/base.css", timeout=20) as reply:
            assert b"--brand" in reply.read()
    finally:
        server.send_signal(2)
        _, said = server.communicate(timeout=20)
    assert server.returncode == 0
    assert b"Traceback" not in said
