"""The verbs that run one step of the loop on its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from brygga.cli import show

if TYPE_CHECKING:
    import polars as pl

    from brygga.core.execution import Execution
    from brygga.core.region import Region


def run_one(
    step: str,
    region: Path,
    out: Path,
    as_json: bool,
    execution: Execution | None = None,
    taxonomy: Path | None = None,
    **given: Any,
) -> tuple[Region, dict[str, pl.DataFrame]]:
    """Run `step` for the region into `out`, say which tables came out, and return them with the region."""
    from brygga.core.execution import HERE
    from brygga.core.region import read_region
    from brygga.core.tables import check_writable
    from brygga.workflow.run import Job, run_step
    from brygga.workflow.settings import settings_for

    whole = read_region(region)
    show.progress(step, 0, 1)
    settings = settings_for(whole, **{key: value for key, value in given.items() if value is not None})
    check_writable(out)
    frames = run_step(step, Job(whole, settings, out, taxonomy, execution or HERE))
    show.progress("done", 1, 1)
    if as_json:
        show.as_json(
            {name: {"rows": frame.height, "file": str(out / f"{name}.parquet")} for name, frame in frames.items()}
        )
    else:
        show.as_table(["table", "rows", "file"], [[n, f.height, out / f"{n}.parquet"] for n, f in frames.items()])
    return whole, frames
