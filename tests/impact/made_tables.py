"""Invented national tables of published shapes, small enough to check and large enough to be awkward."""

from __future__ import annotations

import numpy as np
import polars as pl

A64 = [
    *("A01", "A02", "A03", "B", "C10-12", "C13-15", "C16", "C17", "C18", "C19", "C20", "C21", "C22", "C23", "C24"),
    *("C25", "C26", "C27", "C28", "C29", "C30", "C31_32", "C33", "D35", "E36", "E37-39", "F", "G45", "G46", "G47"),
    *("H49", "H50", "H51", "H52", "H53", "I", "J58", "J59_60", "J61", "J62_63", "K64", "K65", "K66", "L68A", "L68B"),
    *("M69_70", "M71", "M72", "M73", "M74_75", "N77", "N78", "N79", "N80-82", "O84", "P85", "Q86", "Q87_88"),
    *("R90-92", "R93", "S94", "S95", "S96", "T", "U"),
]
"""The 65 products of Eurostat's tables, without their CPA_."""


def a64_numbers(seed: int = 3):
    """Flows, households' purchases and output of 65 industries; U has none of anything."""
    rng = np.random.default_rng(seed)
    size = len(A64)
    output = rng.uniform(500, 9000, size)
    flows = rng.random((size, size)) ** 5
    flows *= rng.uniform(0.2, 0.6, size) * output / flows.sum(axis=0)
    homes = rng.uniform(10, 400, size)
    empty = A64.index("U")
    flows[empty], flows[:, empty], homes[empty], output[empty] = 0.0, 0.0, 0.0, 0.0
    return flows.round(1), homes.round(1), output.round(1)


def official_input_output(hidden=(("CPA_C29", "CPA_C28"),), without=()):
    """Table `official_input_output` in Eurostat's codes, with totals, an aggregate of L68 and withheld cells."""
    flows, homes, output = a64_numbers()
    codes = [f"CPA_{code}" for code in A64]
    cells = {(one, other): flows[i, j] for i, one in enumerate(codes) for j, other in enumerate(codes)}
    cells |= {(one, "P3_S14"): homes[i] for i, one in enumerate(codes)}
    cells |= {("CPA_TOTAL", other): flows[:, j].sum() for j, other in enumerate(codes)}
    cells |= {(one, "TU"): output[i] for i, one in enumerate(codes)} | {
        ("P7", "P3_S14"): 900.0,
        ("D21X31", "P3_S14"): 700.0,
    }
    rent = [codes.index("CPA_L68B"), codes.index("CPA_L68A")]
    cells |= {("CPA_L68", other): flows[rent, j].sum() for j, other in enumerate(codes)}
    cells |= {(one, "CPA_L68"): flows[i, rent].sum() for i, one in enumerate(codes)}
    cells |= {("P1", other): output[j] for j, other in enumerate(codes)} | {("P1", "CPA_L68"): output[rent].sum()}
    cells |= {("D1", other): 0.3 * output[j] for j, other in enumerate(codes)}
    cells |= {("B1G", other): output[j] - flows[:, j].sum() for j, other in enumerate(codes)}
    rows = [
        (one, other, 2020, None if (one, other) in hidden else float(value), (one, other) in hidden)
        for (one, other), value in cells.items()
        if one not in without and other not in without
    ]
    return pl.DataFrame(
        {
            "product_from": [row[0] for row in rows],
            "product_to": [row[1] for row in rows],
            "year": [row[2] for row in rows],
            "value": pl.Series([row[3] for row in rows], dtype=pl.Float64),
            "status": ["suppressed" if row[4] else "observed" for row in rows],
            "source": ["Eurostat, naio_10_cp1700" + ("; flag c" if row[4] else "") for row in rows],
        }
    )
