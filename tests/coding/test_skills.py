"""Skills: found as they are written, in the zone that speaks of them, never in boilerplate; places that hold."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.coding.gazetteer import build, open_gazetteer
from brygga.coding.pack import SCHEMAS, Pack, embedded_pack
from brygga.coding.skills import SCHEMA, find_skills, language
from brygga.coding.zones import NAMES

LABELS = [
    ("s1", "Svetsning"),
    ("s2", "Rostfritt stål, materialkunskap"),
    ("s3", "Svarvning, CNC"),
    ("s4", "C, programmeringsspråk"),
    ("s5", "R, programmeringsspråk"),
    ("s6", "Go, programmeringsspråk"),
    ("s7", "Python, programmeringsspråk"),
    ("s8", "C#, programmeringsspråk"),
    ("s9", "C++, programmeringsspråk"),
    ("s10", "SQL, frågespråk"),
    ("s11", "operation"),
    ("s12", "Excel, kalkylprogram"),
    ("s13", "Truckkort"),
    ("s14", "färg"),
    ("s15", "PLC"),
    ("s16", "REST, API"),
    ("s17", "CAN"),
    ("s18", "Ritningsläsning"),
    ("s19", "Felsökning"),
    ("s20", "hantera stålrör"),
    ("s21", "Såg"),
    (".n", ".NET, ramverk"),
]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A taxonomy of a few skills, some of the same field."""
    nothing: dict[str, Any] = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
    skills = [(skill_id, text, "sv", "jobtech", True) for skill_id, text in LABELS]
    skills += [("e1", "use welding equipment", "en", "esco", True), ("e2", "troubleshoot", "en", "esco", True)]
    skills += [("e3", "Swedish", "en", "esco", True)]
    links = [("2512", skill_id, 1.0) for skill_id in ("s4", "s5", "s6", "s7", "s8", "s9", "s10", ".n")]
    nothing["skills"] = pl.DataFrame(skills, schema=SCHEMAS["skills"], orient="row")
    nothing["skill_links"] = pl.DataFrame(links, schema=SCHEMAS["skill_links"], orient="row")
    words = ["rostfri", "svets", "rör", "robot", "plåt"]
    nothing["labels"] = pl.DataFrame(
        [(f"{word}svetsare", "7212", "sv", "name", None, 1.0) for word in words]
        + [(word, "7212", "sv", "name", None, 1.0) for word in words],
        schema=SCHEMAS["labels"],
        orient="row",
    )
    return Pack(version="test", sources=(), places=(), folder=tmp_path_factory.mktemp("pack"), **nothing)


def spans(text: str, pack: Pack, *, all_zones: bool = True) -> list[str]:
    return [
        text[start:end] for start, end in find_skills([text], pack, all_zones=all_zones).select("start", "end").rows()
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Du svetsar och har vana av svetsning.", ["svetsar", "svetsning"]),
        ("CNC-svarvning, cnc svarvning och CNC/svarvning", ["CNC-svarvning", "cnc svarvning", "CNC/svarvning"]),
        ("Robotsvetsning är arbetet.", ["Robotsvetsning"]),
        ("Du ska ha goda Pythonkunskaper.", ["Python"]),
        ("Du behöver TIG i rostfritt.", ["TIG", "rostfritt"]),
        ("B-körkort krävs, även B körkort.", ["B-körkort", "B körkort"]),
        ("Vi söker operatörer till en operatör.", []),
        ("Du har vana av .NET och C#.", [".NET", "C#"]),
        ("Kontakt: svetsning@svetsning.se eller https://exempel.se/svetsning", []),
        ("svetsning🙂 och 🙂svetsning, åsvetsningö", ["svetsning", "svetsning"]),
        ("You are using welding equipment as a welder.", ["using welding equipment"]),
        ("Vi söker en arbetsgivare.", []),
    ],
)
def test_skills_are_found_as_they_are_written(text, found, pack):
    assert [span for span in spans(text, pack) if span not in ("welder",)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Du programmerar i C, R, Go och Python.", ["C", "R", "Go", "Python"]),
        ("Du har erfarenhet av C.", ["C"]),
        ("Programmering i Go.", ["Go"]),
        ("Vi bor på plan C, rum R, och går: go!", []),
        ("Vila och rest hela dagen.", []),
        ("Du kan inte can, men CAN kan du ha erfarenhet av: CAN.", ["CAN"]),
        ("Kom till oss, färg på väggen.", []),
        ("Du har erfarenhet av färg.", ["färg"]),
        ("Klass C-D och B1.", []),
    ],
)
def test_words_that_mean_much_need_a_sign(text, found, pack):
    known = {"C", "R", "Go", "Python", "rest", "CAN", "can", "färg", "go"}
    assert [span for span in spans(text, pack) if span in known] == found


