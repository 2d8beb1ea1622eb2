"""One made run for all tests of the site, and a client that shows it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client


@pytest.fixture(scope="session")
def write_run() -> Callable[..., Path]:
    """The function of `made.py` beside this file, which writes a whole made run."""
    spec = importlib.util.spec_from_file_location("web_made", Path(__file__).with_name("made.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.write_run


@pytest.fixture(scope="session")
def made_run(write_run: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three municipalities and five occupations, written once."""
    return write_run(tmp_path_factory.mktemp("web") / "run")


@pytest.fixture
def site(made_run: Path, settings) -> Client:
    """A reader of the site that shows the made run."""
    settings.BRYGGA_RESULTS = str(made_run)
    return Client(headers={"host": "localhost"})


@pytest.fixture
def read(site: Client):
    """The text of a page, which must answer with the status given."""

    def page(address: str, status: int = 200) -> str:
        reply = site.get(address)
        assert reply.status_code == status, address
        return reply.content.decode()

    return page
