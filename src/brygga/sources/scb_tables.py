"""SCB's tables: which of them fills which official table, in the order they are fetched.

An official table has one or more parts: the same thing from another register or another span of years. Of a year
that two parts have, only the later-named part counts (RAMS and BAS both have 2020-2021). Variables are found by
their code, and by words of their label where SCB has renamed them.

No id has been tried from here: docs/method/sources.md says where each was read. Every id is checked by its variables
before it is used; a table that is not known or not there is looked for in the catalogue.

Start reading at `TABLES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from brygga.sources import scb_picks as pick
from brygga.sources.scb_picks import Periods, Pick


@dataclass(frozen=True)
class Variable:
    """One dimension of a part.

    Parameters
    ----------
    column : our column; empty when it is asked for whole and then dropped
    codes : what SCB has called the variable, in order of trust
    words : words its label holds, used when no code fits
    pick : which of its codes are asked for
    size : how many codes are expected, for the plan; 0 stands for the municipalities, -1 for the counties
    may_lack : whether a table without it is as good
    """

    column: str
    codes: tuple[str, ...]
    words: tuple[str, ...]
    pick: Pick
    size: int = 1
    may_lack: bool = False


@dataclass(frozen=True)
class Content:
    """What is counted: our column, SCB's code for it if known, and a pattern of its label."""

    column: str
    code: str
    pattern: str


@dataclass(frozen=True)
class Part:
    """A table of SCB.

    Parameters
    ----------
    name : SCB's own name in version 1 of the database, or its id where that name is not known
    id : its id in version 2, empty when only the catalogue can tell
    folder : where it stands, to recognise it in the catalogue; empty where not known
    query : what the catalogue is asked for; after a bar, what else if nothing there fits
    label : words that its label must hold
    register : the register behind it, which later parts may replace
    variables : its dimensions
    contents : what is counted; with `as_column` each content is a row of its own under that column
    guessed : whether the id is a guess, so that a table that does not fit is simply another one
    first_year : no year before it is in the table
    may_lack : a part that may be missing (a year not published yet), which is then remarked on
    fixed : columns that hold one value for the whole part
    """

    name: str
    id: str
    folder: str
    query: str
    register: str
    variables: tuple[Variable, ...]
    contents: tuple[Content, ...]
    label: tuple[str, ...] = ()
    as_column: str = ""
    guessed: bool = False
    first_year: int = 0
    may_lack: bool = False
    fixed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Official:
    """An official table and where it comes from.

    Parameters
    ----------
    name : its name
    parts : the tables of SCB that fill it
    hides_small : whether a missing value is a small one that is hidden
    on_request : fetched only when it is named (--only)
    """

    name: str
    parts: tuple[Part, ...]
    hides_small: bool = False
    on_request: bool = False


def _region(chosen: Pick = pick.municipalities, size: int = 0) -> Variable:
    column = "county" if chosen is pick.counties else "municipality"
    return Variable(column, ("Region", "AARegion", "RegionUtb"), ("region",), chosen, size)


def _tid(most: int) -> Variable:
    return Variable("year", ("Tid",), ("år", "kvartal", "tid"), Periods(most), most)


_SEX: Final = Variable("sex", ("Kon",), ("kön",), pick.sexes, 2)
_BOTH: Final = Variable("", ("Kon",), ("kön",), pick.whole, may_lack=True)
_AGE: Final = Variable("age", ("Alder",), ("ålder",), pick.single_ages, 101)
_AGES: Final = Variable("age_group", ("Alder",), ("ålder",), pick.age_groups, 10)
_OCCUPATION: Final = Variable("occupation", ("Yrke2012",), ("yrke",), pick.occupations, 149)
_INDUSTRY: Final = Variable("industry", ("SNI2007",), ("näringsgren",), pick.industries, 16)
_BORN: Final = Variable("", ("Fodelseregion",), ("födelseregion",), pick.whole, may_lack=True)
_CIVIL: Final = Variable("", ("Civilstand",), ("civilstånd",), pick.whole, may_lack=True)
_LEVEL: Final = Variable(
    "education_level", ("UtbNivaSun2020", "UtbildningsNiva"), ("utbildningsnivå",), pick.published, 8
)
_FIELD: Final = Variable(
    "education_field",
    ("UtbinriktnSUN2020", "UtbildnInriktn"),
    ("utbildningsinriktning", "inriktning"),
    pick.published,
    10,
)


def _whole(code: str, word: str) -> Variable:
    return Variable("", (code,), (word,), pick.whole, may_lack=True)


