"""What a run rests on: its parameters with their sources, its inputs, and how much of them was observed.

The page "Källor och antaganden" and every file's sheet of sources are made from this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brygga.core.parameters import UNCHECKED, Value, all_values
from brygga.workflow.results import Results

__all__ = ["UNCHECKED", "Foundations", "Source", "Value", "sources_and_assumptions"]

RESULTS = (
    "gap_draws",
    "plan",
    "coded_needs",
    "municipal_tax",
    "updated_rates",
)
"""One table of each step: together their sidecars name every input."""


@dataclass(frozen=True)
class Source:
    """A file of the region as a run read it; `said` are the sources its rows name."""

    name: str
    rows: int
    observed: int
    modelled: int
    sha256: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class Foundations:
    """What the numbers of a run rest on."""

    parameters: tuple[Value, ...]
    inputs: tuple[Source, ...]
    observed: int
    modelled: int
    warnings: tuple[str, ...]
    version: str
    settings: dict[str, Any]

    @property
    def unchecked(self) -> int:
        """How many parameters nobody has confirmed."""
        return sum(value.source == UNCHECKED for value in self.parameters)


def sources_and_assumptions(results: Results) -> Foundations:
    """The parameters in force, the inputs with their counts, warnings and settings of a run.

    Raises
    ------
    TableError or FileError when the run lacks one of its tables.
    """
    stories = [results.provenance(name) for name in RESULTS]
    inputs = {entry["name"]: entry for story in stories for entry in story["inputs"]}
    sources = tuple(_source(entry, results) for _, entry in sorted(inputs.items()))
    warnings = dict.fromkeys(text for story in stories for text in story["warnings"])
    return Foundations(
        parameters=tuple(all_values()),
        inputs=sources,
        observed=sum(source.observed for source in sources),
        modelled=sum(source.modelled for source in sources),
        warnings=tuple(warnings),
        version=str(stories[0]["version"]),
        settings=dict(stories[0]["settings"]),
    )


def _source(entry: dict[str, Any], results: Results) -> Source:
    return Source(
        name=entry["name"],
        rows=entry["rows"],
        observed=entry["observed"],
        modelled=entry["modelled"],
        sha256=entry["sha256"],
        said=_said(entry["name"], results),
    )


def _said(name: str, results: Results, most: int = 4) -> tuple[str, ...]:
    """The sources that the rows of a table name most often."""
    frame = results.region.tables.get(name.rsplit(".", 1)[0])
    if frame is None or "source" not in frame.columns:
        return ()
    counted = frame["source"].drop_nulls().value_counts(sort=True)
    return tuple(counted["source"].head(most).to_list())
