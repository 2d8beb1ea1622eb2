"""Published codes: what the rows and columns of published input-output tables are, beside industries.

Labels are compared without case and with `_` for spaces and marks, so `P3_S14`, `p3 s14` and `P3-S14` are one.

Start reading at `role_of_row`.

Sources: the row and column codes of Eurostat's naio_10_cp1700 with their English names as the open R package
`iotables` lists them (data-raw/t_rows_croatia_data.csv, t_cols_data.csv) and the tables it carries; the rows and
columns of OECD's ICIO as pymrio reads them (pymrio/tools/ioparser.py). The Swedish names are project assumptions, not
checked against a file of SCB.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

OUTPUT = ("p1", "output_bp", "output", "output_at_basic_prices", "out", "produktion", "produktion_till_baspris")
WAGES = ("d1", "compensation_employees", "compensation_of_employees", "löner_och_kollektiva_avgifter", "wages")
VALUE_ADDED = (
    "b1g",
    "gva",
    "gva_bp",
    "value_added_bp",
    "value_added_gross",
    "value_added",
    "va",
    "valu",
    "förädlingsvärde",
    "förädlingsvärde_till_baspris",
)
JOBS = ("emp", "emp_dc", "employment_total", "employment_domestic_total", "employed", "sysselsatta")
IMPORTS = ("p7", "imports", "import_goods_services", "imports_cif", "import")
TAXES = ("d21x31", "d21_m_d31", "net_tax_products", "net_tax", "tls", "produktskatter_netto")
INPUTS_PP = ("p2pp", "p2_pp", "total_use_pp", "intermediate_consumption_at_pp", "intermediate_consumption_pp")
"""All that is bought, domestic and imported, with taxes: under households, all that they spend."""

DOMESTIC = ("cpa_total", "total", "ttl_dom", "domestic_products")
TOTAL_USE = (
    "tu",
    "tubp",
    "tu_bp",
    "total_use",
    "total_use_bp",
    "total_output_bp",
    "output_bp",
    "output",
    "out",
    "total_användning",
)
HOUSEHOLDS = (
    "p3_s14",
    "consumption_expenditure_household",
    "final_consumption_households",
    "final_consumption_expenditure_by_households",
    "hfce",
    "households",
    "hushållens_konsumtion",
    "hushållens_konsumtionsutgifter",
)
ROWS: Mapping[str, Sequence[str]] = {
    "output": OUTPUT,
    "wages": WAGES,
    "value_added": VALUE_ADDED,
    "jobs": JOBS,
    "imports": IMPORTS,
    "taxes": TAXES,
    "inputs": INPUTS_PP,
    "domestic": DOMESTIC,
}
COLUMNS: Mapping[str, Sequence[str]] = {"households": HOUSEHOLDS, "total_use": TOTAL_USE}


def role_of_row(*labels: str) -> str | None:
    """What a row without an industry holds, by any of its labels; None where it is not needed.

    Examples
    --------
    >>> role_of_row("D1", "Compensation of employees"), role_of_row("value_added_bp"), role_of_row("CO2")
    ('wages', 'value_added', None)
    """
    return _role(labels, ROWS)


def role_of_column(*labels: str) -> str | None:
    """What a column without an industry holds; None where it is not needed.

    Examples
    --------
    >>> role_of_column("P3_S14"), role_of_column("SWE_HFCE"), role_of_column("exports")
    ('households', 'households', None)
    """
    return _role([*labels, *(label.split("_", 1)[-1] for label in labels)], COLUMNS)


def _role(labels: Sequence[str], roles: Mapping[str, Sequence[str]]) -> str | None:
    plain = [re.sub(r"[^\w]+", "_", label.strip().casefold()).strip("_") for label in labels]
    for role, known in roles.items():
        if any(label in known for label in plain):
            return role
    return None
