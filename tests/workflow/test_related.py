"""`brygga related`: by code or title, for people and for programs."""

import json

import pytest

from brygga.cli import main
from brygga.coding.pack import embedded_pack
from brygga.core import tables
from brygga.core.errors import SettingError, UnknownCodeError
from brygga.sources.taxonomy import read_exports
from brygga.workflow.related import JUDGED, code_of, group_names, related
from brygga.workflow.taxonomy import as_pack


def test_a_title_finds_its_group_as_people_write_it(taxonomy_mini):
    assert related("CNC-SVARVARE", taxonomy=taxonomy_mini).code == "7223"
    assert related(" 7223 ", taxonomy=taxonomy_mini).code == "7223"
    assert related("1372", taxonomy=taxonomy_mini).code == "1370"


def test_a_title_of_several_groups_is_asked_about(taxonomy_mini):
    with pytest.raises(UnknownCodeError, match=r'"planslipare" stands for 2 groups: 7212 Svetsare.*give one of these'):
        code_of("planslipare", as_pack(read_exports(taxonomy_mini)))


@pytest.mark.parametrize("text", ["xyzzy", "", "🙂", "99"])
def test_what_is_no_occupation_says_what_to_give(text):
    with pytest.raises(UnknownCodeError, match=r"give an SSYK code|not in JobTech's groups"):
        code_of(text, embedded_pack())


def test_fewer_than_one_is_refused():
    with pytest.raises(SettingError, match=r"--top 0 is below 1"):
        related("7223", top=0)


def test_every_group_has_a_name():
    names = group_names(embedded_pack())
    assert len(names) == 400
    assert all(names.values())
    assert names["1370"] == "Produktionschefer inom tillverkning, nivå 1 / Produktionschefer inom tillverkning, nivå 2"


def verb(capsys, *options: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["related", *options])
    return ended.value.code, *capsys.readouterr()


def test_the_verb_shows_names_shares_and_skills(taxonomy_mini, capsys):
    code, out, _ = verb(capsys, "7223", "--taxonomy", str(taxonomy_mini), "--top", "4")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "7223 Maskinställare och maskinoperatörer, metallarbete"
    assert len(lines) == 1 + 1 + 4 + 1
    assert "CATIA, CAD-program; Tillverkningsindustri-CATIA; " in out
    assert lines[-1].startswith("From JobTech substitutability; JobTech skills; ESCO skills (jobtech-1, esco-1, own ")


def test_the_verb_says_where_it_only_judges(capsys):
    code, out, _ = verb(capsys, "svetsare")
    assert code == 0
    assert JUDGED in out


def test_programs_get_every_skill(taxonomy_mini, capsys):
    _, out, _ = verb(capsys, "7223", "--taxonomy", str(taxonomy_mini), "--json")
    summary = json.loads(out)
    engineer = next(row for row in summary["related"] if row["to_code"] == "3115")
    assert [skill["label"] for skill in engineer["carried"]] == ["CNC-programmering", "Ritningsläsning"]
    assert engineer["name"] == "Ingenjörer och tekniker inom maskinteknik"


def test_both_tables_are_written(taxonomy_mini, tmp_path, capsys):
    code, _, _ = verb(capsys, "7223", "--taxonomy", str(taxonomy_mini), "-o", str(tmp_path))
    assert code == 0
    occupations = tables.read(tmp_path / "related_occupations.csv", "related_occupations")
    skills = tables.read(tmp_path / "related_skills.csv", "related_skills")
    assert set(skills["to_code"]) <= set(occupations["to_code"])


def test_the_verb_says_what_it_does_not_know(capsys):
    code, _, err = verb(capsys, "xyzzy")
    assert (code, 'no occupation is called "xyzzy"' in err) == (1, True)