def _vital(
    name: str, id: str, folder: str, query: str, variables: tuple[Variable, ...], contents: tuple[Content, ...]
) -> Part:
    """A table of the population statistics; those from 2025 on are disturbed and stand in tables of their own."""
    later = name.endswith("CKM")
    return Part(
        name,
        id,
        folder,
        query,
        "population register, disturbed" if later else "population register",
        variables,
        contents,
        first_year=2025 if later else 0,
        may_lack=later,
    )


_POPULATION: Final = (_region(), _AGE, _SEX, _CIVIL, _tid(20))
_BIRTHS: Final = (
    _region(),
    Variable("mother_age", ("AlderModer",), ("moderns ålder",), pick.mother_ages, 36),
    Variable("", ("Kon",), ("kön",), pick.added_up, may_lack=True),
    _tid(15),
)
_DEATHS: Final = (_region(), _AGE, _SEX, _tid(15))
_MOVES: Final = (_region(), _AGE, _SEX, _BORN, _tid(10))
_IN_OUT: Final = (
    Content("in_moves", "BE0101AU", r"^inflyttningar$"),
    Content("out_moves", "BE0101AV", r"^utflyttningar$"),
)
_COUNTED: Final = (Content("persons", "", r"^(antal|anställda|sysselsatta|befolkning)"),)