def test_boilerplate_gives_no_skills_unless_asked_for(pack):
    text = "Om oss\nVi är bäst på svetsning.\nVi erbjuder\nKurs i CNC-svarvning.\nKrav\nTruckkort.\n"
    assert spans(text, pack, all_zones=False) == ["Truckkort"]
    whole = find_skills([text], pack, all_zones=True)
    assert whole["zone"].to_list() == ["company", "benefits", "required"]
    assert whole["confidence"][0] < whole["confidence"][2]


def test_without_zones_all_skills_are_found_and_no_zone_is_known(pack):
    texts = ["Vi erbjuder utbildning i svetsning. Du har vana av att svetsa, gärna TIG-svetsning.", "Truckkort", ""]
    bare, zoned = find_skills(texts, pack, with_zones=False), find_skills(texts, pack, all_zones=True)
    places = ["row", "start", "end", "skill_id", "label"]
    assert bare.select(places).rows() == zoned.select(places).rows()
    assert bare.schema == zoned.schema
    assert bare["zone"].null_count() == bare.height > 1
    assert (bare["confidence"] >= zoned["confidence"]).all()


def test_required_and_merit_differ(pack):
    found = find_skills(["Du har vana av svetsning, gärna även truckkort."], pack)
    assert found.select("label", "zone").rows() == [("Svetsning", "required"), ("Truckkort", "merit")]


def test_the_longest_form_wins_and_spans_never_overlap(pack):
    found = find_skills(["Du hanterar stålrör i rostfritt stål."], pack)
    assert found["end"].to_list()[:-1] <= found["start"].to_list()[1:]
    assert "hanterar stålrör" in spans("Du hanterar stålrör.", pack)


def test_places_count_code_points_of_the_text_as_given(pack):
    text = "🙂🙂 <p>Krav:&nbsp;svets\xadning &amp; C&#35;</p> å ä ö – Truckkort"
    assert spans(text, pack) == ["svets\xadning", "C&#35;", "Truckkort"]


PIECES = st.sampled_from(
    [
        "svetsning", "Svetsar", "C#", "C++", "&aring;", "å", "🙂", "<b>", "</b>", " ", "\n", ", ", "&amp;", "Truckkort",
        "CNC-svarvning", "e\u0301", "\xad", "Krav:\n", "gärna", "数据", "'; DROP TABLE x;--", "\x00",
    ]
)  # fmt: skip


@settings(max_examples=60)
@given(texts=st.lists(st.lists(PIECES, max_size=12).map("".join), max_size=5))
def test_a_batch_gives_what_its_texts_give_one_by_one(texts, pack):
    together = find_skills(texts, pack, all_zones=True)
    alone = [find_skills([text], pack, all_zones=True).with_columns(row=pl.lit(n)) for n, text in enumerate(texts)]
    one_by_one = pl.concat([frame.cast(SCHEMA) for frame in alone]) if alone else together
    assert together.rows() == one_by_one.rows()
    for row, start, end, _, _, zone, confidence in together.rows():
        assert 0 <= start < end <= len(texts[row])
        assert texts[row][start:end].strip() == texts[row][start:end]
        assert zone in NAMES
        assert 0 < confidence <= 1


