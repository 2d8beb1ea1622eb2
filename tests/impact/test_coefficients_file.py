"""Files of coefficients as people save them, and every fault in words."""

import csv

import numpy as np
import pytest

from brygga.core.errors import BryggaError, FaultsError, FileError, TableError, UnknownCodeError
from brygga.impact.beside_coefficients import read_households, read_per_output
from brygga.impact.cells import read_cells
from brygga.impact.coefficients_file import read_coefficients

NAMES = ("Mat, dryck", "Fordon", "Tjänster")
MATRIX = ((0.1, 0.0, 0.05), (0.0, 0.4, 0.0), (0.2, 0.1, 0.3))


def write(path, rows=MATRIX, names=NAMES, columns=None, *, delimiter=",", decimal=".", encoding="utf-8", end=""):
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["industry", *(names if columns is None else columns)])
        for name, row in zip(names, rows, strict=False):
            writer.writerow([name, *(str(cell).replace(".", decimal) for cell in row)])
        file.write(end)
    return path


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"delimiter": ";", "decimal": ","},
        {"delimiter": "\t"},
        {"encoding": "utf-8-sig"},
        {"delimiter": ";", "decimal": ",", "encoding": "cp1252"},
        {"decimal": ","},
        {"end": "\n ,,,\n"},
    ],
)
def test_a_table_reads_the_same_however_it_was_saved(tmp_path, how):
    found = read_coefficients(write(tmp_path / "a.csv", **how))
    assert found.industries == NAMES
    assert found.matrix.tolist() == [list(row) for row in MATRIX]
    assert bool(found.warnings) == (how.get("encoding") == "cp1252")


def test_numbers_keep_every_digit(tmp_path):
    rows = np.random.default_rng(5).random((3, 3)) / 4
    found = read_coefficients(write(tmp_path / "a.csv", [[repr(float(cell)) for cell in row] for row in rows]))
    assert np.array_equal(found.matrix, rows)


def test_small_negatives_and_empty_columns_are_kept_and_told(tmp_path):
    rows = [[0.1, 0, -1e-7], [0, 0, 0.2], [0.2, 0, 0.1]]
    found = read_coefficients(write(tmp_path / "a.csv", rows))
    assert found.matrix.tolist() == rows
    assert found.warnings == (
        "a.csv: 1 small negative coefficient(s), the least -1e-07, kept: Mat, dryck -> Tjänster.",
        "a.csv: 1 industry(ies) buy nothing: Fordon.",
    )


