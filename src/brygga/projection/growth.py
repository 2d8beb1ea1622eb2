"""Growth: how many an industry employs in a municipality each year, relative to the base year.

    factor[model, i, w, t] = employed[i, w, t] / employed[i, w, base]

The model `outlook` is the national industry outlook: (1 + growth)^years beside its driver.

Start reading at `growth_paths`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_array


@dataclass(frozen=True)
class Growth:
    """What several models say of an industry's growth, and how much each of them counts.

    Parameters
    ----------
    models : their names
    weights : model; they sum to 1
    factor : model x industry x municipality x year: employed relative to the base year, 1 in the base year
    """

    models: tuple[str, ...]
    weights: Floats
    factor: Floats

    @property
    def mean(self) -> Floats:
        """The weighted mean of the models: industry x municipality x year."""
        return np.asarray(np.einsum("k,kiwt->iwt", self.weights, self.factor))


def growth_paths(
    jobs_history: pl.DataFrame | None,
    outlook: pl.DataFrame,
    *,
    industries: Sequence[str],
    municipalities: Sequence[str],
    years: Sequence[int],
    driver: Floats | None = None,
) -> Growth:
    """Employed per industry, municipality and year relative to the base year, by each model.

    Parameters
    ----------
    jobs_history : table `jobs_history`, or nothing
    outlook : table `industry_outlook`
    industries, municipalities, years : labels of the result; the first year is the base
    driver : industry x municipality x year, what the outlook's driver does relative to the base year
        (1 where left out: then whoever draws the driver multiplies the model `outlook` by it)

    Examples
    --------
    >>> outlook = pl.DataFrame({"industry": ["C"], "growth": [0.1]})
    >>> growth = growth_paths(None, outlook, industries=["C"], municipalities=["1080"], years=range(2024, 2027))
    >>> growth.models, growth.mean[0, 0].round(2).tolist()
    (('outlook',), [1.0, 1.1, 1.21])
    """
    rate = to_array(outlook, "growth", {"industry": industries}, where="industry_outlook.growth")
    path = (1 + rate[:, None, None]) ** np.arange(len(years))
    shape = (len(industries), len(municipalities), len(years))
    factor = np.broadcast_to(path, shape) * (1.0 if driver is None else driver)
    return Growth(("outlook",), np.ones(1), factor[None])