TABLES: Final = (
    Official(
        "official_population",
        (
            _vital(
                "BefolkningNy",
                "TAB638",
                "BE0101A",
                "folkmängden civilstånd|folkmängden",
                _POPULATION,
                (Content("persons", "BE0101N1", r"^folkmängd"),),
            ),
            _vital(
                "BefolkningCKM",
                "TAB5557",
                "BE0101A",
                "folkmängden civilstånd|folkmängden",
                _POPULATION,
                (Content("persons", "000007ME", r"^folkmängd"),),
            ),
        ),
    ),
    Official(
        "official_births",
        (
            _vital(
                "FoddaK",
                "TAB1264",
                "BE0101H",
                "levande födda|födda",
                _BIRTHS,
                (Content("persons", "BE0101E2", r"^levande födda"),),
            ),
            _vital(
                "FoddaKCKM",
                "TAB6401",
                "BE0101H",
                "levande födda|födda",
                _BIRTHS,
                (Content("persons", "", r"^levande födda"),),
            ),
        ),
    ),
    Official(
        "official_deaths",
        (
            _vital(
                "DodaFodelsearK",
                "TAB959",
                "BE0101I",
                "döda",
                _DEATHS,
                (Content("persons", "BE0101D8", r"^döda"),),
            ),
            _vital(
                "DodaFodelsearKCKM",
                "TAB6757",
                "BE0101I",
                "döda",
                _DEATHS,
                (Content("persons", "", r"^döda"),),
            ),
        ),
    ),
    Official(
        "official_moves",
        (
            _vital("Flyttningar97", "TAB1212", "BE0101J", "flyttningar", _MOVES, _IN_OUT),
            _vital("Flyttningar97CKM", "TAB6640", "BE0101J", "flyttningar", _MOVES, _IN_OUT),
        ),
    ),
    Official(
        "official_employed",
        (
            Part(
                "YREG56BAS",
                "TAB4436",
                "AM0208D",
                "yrke näringsgren|yrke",
                "BAS",
                (_region(), _OCCUPATION, _INDUSTRY, _SEX, _tid(1)),
                (Content("persons", "000006XZ", _COUNTED[0].pattern),),
                label=("dagbef",),
            ),
        ),
    ),
    Official(
        "official_employed_age",
        (
            Part(
                "YREG57BAS",
                "",
                "AM0208D",
                "dagbef yrke ålder|yrke ålder|yrke",
                "BAS",
                (_region(pick.counties, -1), _OCCUPATION, _AGES, _SEX, _tid(5)),
                _COUNTED,
                label=("dagbef", "ålder"),
            ),
        ),
    ),
    Official(
        "official_employed_history",
        tuple(
            Part(
                name,
                id,
                "AM0208D",
                "dagbef yrke|yrke",
                register,
                (_region(), _OCCUPATION, _SEX, _tid(years)),
                _COUNTED,
                label=("dagbef",),
            )
            for name, id, register, years in (
                ("YREG58", "TAB4396", "RAMS", 5),
                ("YREG58N", "TAB3119", "RAMS, new definition", 3),
                ("YREG58BAS", "TAB4434", "BAS", 5),
            )
        ),
        on_request=True,
    ),
    Official(
        "official_commuting",
        (
            Part(
                "ArRegPend2",
                "TAB1830",
                "AM0210F",
                "bostadskommun|pendling",
                "BAS",
                (
                    Variable("home", ("Bostadskommun",), ("bostad",), pick.every_municipality, 290),
                    Variable("work", ("Arbetsstallekommun",), ("arbets",), pick.every_municipality, 290),
                    _SEX,
                    _tid(1),
                ),
                _COUNTED,
            ),
        ),
        hides_small=True,
    ),
    Official(
        "official_jobs",
        (
            Part(
                "TAB3204",
                "TAB3204",
                "AM0210F",
                "sysselsatta näringsgren födelseregion|näringsgren födelseregion",
                "BAS",
                (_region(), _INDUSTRY, _BOTH, _BORN, _tid(5)),
                (Content("persons", "000002XH", r"arbetsställets"),),
            ),
        ),
    ),
    Official(
        "official_labour_status",
        (
            Part(
                "TAB2921",
                "TAB2921",
                "",
                "arbetsmarknadsstatus födelseregion|arbetsmarknadsstatus",
                "BAS",
                (_region(), Variable("age_group", ("Alder",), ("ålder",), pick.age_groups, 18), _SEX, _BORN, _tid(5)),
                (Content("persons", "", ""),),
                as_column="labour_status",
            ),
        ),
    ),
    Official(
        "official_education_flows",
        (
            Part(
                "RegionInd19U3N1",
                "TAB6370",
                "AM9906B",
                "åldersinträden|utbildningsgrupp|utbildning region kön",
                "regional matching indicators",
                (
                    _region(pick.counties, -1),
                    Variable("education", ("Utbildngrupp", "Utbildning"), ("utbildning",), pick.education_groups, 98),
                    _SEX,
                    _tid(10),
                ),
                (
                    Content(
                        "persons",
                        "",
                        r"åldersinträden|åldersutträden|inflyttare|utflyttare|^befolkning|utbildade|examinerade",
                    ),
                ),
                as_column="flow",
                guessed=True,
            ),
        ),
    ),
    Official(
        "official_education",
        (
            Part(
                "Utbildning",
                "TAB3981",
                "UF0506B",
                "befolkning utbildningsnivå region|utbildningsnivå",
                "education register",
                (
                    _region(),
                    _LEVEL,
                    Variable("", ("Kon",), ("kön",), pick.added_up, 2, may_lack=True),
                    _whole("Alder", "ålder"),
                    _tid(5),
                ),
                _COUNTED,
                fixed=(("education_field", "all"),),
            ),
            Part(
                "TAB655",
                "TAB655",
                "UF0506B",
                "utbildningsnivå utbildningsinriktning|utbildningsinriktning",
                "education register",
                (
                    _LEVEL,
                    _FIELD,
                    Variable("", ("Kon",), ("kön",), pick.added_up, 2, may_lack=True),
                    Variable("", ("Alder",), ("ålder",), pick.added_up, 6, may_lack=True),
                    Variable("", ("NationellBakgrund",), ("bakgrund",), pick.added_up, 2, may_lack=True),
                    _tid(1),
                ),
                _COUNTED,
                fixed=(("municipality", "00"),),
            ),
        ),
    ),
    Official(
        "official_occupation_field",
        (
            Part(
                "TAB4359",
                "TAB4359",
                "",
                "yrke utbildningsinriktning|yrke",
                "BAS",
                (_OCCUPATION, _FIELD, _AGES, _SEX, _tid(1)),
                _COUNTED,
            ),
        ),
    ),
    Official(
        "official_occupation_level",
        (
            Part(
                "TAB4360",
                "TAB4360",
                "",
                "yrke utbildningsnivå|yrke",
                "BAS",
                (_OCCUPATION, _LEVEL, _AGES, _SEX, _tid(1)),
                (Content("persons", "000006XQ", _COUNTED[0].pattern),),
            ),
        ),
    ),
    Official(
        "official_yh",
        (
            Part(
                "YHStudT1dN",
                "",
                "UF0701B",
                "yrkeshögskolan",
                "higher vocational education",
                (
                    _region(pick.counties, -1),
                    Variable("education_field", _FIELD.codes, _FIELD.words, pick.published, 24),
                    _BOTH,
                    _whole("UtbTakt", "studietakt"),
                    _whole("UtbFormYH", "utbildningsform"),
                    _whole("UtbLangd", "utbildningslängd"),
                    _whole("UtbExam", "examen"),
                    _tid(10),
                ),
                (Content("persons", "", r"^antal"),),
                as_column="measure",
            ),
        ),
    ),
    Official(
        "official_vacancies",
        (
            Part(
                "TAB6605",
                "TAB6605",
                "",
                "lediga jobb",
                "vacancy survey",
                (_region(pick.counties, -1), _whole("LedJobbTyp", "typ av lediga jobb"), _tid(12)),
                (Content("vacancies", "0000081B", r"^(?!.*osäkerhet)"), Content("margin", "0000081C", r"osäkerhet")),
            ),
        ),
    ),
)
"""In the order of the design: each official table with the parts that fill it."""
