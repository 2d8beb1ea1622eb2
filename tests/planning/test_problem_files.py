"""The CSV files of a problem folder as people write them: what is read, and what is refused in words."""

import pytest

from brygga.core.errors import BryggaError, FaultsError
from brygga.planning.problem import read_problem, write_problem
from tests.planning.problems import problem

HEAD = "municipality,occupation,year,persons\n"
ROW = "norra,welder,2027,3.5\n"


def with_file(folder, name: str, content: str | bytes):
    """The welders' folder with one file replaced or added."""
    write_problem(problem(), folder)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


READ = {
    "with a byte-order mark": b"\xef\xbb\xbf" + (HEAD + ROW).encode(),
    "with Windows line ends": (HEAD + ROW).replace("\n", "\r\n"),
    "with empty lines": "\n" + HEAD + ROW + "\n\n",
    "with columns in another order": "persons,year,occupation,municipality\n3.5,2027,welder,norra\n",
    "with spaces round numbers and names": "municipality, occupation ,year,persons\nnorra,welder, 2027 , 3.5\n",
    "with a year as a decimal": HEAD + "norra,welder,2027.0,3.5\n",
    "with all in quotes": '"municipality","occupation","year","persons"\n"norra","welder","2027","3.5"\n',
    "with an empty column draw": "municipality,occupation,year,persons,draw\nnorra,welder,2027,3.5,\n",
}


@pytest.mark.parametrize("content", READ.values(), ids=READ.keys())
def test_a_file_is_read(tmp_path, content):
    read = read_problem(with_file(tmp_path, "need.csv", content))
    assert read.need.rows() == [("norra", "welder", 2027, 3.5)]
    assert read.need_draws.is_empty()


@pytest.mark.parametrize("name", ["0767", "å", " a ", 'the "b"', "c,d", "two\nlines", "NA", "null", "1e5"])
def test_any_text_is_an_id(tmp_path, name):
    quoted = '"' + name.replace('"', '""') + '"'
    read = read_problem(with_file(tmp_path, "need.csv", HEAD + f"{quoted},welder,2027,3.5\n"))
    assert read.need["municipality"].to_list() == [name]


REFUSED = {
    "with semicolons": (HEAD.replace(",", ";"), r"need.csv is separated by semicolons.*save it as CSV with commas"),
    "with tabs": (HEAD.replace(",", "\t"), r"need.csv is separated by tabs"),
    "with decimal commas in quotes": (HEAD + 'norra,welder,2027,"3,5"\n', r"'3,5' \(row 2\).*with a point \(12.5\)"),
    "with decimal commas": (HEAD + "norra,welder,2027,3,5\n", r"a row with more cells than the head.*with a point"),
    "in Latin-1": (HEAD.encode() + "br\u00e5,welder,2027,3\n".encode("latin-1"), r"need.csv is not UTF-8 text"),
    "in UTF-16": ((HEAD + ROW).encode("utf-16"), r"need.csv is not UTF-8 text"),
    "without bytes": ("", r"need.csv lacks column\(s\) municipality, occupation, year, persons; it has none"),
    "with rows cut short": (HEAD + "norra,welder,2027\n", r"column persons: None \(row 2\) where a number belongs"),
    "with another head": (HEAD.title() + ROW, r"lacks column\(s\) .*; it has Municipality, Occupation"),
    "with no number": (HEAD + "norra,welder,2027,nan\n", r"column persons: nan \(row 2\) where a number belongs"),
    "with an empty name": (HEAD + '"",welder,2027,3\n', r"column municipality: '' \(row 2\) where a name belongs"),
    "with half a year": (HEAD + "norra,welder,2027.5,3\n", r"'2027.5' \(row 2\) where a whole number belongs"),
    "with a number beyond reason": (
        HEAD + "norra,welder,2027,1e300\n",
        r"1e\+300 \(norra, welder, 2027\) is above 1e\+12",
    ),
    "with its head alone": (HEAD, r"need.csv has no rows"),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_is_refused_in_words(tmp_path, content, words):
    with pytest.raises(BryggaError, match=words):
        read_problem(with_file(tmp_path, "need.csv", content))


@pytest.mark.parametrize("content", ["", "\n", b"\xef\xbb\xbf", "measure,site,year,kind,classes\n"])
def test_an_optional_file_may_be_empty(tmp_path, content):
    assert read_problem(with_file(tmp_path, "pins.csv", content)).pins.is_empty()


def test_a_file_or_column_or_word_that_nobody_reads_is_a_warning(tmp_path):
    folder = with_file(tmp_path, "budgest.csv", "funder,year,amount\n")
    (folder / "plan.csv").write_text("measure,site,year,classes,seats,cost\n")
    (folder / "weights.csv").write_text("occupation,weight,why\nwelder,2,asked\n")
    text = (folder / "settings.json").read_text()
    (folder / "settings.json").write_text(text.replace("{", '{"horizont": 2040,', 1))
    assert read_problem(folder).warnings == (
        "settings.json has horizont (was 'horizon' meant?), which means nothing and is not read.",
        "budgest.csv belongs to no part of a problem folder and is not read.",
        "weights.csv has column(s) why, which mean nothing and are not read.",
    )


def test_faults_of_settings_files_and_tables_are_told_together(tmp_path):
    folder = with_file(tmp_path, "need.csv", HEAD + "norra,welder,2027,-3\nnorra,welder,2028,-3\n")
    (folder / "settings.json").write_text('{"years": [2027, 2028], "stay": 2, "reach": "near"}')
    (folder / "budgets.csv").write_text("funder;year\n")
    (folder / "reach.csv").unlink()
    (folder / "pins.csv").write_text("measure,site,year,kind\ncurse,school,2027,must\n")
    with pytest.raises(FaultsError) as told:
        read_problem(folder)
    words = [
        "settings.json lacks price_year, discount, cost_weight, surplus_weight",
        "stay 2 is outside 0 to 1",
        "reach is 'near', not fixed or free",
        "budgets.csv is separated by semicolons",
        "reach.csv is missing",
        "need.csv, column persons: -3 (norra, welder, 2027), -3 (norra, welder, 2028) is below zero",
        "pins.csv: measure curse is not in measures.csv",
    ]
    assert len(told.value.faults) == len(words)
    for word in words:
        assert word in str(told.value)


def test_many_faults_of_one_kind_are_counted_not_listed(tmp_path):
    lines = "".join(f"m{i:05d},welder,2027,-1\n" for i in range(20_000))
    with pytest.raises(BryggaError, match=r"-1 \(m00000, welder, 2027\), .* and 19,995 more is below zero"):
        read_problem(with_file(tmp_path, "need.csv", HEAD + lines))


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BryggaError, match="there is no folder"):
        read_problem(tmp_path / "nowhere")
