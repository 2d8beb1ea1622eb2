"""`brygga notice` end to end, and that no employer is found anywhere outside the restricted folder."""

import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from brygga.cli import VERBS, main
from brygga.cli.notice_verb import command
from brygga.workflow.notice_import import COLUMNS

NAME, NUMBER = "Xylofonverken AB", "556012-5790"
ANNA = ["--as-role", "crisis", "--who", "Anna Ek", "--purpose", "first meeting"]
ADD = [
    *("--organisation-number", NUMBER, "--municipality", "1060", "--industry", "29"),
    *("--notice-date", "2026-09-01", "--leaving", "2027-03-01", "--posts", "140", "--occupation", "7223=140"),
]


def call(*arguments, given=None):
    return CliRunner().invoke(command, [str(a) for a in arguments], input=given, catch_exceptions=False)


def fails(capsys, *arguments):
    """What the command line says when it ends with 1."""
    with pytest.raises(SystemExit) as ended:
        main(["notice", *map(str, arguments)])
    assert ended.value.code == 1
    return capsys.readouterr().err


def everything(folder: Path, *, but: str = "restricted") -> str:
    """Every name and every text under a folder, tables unpacked, without the restricted folder."""
    found = []
    for path in sorted(folder.rglob("*")):
        if but in path.relative_to(folder).parts:
            continue
        found.append(str(path))
        if path.suffix == ".parquet":
            found.append(str(pl.read_parquet(path).to_dicts()))
        elif path.is_file():
            found.append(path.read_bytes().decode("utf-8", errors="replace"))
    return "\n".join(found)


def test_a_notice_is_kept_shown_listed_and_removed(tmp_path):
    added = call("add", tmp_path, *ANNA, *ADD, given=f"{NAME}\n")
    assert added.exit_code == 0
    assert "kept as 2026-001" in added.output
    shown = call("show", tmp_path, "2026-001", *ANNA).output
    assert f"employer: {NAME}" in shown
    assert "2027-03-01" in shown
    listed = json.loads(call("list", tmp_path, *ANNA, "--json").output)
    assert [(row["number"], row["posts"]) for row in listed] == [("2026-001", 140)]
    assert call("remove", tmp_path, "2026-001", *ANNA).output == "2026-001 removed\n"
    assert json.loads(call("list", tmp_path, *ANNA, "--json").output) == []
    audit = json.loads(call("audit", tmp_path, *ANNA, "--json").output)
    assert [line["what"] for line in audit][-1] == "audit read"
    assert {line["who"] for line in audit} == {"Anna Ek"}
    assert NAME not in str(audit)


def test_a_file_is_imported_whole_or_not_at_all(tmp_path, capsys):
    good = f"{NAME};{NUMBER};1060;29;2026-09-01;2027-03-01;140;;;"
    file = tmp_path / "n.csv"
    file.write_bytes("\n".join([";".join(COLUMNS), good, good.replace("1060", "767")]).encode("cp1252"))
    said = fails(capsys, "import", tmp_path, file, *ANNA)
    assert "767 looks like 0767" in said
    assert json.loads(call("list", tmp_path, *ANNA, "--json").output) == []
    file.write_text("\n".join([";".join(COLUMNS), good, good.replace("1060", "0767")]), encoding="utf-8")
    assert call("import", tmp_path, file, *ANNA).output == "2 notices kept: 2026-001, 2026-002\n"
    kept = json.loads(call("list", tmp_path, *ANNA, "--json").output)
    assert [row["municipality"] for row in kept] == ["1060", "0767"]


def test_another_role_is_told_whom_to_ask(tmp_path, capsys):
    call("add", tmp_path, *ANNA, *ADD, given=f"{NAME}\n")
    said = fails(capsys, "list", tmp_path, "--as-role", "planner", "--who", "Bo", "--purpose", "x")
    assert "role 'planner' may not open" in said
    assert NAME not in said
    assert NAME not in str(call("list", "--help").output)


def test_no_employer_is_found_in_anything_public(tmp_path, results_folder, mini):
    """Notices beside a region and a run; then everything that is read, computed, written and shown is walked."""
    from brygga.core import tables
    from brygga.impact.closure import Shock, even_leaving
    from brygga.workflow.closure import closure
    from brygga.workflow.notices import shock_of
    from brygga.workflow.results import open_results

    region, run, out = tmp_path / "region", tmp_path / "run", tmp_path / "out"
    shutil.copytree(mini, region)
    shutil.copytree(results_folder, run)
    for folder in (region, run):
        for municipality in ("1060", "1080"):
            changed = [municipality if value == "1060" else value for value in ADD]
            assert call("add", folder, *ANNA, *changed, given=f"{NAME}\n").exit_code == 0
    numbers = shock_of(region, "2026-001", role="crisis", who="Anna Ek", purpose="closure")
    results = open_results(run)
    shock = Shock("9901", numbers.industry, 60, date(2027, 2, 1), even_leaving(date(2027, 8, 1), date(2027, 8, 1)))
    for name, frame in closure(results, shock, months=24, draws=10).items():
        tables.write(frame, out / f"{name}.csv")
    call("public", region, *ANNA, "-o", out, "--until", "2026-10-01")
    shown = everything(tmp_path) + str(results) + str(results.run) + str(results.region)
    for name in (path.stem for path in run.glob("*.parquet")):
        shown += str(results.table(name).to_dicts()) + str(results.provenance(name))
    assert "closure_courses.csv" in shown
    assert "redundancy_notices.csv" in shown
    for secret in (NAME, NAME.casefold(), "Xylofon", NUMBER, NUMBER.replace("-", "")):
        assert secret not in shown
    inside = everything(region / "restricted", but="nothing")
    assert NAME in inside  # the walk would have found it


def test_the_verb_is_in_the_help():
    assert VERBS["notice"].startswith("Keep notices")
    assert "import" in call("--help").output


def test_a_closure_of_a_notice_is_told_to_the_crisis_group_and_written_nowhere(results_folder, tmp_path, capsys):
    run = tmp_path / "run"
    shutil.copytree(results_folder, run)
    added = call(
        "add", run, *ANNA, "--organisation-number", NUMBER, "--municipality", "9901", "--industry", "25",
        "--notice-date", "2026-11-01", "--leaving", "2027-03-01", "--posts", "60", given=f"{NAME}\n",
    )  # fmt: skip
    assert added.exit_code == 0
    before = everything(run)
    told = call("closure", run, "2026-001", *ANNA, "--draws", 10, "--months", 18)
    assert told.exit_code == 0
    assert "60 posts in" in told.output
    assert NAME not in told.output
    assert everything(run) == before
    asked = call("closure", run, "2026-001", *ANNA, "--draws", 10, "--months", 18, "--json")
    assert NAME not in asked.output
    refused = fails(capsys, "closure", run, "2026-001", "--as-role", "counsellor", "--who", "Bo", "--purpose", "look")
    assert "counsellor" in refused