def test_a_header_without_a_name_above_the_names(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('"a","b"\n"a",0.1,0.2\n"b",0.3,0\n', encoding="utf-8")
    found = read_coefficients(path)
    assert (found.industries, found.matrix.tolist()) == (("a", "b"), [[0.1, 0.2], [0.3, 0.0]])


def test_three_decimals_after_a_comma_are_no_thousands(tmp_path):
    rows = [[0.125, 0.25, 0.125], [0.125, 0.125, 0.125], [0.125, 0.125, 0.125]]
    assert read_coefficients(write(tmp_path / "a.csv", rows, decimal=",")).matrix.tolist() == rows


def faults_of(read, *arguments, **more):
    with pytest.raises(BryggaError) as caught:
        read(*arguments, **more)
    return str(caught.value)


def test_all_bad_cells_stand_in_one_report_with_their_places(tmp_path):
    rows = [[0.1, "inget", 0], ["", 0.4, "NaN"], [0.2, "3 %", 0.3]]
    told = faults_of(read_coefficients, write(tmp_path / "a.csv", rows))
    assert "a.csv: 2 cell(s) without a number: row 3 (Fordon), column Mat, dryck: empty" in told
    assert "row 3 (Fordon), column Tjänster: NaN" in told
    assert "2 cell(s) with text where a number belongs: row 2 (Mat, dryck), column Fordon: 'inget'" in told
    assert "row 4 (Tjänster), column Fordon: '3 %'" in told


def test_columns_over_one_and_cells_far_below_zero(tmp_path):
    rows = [[0.6, 0.1, -0.3], [0.3, 0.2, 0.1], [0.2, 0.1, 0.3]]
    told = faults_of(read_coefficients, write(tmp_path / "a.csv", rows))
    assert "1 column(s) add up to more than 1: Mat, dryck 1.1" in told
    assert "check that columns buy from rows" in told
    assert "1 cell(s) far below zero: Mat, dryck -> Tjänster -0.3" in told


def test_a_singular_system_names_where_nothing_is_left(tmp_path):
    rows = [[0.5, 0.5, 0.1], [0.5, 0.5, 0.1], [0.0, 0.0, 0.1]]
    told = faults_of(read_coefficients, write(tmp_path / "a.csv", rows))
    assert "the system is singular" in told
    assert "nothing is left over in Mat, dryck, Fordon" in told


def test_a_table_that_is_not_square_names_what_is_alone(tmp_path):
    told = faults_of(
        read_coefficients, write(tmp_path / "a.csv", [*MATRIX, (1, 1, 1)], names=(*NAMES, "Summa"), columns=NAMES)
    )
    assert "a.csv is not square: 4 rows and 3 columns; only on one side: Summa" in told
    assert "take away totals" in told


def test_rows_and_columns_in_another_order_or_of_other_names(tmp_path):
    turned = write(tmp_path / "a.csv", columns=(NAMES[1], NAMES[0], NAMES[2]))
    told = faults_of(read_coefficients, turned)
    assert "industries in another order than its rows; first place 1: 'Fordon' where 'Mat, dryck' belongs" in told
    told = faults_of(read_coefficients, write(tmp_path / "b.csv", columns=("X", *NAMES[1:])))
    assert "industry X is not in its rows" in told
    assert "lacks Mat, dryck" in told
    told = faults_of(read_coefficients, write(tmp_path / "c.csv", names=("a", "a", "b")))
    assert "industry a stands more than once" in told


def test_ragged_empty_and_unreadable_files(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("industry,a,b\na,0.1,0.2\nb,0.1\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"a\.csv: row 3: 2 cells where the header has 3"):
        read_coefficients(path)
    path.write_text(" \n", encoding="utf-8")
    with pytest.raises(TableError, match=r"a\.csv is empty"):
        read_coefficients(path)
    path.write_bytes(b"PK\x03\x04rest")
    with pytest.raises(FileError, match=r"a\.csv is no CSV file in UTF-8 or cp1252"):
        read_coefficients(path)
    with pytest.raises(FileError, match="cannot be read"):
        read_coefficients(tmp_path / "none.csv")
    path.write_text("industry\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"a.csv has 0 row\(s\) and 1 column\(s\)"):
        read_coefficients(path)


def beside(path, text):
    path.write_text(text, encoding="utf-8")
    return path


INDUSTRIES = ("a", "b", "c")


@pytest.mark.parametrize(
    "text",
    [
        "industry,persons_per_output\na,0.1\nb,0.2\nc,0\n",
        "industry,coefficient\na,0.1\nb,0.2\nc,0\n",
        "industry,persons,output\na,10,100\nb,40,200\nc,0,5\n",
        "industry;output;jobs\nA;100,0;10\nB;2 00;40\nC;5;0\n",
    ],
)
def test_jobs_per_output_in_one_column_or_from_two(tmp_path, text):
    found = read_per_output(beside(tmp_path / "e.csv", text), INDUSTRIES, what="persons")
    assert found.tolist() == [0.1, 0.2, 0.0]


def test_thousands_in_quotes_are_thousands(tmp_path):
    path = beside(tmp_path / "e.csv", 'industry,persons,output\na,"1,000","10,000"\nb,"2,000","10,000"\nc,0,"1,000"\n')
    assert read_per_output(path, INDUSTRIES, what="persons").tolist() == [0.1, 0.2, 0.0]


def test_another_order_is_refused_with_the_order_wanted_or_taken_by_name(tmp_path):
    path = beside(tmp_path / "e.csv", "industry,persons_per_output\nb,0.2\na,0.1\nc,0.3\n")
    told = faults_of(read_per_output, path, INDUSTRIES, what="persons")
    assert "industries in another order than COEFFICIENTS; first row 2: 'b' where 'a' belongs" in told
    assert "sort it as COEFFICIENTS (or take it by name with --by-name): a, b, c" in told
    assert read_per_output(path, INDUSTRIES, what="persons", by_name=True).tolist() == [0.1, 0.2, 0.3]


def test_another_classification_is_said_with_the_industries_wanted(tmp_path):
    path = beside(tmp_path / "e.csv", "industry,persons_per_output\nSNI 01,0.2\nSNI 02,0.1\nc,0.3\n")
    with pytest.raises(UnknownCodeError, match="2 of 3 industries stand not in COEFFICIENTS: SNI 01, SNI 02"):
        read_per_output(path, INDUSTRIES, what="persons", by_name=True)


def test_missing_unknown_and_doubled_industries(tmp_path):
    path = beside(tmp_path / "e.csv", "industry,persons_per_output\na,0.2\na,0.1\nc,0.3\nd,1\n")
    told = faults_of(read_per_output, path, INDUSTRIES, what="persons")
    for words in ("industry a stands more than once", "industry d is not in COEFFICIENTS", "e.csv lacks b"):
        assert words in told


def test_zero_output_and_negative_jobs_are_named_together(tmp_path):
    path = beside(tmp_path / "e.csv", "industry,persons,output\na,-3,100\nb,40,0\nc,1,5\n")
    with pytest.raises(FaultsError) as caught:
        read_per_output(path, INDUSTRIES, what="persons")
    assert "1 industry(ies) with negative persons: a -3" in str(caught.value)
    assert "1 industry(ies) with no output: b" in str(caught.value)


def test_value_added_may_be_negative(tmp_path):
    path = beside(tmp_path / "v.csv", "industry,value_added,output\na,-3,100\nb,40,80\nc,1,5\n")
    assert read_per_output(path, INDUSTRIES, what="value_added").tolist() == [-0.03, 0.5, 0.2]


def test_columns_that_say_nothing_are_told_what_to_be(tmp_path):
    path = beside(tmp_path / "e.csv", "industry,a_lot,of,columns\na,1,1,1\nb,1,1,1\nc,1,1,1\n")
    with pytest.raises(TableError, match="use industry,persons_per_output or industry,persons,output"):
        read_per_output(path, INDUSTRIES, what="persons")
    path = beside(tmp_path / "f.csv", "persons_per_output,industry\n1,a\n")
    assert "column industry is not the first" in faults_of(read_per_output, path, INDUSTRIES, what="persons")


@pytest.mark.parametrize(
    "head", ["industry,wages,spending", "industry,compensation,consumption", "industry,income,spending"]
)
def test_households_by_any_of_their_names(tmp_path, head):
    path = beside(tmp_path / "h.csv", f"{head}\na,0.3,0.2\nb,0.4,0.1\nc,0.1,0\n")
    wages, spending = read_households(path, INDUSTRIES)
    assert (wages.tolist(), spending.tolist()) == ([0.3, 0.4, 0.1], [0.2, 0.1, 0.0])


def test_households_that_spend_more_than_they_earn(tmp_path):
    path = beside(tmp_path / "h.csv", "industry,wages,spending\na,0.3,0.9\nb,-0.4,0.4\nc,0.1,0\n")
    told = faults_of(read_households, path, INDUSTRIES)
    assert "households spend 1.3 per unit of wage" in told
    assert "negative wages: b -0.4" in told


def test_households_without_a_column_of_spending(tmp_path):
    path = beside(tmp_path / "h.csv", "industry,wages\na,0.3\nb,0.4\nc,0.1\n")
    assert "use industry,wages,spending" in faults_of(read_households, path, INDUSTRIES)


def test_a_semicolon_file_with_commas_in_names(tmp_path):
    path = beside(tmp_path / "a.csv", "industry;Mat, dryck;Fordon\nMat, dryck;0,1;0,2\nFordon;0,3;0\n")
    cells = read_cells(path)
    assert cells.header == ("industry", "Mat, dryck", "Fordon")
    assert cells.numbers([1, 2])[0].tolist() == [[0.1, 0.2], [0.3, 0.0]]