def test_the_order_of_texts_does_not_matter(pack):
    texts = [
        "Du svetsar.",
        "Krav: truckkort",
        "You use welding equipment every day with the team.",
        "",
        "CNC-svarvning",
    ]
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)
    straight = {(row, *rest) for row, *rest in find_skills(texts, pack).rows()}
    shuffled = {(order[row], *rest) for row, *rest in find_skills([texts[n] for n in order], pack).rows()}
    assert straight == shuffled
    assert len(straight) == 4


@pytest.mark.parametrize(
    "text", ["", " ", None, "🙂🙂", "\x00", "数据库管理", "'; DROP TABLE skills;--", "<div></div>", "�" * 50]
)
def test_what_holds_no_skill_gives_none_and_loses_no_other(text, pack):
    found = find_skills([text, "Du svetsar."], pack)
    assert found["row"].to_list() == [1]
    assert dict(found.schema) == SCHEMA


def test_a_text_of_a_megabyte_is_read_to_its_end(pack):
    text = "Det är bra att du är här och inte där. " * 27_000 + "Du svetsar."
    found = find_skills([text], pack)
    assert [text[start:end] for start, end in found.select("start", "end").rows()] == ["svetsar"]


def test_other_languages_are_left_alone(pack):
    german = "Wir suchen einen Mitarbeiter der für uns in der Halle die Maschinen wartet und Kunden betreut. " * 3
    assert language(german) == "other"
    assert find_skills([german + "Excel"], pack).height == 0


def test_no_skills_and_no_texts(pack):
    bare = dataclasses.replace(pack, skills=pack.skills.clear(), version="bare", labels=pack.labels.clear())
    assert find_skills([], pack).height == 0
    assert "Svetsning" not in find_skills(["Du har vana av svarvning"], bare)["label"].to_list()


def test_a_gazetteer_is_kept_beside_its_pack_and_replaced_when_the_pack_changes(pack, tmp_path):
    here = dataclasses.replace(pack, folder=tmp_path)
    first = open_gazetteer(here, "sv")
    [kept] = tmp_path.glob("skills-sv-*.npz")
    again = open_gazetteer(here, "sv")
    assert again.labels.to_list() == first.labels.to_list()
    open_gazetteer(dataclasses.replace(here, version="other"), "sv")
    [newer] = tmp_path.glob("skills-sv-*.npz")
    assert newer != kept


def test_a_damaged_file_is_built_again_and_a_closed_folder_does_no_harm(pack, tmp_path):
    here = dataclasses.replace(pack, folder=tmp_path)
    open_gazetteer(here, "sv")
    [kept] = tmp_path.glob("skills-sv-*.npz")
    kept.write_bytes(b"no zip")
    assert len(open_gazetteer(here, "sv").skill) > 0
    nowhere = dataclasses.replace(pack, folder=kept / "below a file")
    assert len(open_gazetteer(nowhere, "sv").skill) > 0


def test_building_is_the_same_every_time(pack):
    first, second = build(pack, "sv"), build(pack, "sv")
    assert all((getattr(first, field.name) == getattr(second, field.name)).all() for field in dataclasses.fields(first))


def test_our_own_words_serve_without_a_taxonomy():
    text = "Vi söker dig som kan TIG-svetsning, rostfritt, och har B-körkort. Goda kunskaper i C# och SQL."
    assert spans(text, embedded_pack()) == ["TIG-svetsning", "rostfritt", "B-körkort", "C#", "SQL"]


def test_names_of_our_own_list_are_found_in_english_as_they_are_written():
    text = "We need a developer who knows Python and Kubernetes and the python of the zoo."
    assert spans(text, embedded_pack()) == ["Python", "Kubernetes"]


def test_a_skill_that_the_taxonomy_names_in_english_only_has_our_name_in_swedish_texts(pack):
    found = find_skills(["Du talar svenska.", "You speak Swedish with the team and the customers."], pack)
    assert found.select("skill_id", "label").rows() == [("e3", "svenska"), ("e3", "Swedish")]
