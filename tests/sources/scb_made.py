"""SCB's tables in the shapes that are documented, for a country of nine municipalities, with invented numbers."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from zlib import crc32

from brygga.core.codes import classification, codes
from tests.sources.server import Axis, Made

NAMES = {"1060": "Olofström", "1080": "Karlskrona", "1081": "Ronneby", "1082": "Karlshamn", "1083": "Sölvesborg"} | {
    "1272": "Bromölla",
    "1290": "Kristianstad",
    "0765": "Älmhult",
    "0180": "Stockholm",
}
COUNTIES = {"01": "Stockholms län", "07": "Kronobergs län", "10": "Blekinge län", "12": "Skåne län"}
AREAS = {"00": "Riket"} | COUNTIES | NAMES
RESTS = {"99": "län okänt", "9999": "kommun okänd"}
SEX = {"1": "män", "2": "kvinnor"}
AGES = {str(age): f"{age} år" for age in range(100)}
GROUPS = ["16-24", *[f"{a}-{a + 4}" for a in range(25, 70, 5)]]
SNI = dict.fromkeys(
    ["A", "B+C", "D+E", "F", "G", "H", "I", "J", "K", "L", "M+N", "O", "P", "Q", "R+S+T+U"], "näringsgren"
)
CKM = "Metoden som används för röjandekontroll heter Cell Key Method (CKM)."
SUMS_UP = {"sums": True}


def tables() -> dict[str, Made]:
    """Every table that an update of a territory asks for."""
    made = [*_people(), *_work(), *_education()]
    return {table.id: deepcopy(table) for table in made}  # axes that tables share here change on their own


def _tid(*years: str) -> Axis:
    return Axis("Tid", "år", {year: year for year in years}, "time")


def _contents(codes: dict[str, str]) -> Axis:
    return Axis("ContentsCode", "tabellinnehåll", codes, "metric")


def _years(first: int, last: int) -> list[str]:
    return [str(year) for year in range(first, last + 1)]


def _seldom(codes: tuple[str, ...]) -> float:
    """Births and deaths: few beside the people they happen to."""
    return crc32("|".join(codes).encode()) % 3


def _people() -> list[Made]:
    region = Axis("Region", "region", AREAS)
    old, new = _years(1968, 2024), _years(2025, 2025)
    ages = Axis("Alder", "ålder", AGES | {"100+": "100+ år", "tot": "totalt ålder"}, sums=True)
    later = Axis("Alder", "ålder", AGES | {"0-4": "0-4 år", "100+1": "100+ år", "100+5": "100+ år", "TotSA": "totalt"})
    both = Axis("Kon", "kön", SEX | {"TotSa": "totalt"}, sums=True)
    sex = Axis("Kon", "kön", SEX, sums=True)
    civil = {"OG": "ogifta", "G": "gifta", "SK": "skilda", "ÄNKL": "änkor/änklingar"}
    mothers = {str(age): f"{age} år" for age in range(15, 49)}
    early = {"-14": "-14 år"} | mothers | {"49+": "49+ år", "us": "uppgift saknas", "tot": "totalt ålder"}
    flows = {"BE0101AU": "Inflyttningar", "BE0101AV": "Utflyttningar", "BE0101AZ": "Flyttningsöverskott"}
    born = Axis("Fodelseregion", "födelseregion", {"in": "född i Sverige", "samt": "samtliga"})

    def one(id: str, label: str, folder: str, axes: list[Axis], contents: dict[str, str], years: list[str]) -> Made:
        notes = [CKM] if years == new else []
        made = Made(id, label, [*axes, _contents(contents), _tid(*years)], folder, notes=notes)
        return replace(made, value=_seldom) if folder in ("BE0101H", "BE0101I") else made

    return [
        one(
            "TAB638",
            "Folkmängden efter region, civilstånd, ålder och kön. År 1968-2024",
            "BE0101A",
            [region, Axis("Civilstand", "civilstånd", civil, sums=True), ages, sex],
            {"BE0101N1": "Folkmängd", "BE0101N2": "Folkökning"},
            old,
        ),
        one(
            "TAB5557",
            "Folkmängden efter region, civilstånd, ålder och kön. År 2025",
            "BE0101A",
            [region, Axis("Civilstand", "civilstånd", civil | {"SC": "totalt, samtliga civilstånd"}), later, both],
            {"000007ME": "Folkmängd", "000007MF": "Folkökning"},
            new,
        ),
        one(
            "TAB1264",
            "Levande födda efter region, moderns ålder och barnets kön. År 1968-2024",
            "BE0101H",
            [region, Axis("AlderModer", "moderns ålder", early, sums=True), sex],
            {"BE0101E2": "Levande födda"},
            old,
        ),
        one(
            "TAB6401",
            "Levande födda efter region, moderns ålder och barnets kön. År 2025",
            "BE0101H",
            [region, Axis("AlderModer", "moderns ålder", mothers | {"49+": "49+ år", "TotSA": "totalt"}), both],
            {"00000812": "Levande födda"},
            new,
        ),
        one(
            "TAB959",
            "Döda efter region, ålder och kön. År 1968-2024",
            "BE0101I",
            [region, ages, sex],
            {"BE0101D8": "Döda"},
            old,
        ),
        one(
            "TAB6757", "Döda efter region, ålder och kön. År 2025", "BE0101I", [region, later, both], {"1": "Döda"}, new
        ),
        one(
            "TAB1212",
            "Flyttningar efter region, ålder och kön. År 1997-2024",
            "BE0101J",
            [region, ages, sex],
            flows,
            _years(1997, 2024),
        ),
        one(
            "TAB6640",
            "Flyttningar efter region, ålder, kön och födelseregion. År 2025",
            "BE0101J",
            [region, later, both, born],
            {f"{n}": label for n, label in enumerate(flows.values())},
            new,
        ),
    ]


def occupations() -> dict[str, str]:
    """Some of SSYK at three digits, and the rest."""
    three = classification("ssyk").filter(classification("ssyk")["level"] == 3)["code"].to_list()
    return dict.fromkeys([*three[::10], "723"], "yrke") | {"0002": "uppgift saknas"}


def _work() -> list[Made]:
    bas = _years(2020, 2024)
    region = Axis("Region", "region", AREAS | RESTS)
    sex, both = Axis("Kon", "kön", SEX), Axis("Kon", "kön", SEX | {"1+2": "totalt"})
    born = Axis("Fodelseregion", "födelseregion", {"tot": "totalt", "in": "inrikes", "ut": "utrikes"})
    work = Axis("Yrke2012", "yrke (SSYK 2012)", occupations())
    industry = Axis("SNI2007", "näringsgren SNI 2007", SNI | {"00": "okänd verksamhet"})
    age = Axis("Alder", "ålder", {group: f"{group} år" for group in GROUPS})
    statuses = {"000001OX": "sysselsatta", "000001OY": "arbetslösa", "000001OZ": "antal i arbetskraften"} | {
        "000001P0": "antal totalt",
        "000001PL": "sysselsättningsgrad",
    }
    classes = ["15-19", "16-19", "20-24", "060-64", "65-69", "16-64", "16-65", "16-66"]

    def commuters(codes: tuple[str, ...]) -> float | str:
        number = crc32("|".join(codes).encode()) % 30
        return ".." if number in (1, 2) else number

    def few(codes: tuple[str, ...]) -> float:
        return crc32("|".join(codes).encode()) % 12

    def quarter(codes: tuple[str, ...]) -> float:
        return 0.4 if "0000081C" in codes else 2.1

    return [
        Made(
            "TAB4436",
            "Anställda (dagbef) efter region, yrke (3-siffrig SSYK 2012), näringsgren och kön. År 2020-2024",
            [region, work, industry, sex, _contents({"000006XZ": "Antal"}), _tid(*bas)],
            "AM0208D",
            value=few,
        ),
        Made(
            "TAB4401",
            "Anställda (dagbef) efter region, yrke (3-siffrig SSYK 2012), ålder och kön. Baserat på BAS. År 2020-2024",
            [region, work, age, sex, _contents({"000006XX": "Antal"}), _tid(*bas)],
            "AM0208D",
        ),
        Made(
            "TAB4402",
            "Anställda (dagbef) efter region, yrke (3-siffrig SSYK 2012), ålder och kön. År 2014-2018",
            [region, work, age, sex, _contents({"000000QQ": "Antal"}), _tid(*_years(2014, 2018))],
            "AM0208D",
        ),
        *(
            Made(
                id,
                f"Anställda (dagbef) efter region, yrke (3-siffrig SSYK 2012) och kön. År {first}-{last}",
                [region, work, sex, _contents({"000000QR": "Antal"}), _tid(*_years(first, last))],
                "AM0208D",
            )
            for id, first, last in (("TAB4396", 2014, 2018), ("TAB3119", 2019, 2021), ("TAB4434", 2020, 2024))
        ),
        Made(
            "TAB1830",
            "Sysselsatta 15-74 år efter bostadskommun, arbetsställekommun och kön. År 2020-2024",
            [
                Axis("Bostadskommun", "bostadskommun", NAMES | {"9999": "kommun okänd"}),
                Axis("Arbetsstallekommun", "arbetsställekommun", NAMES | {"9999": "kommun okänd"}),
                both,
                _contents({"000001XX": "Antal"}),
                _tid(*bas),
            ],
            "AM0210F",
            value=commuters,
        ),
        Made(
            "TAB3204",
            "Sysselsatta 15-74 år efter region, kön, näringsgren (SNI 2007) och födelseregion. År 2020-2024",
            [
                region,
                both,
                Axis("SNI2007", "näringsgren SNI 2007", SNI | {"US": "uppgift saknas", "A-U+US": "samtliga"}),
                born,
                _contents(
                    {
                        "000002XH": "sysselsatta efter arbetsställets belägenhet",
                        "000002XI": "sysselsatta efter bostadens belägenhet",
                    }
                ),
                _tid(*bas),
            ],
            "AM0210F",
        ),
        Made(
            "TAB2921",
            "Arbetsmarknadsstatus efter region, kön, ålder och födelseregion. Slutlig statistik. År 2020-2024",
            [
                region,
                both,
                Axis("Alder", "ålder", {c: f"{c} år" for c in classes}),
                born,
                _contents(statuses),
                _tid(*bas),
            ],
            "AM0210A",
            units={"000001PL": "procent"},
        ),
        Made(
            "TAB6605",
            "Lediga jobb per 100 anställningar efter typ av lediga jobb och region. Kvartal 2024K2-2026K2",
            [
                Axis(
                    "LedJobbTyp", "typ av lediga jobb", {"LJtot1": "lediga jobb, totalt", "LJomg": "omgående tillträde"}
                ),
                Axis("AARegion", "region", {"00": "Riket", "SE22": "Sydsverige"} | COUNTIES),
                _contents({"0000081B": "antal, per anställning", "0000081C": "antal, osäkerhetsmarginal"}),
                Axis("Tid", "kvartal", {q: q for q in ("2024K2", "2024K3", "2024K4", "2025K1")}, "time"),
            ],
            "AM0701",
            value=quarter,
        ),
    ]


def _education() -> list[Made]:
    sex, both = Axis("Kon", "kön", SEX), Axis("Kon", "kön", {"1": "män", "2": "kvinnor", "1+2": "totalt"})
    level = {str(n): f"nivå {n}" for n in range(1, 8)} | {"US": "uppgift om utbildningsnivå saknas"}
    field = {str(n): f"inriktning {n}" for n in range(9)} | {"9": "okänd utbildningsinriktning"}
    work = Axis("Yrke2012", "yrke (SSYK 2012)", occupations())
    age = Axis("Alder", "ålder", {group: f"{group} år" for group in GROUPS})
    groups = {"00N": "samtliga utbildningsnivåer", "5": "teknik och tillverkning"} | {
        "53B": "byggutbildning, gymnasial nivå",
        "55G": "industriutbildning, gymnasial nivå",
    }
    flows = ["Befolkning år 1, 18-64 år", "Nettoförändring mellan år 1 och 2", "- Varav åldersinträden (18-åringar)"]
    flows += ["- Varav åldersutträden (65-åringar)", "- Varav inflyttare till regionen"]
    whole = {"T": "totalt"}
    only = _contents({"000000ZZ": "Antal"})
    return [
        Made(
            "TAB6370",
            "Befolkning 18-64 år, åldersinträden och åldersutträden efter region, utbildning och kön",
            [
                Axis("Region", "region", {"00": "Riket", "FA01": "Stockholm"} | COUNTIES),
                Axis("Utbildngrupp", "utbildning", groups),
                both,
                _contents({f"000005S{n}": label for n, label in enumerate(flows)}),
                _tid("2022-2023", "2023-2024"),
            ],
            "AM9906B",
        ),
        Made(
            "TAB3981",
            "Befolkning 16-74 år efter region, utbildningsnivå, ålder och kön. År 1985-2024",
            [
                Axis("Region", "region", AREAS),
                sex,
                Axis("Alder", "ålder", {"16": "16 år", "tot16-74": "totalt 16-74 år"}),
                Axis("UtbildningsNiva", "utbildningsnivå", level),
                _contents({"UF0506A1": "Befolkning"}),
                _tid(*_years(2018, 2024)),
            ],
            "UF0506B",
        ),
        Made(
            "TAB655",
            "Befolkning 16-74 år efter utbildningsnivå, utbildningsinriktning, nationell bakgrund, ålder och kön",
            [
                sex,
                Axis("Alder", "ålder", {"16-24": "16-24 år", "25-34": "25-34 år"}),
                Axis("NationellBakgrund", "nationell bakgrund", {"SE": "svensk", "UTL": "utländsk"}),
                Axis("UtbildningsNiva", "utbildningsnivå", level),
                Axis("UtbinriktnSUN2020", "utbildningsinriktning", field),
                only,
                _tid(*_years(2019, 2024)),
            ],
            "UF0506B",
        ),
        Made(
            "TAB4359",
            "Anställda i riket efter yrke, utbildningsinriktning (SUN 2020), ålder och kön. År 2020-2024",
            [
                work,
                Axis("UtbinriktnSUN2020", "utbildningsinriktning", field),
                age,
                sex,
                only,
                _tid(*_years(2020, 2024)),
            ],
            "AM0208E",
        ),
        Made(
            "TAB4360",
            "Anställda i riket efter yrke, utbildningsnivå (SUN 2020), ålder och kön. År 2020-2024",
            [work, Axis("UtbNivaSun2020", "utbildningsnivå", level), age, sex, only, _tid(*_years(2020, 2024))],
            "AM0208E",
        ),
        Made(
            "TAB5791",
            "Antagna, studerande och examinerade inom yrkeshögskolan efter kön, utbildningens inriktning och region",
            [
                Axis("Kon", "kön", {"tot": "totalt"} | SEX),
                Axis("UtbildnInriktn", "utbildningens inriktning", {"tot": "Totalt", "7": "Teknik och tillverkning"}),
                Axis("RegionUtb", "region där utbildningen bedrivs", {"00": "Riket"} | COUNTIES),
                *(
                    Axis(name, label, whole)
                    for name, label in (
                        ("UtbTakt", "studietakt"),
                        ("UtbFormYH", "utbildningsform"),
                        ("UtbLangd", "utbildningslängd"),
                        ("UtbExam", "examen"),
                    )
                ),
                _contents({"A": "Antal antagna som påbörjat studier", "B": "Antal studerande", "C": "Examensgrad"}),
                _tid(*_years(2005, 2023)),
            ],
            "UF0701B",
        ),
    ]


assert set(NAMES) <= codes("kommun")
