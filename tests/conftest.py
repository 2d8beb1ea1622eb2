"""What tests share: the mini region run once, and a strict count of what was left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from brygga.core.places import SHARED_DATA

STRICT = bool(os.environ.get("BRYGGA_CHECK"))
NAMED = "open data beside the repository is missing"

# Laws are tried on the same examples everywhere, and a slow machine is no fault of theirs.
settings.register_profile("brygga", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("brygga")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, by name, the tests that need the folder of open data where it is missing."""
    if SHARED_DATA.is_dir():
        return
    for item in items:
        if item.get_closest_marker("shared_data"):
            item.add_marker(pytest.mark.skip(reason=NAMED))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Under `make check` a test that is left out for any other reason is a failure."""
    outcome = yield
    report = outcome.get_result()
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if NAMED not in reason:
            report.outcome = "failed"
            report.longrepr = f"left out under `make check`: {reason}"


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home of our own, so that a taxonomy installed on the machine never decides a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRYGGA_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def taxonomy_mini() -> Path:
    """A taxonomy in miniature: seven groups, invented names and skills, in the publishers' shapes."""
    return Path(__file__).parent / "data" / "taxonomy-mini"


@pytest.fixture(scope="session")
def mini() -> Path:
    """The folder of "Tvillingarna": two invented municipalities, three occupations, sums in the head."""
    return Path(__file__).parent / "data" / "mini"


@pytest.fixture(scope="session")
def results_folder(mini: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole loop run once on the mini region."""
    from brygga.workflow.run import run

    return run(mini, tmp_path_factory.mktemp("loop") / "results", draws=20)
