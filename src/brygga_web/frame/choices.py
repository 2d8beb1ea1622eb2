"""What a reader has chosen: municipalities, occupations and a year, all of it in the address.

    kommun  codes, repeated or with commas; nothing chosen at all means the whole area
    yrke    "alla", "industri", an occupation group or an SSYK code of the run
    ar      a projected year

The page of closures has one choice of its own, `handelse`, the key of a stored closure.

Start reading at `read_scope`.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from brygga.workflow import names, questions
from brygga.workflow.answer import industrial, main_year
from brygga.workflow.results import Results

ALL, INDUSTRIAL = "alla", "industri"


class ChoiceError(Exception):
    """A choice that cannot be shown: a text key, its values, and the likely meaning as a query.

    A `status` of 404 means that the address itself does not exist.
    """

    def __init__(self, key: str, *, meant: str = "", meant_name: str = "", status: int = 400, **values: object) -> None:
        super().__init__(key)
        self.key, self.values, self.meant, self.meant_name, self.status = key, values, meant, meant_name, status


@dataclass(frozen=True)
class Scope:
    """A checked choice: codes of the run, a year of the run, and the language.

    `finer` is the code asked for when the run is computed on a node that holds it; `chosen` is then that node.
    `event` is the key of a closure, on the page that shows one: its address needs nothing else.
    """

    municipalities: tuple[str, ...]
    occupations: tuple[str, ...]
    chosen: str
    year: int
    language: str
    whole_area: bool
    finer: str = ""
    event: str = ""

    def asked(self) -> dict[str, tuple[str, ...]]:
        """The set, as `questions` wants it."""
        return {"municipalities": self.municipalities, "occupations": self.occupations}

    def query(self, **changed: object) -> str:
        """The choice as a query string with its question mark, shortest form; `changed` wins."""
        if self.event:
            return "?" + urlencode({"handelse": self.event})
        given: dict[str, object] = {} if self.whole_area else {"kommun": ",".join(self.municipalities)}
        given |= {"yrke": self.chosen, "ar": self.year} | changed
        return "?" + urlencode({key: value for key, value in given.items() if value not in ("", None)}, safe=",")


def language() -> str:
    """The language of the page: sv or en."""
    return "en" if (get_language() or "sv").startswith("en") else "sv"


def read_scope(request: HttpRequest, results: Results) -> Scope:
    """The choice in the address, checked.

    Raises
    ------
    ChoiceError for an unknown code, a year outside the run, or an empty set.
    """
    area = results.region.municipalities
    chosen = _municipalities(request.GET, results)
    wanted = request.GET.get("yrke", "").strip() or default_occupations(results)
    occupations = occupations_in(wanted, results)
    node = node_of(wanted, occupations)
    return Scope(
        municipalities=chosen or area,
        occupations=occupations,
        chosen=node,
        year=_year(request.GET.get("ar", "").strip(), results),
        language=language(),
        whole_area=not chosen or set(chosen) == set(area),
        finer=wanted if node != wanted else "",
    )


def occupations_in(wanted: str, results: Results) -> tuple[str, ...]:
    """The occupations of the run that a choice means.

    Raises
    ------
    ChoiceError when nothing in the run answers to it.
    """
    nodes = questions.occupations(results)
    if wanted == ALL:
        return nodes
    if wanted == INDUSTRIAL:
        found = industrial(results)
    else:
        found = tuple(node for node in nodes if wanted in (node, names.group_of(node)))
    if not found and names.is_occupation(wanted):
        node = names.computed_on(wanted, nodes)
        found = (node,) if node else tuple(n for n in nodes if n.startswith(wanted))
    if not found:
        raise ChoiceError("faults.occupation", code=wanted)
    return found


def node_of(wanted: str, occupations: tuple[str, ...]) -> str:
    """What the numbers are of: the run's node where a finer code was asked for, else what was asked for.

    Examples
    --------
    >>> node_of("2611", ("26",)), node_of("2", ("26",)), node_of("svets", ("7212",))
    ('26', '2', 'svets')
    """
    finer = wanted.isdigit() and len(occupations) == 1 and wanted.startswith(occupations[0])
    return occupations[0] if finer else wanted


def default_occupations(results: Results) -> str:
    """The occupations that pages open with, as `brygga run` answers: the industrial ones when there are any."""
    return INDUSTRIAL if industrial(results) != questions.occupations(results) else ALL


def _municipalities(given: QueryDict, results: Results) -> tuple[str, ...]:
    if "kommun" not in given:
        return ()
    codes = [code.strip() for part in given.getlist("kommun") for code in part.split(",") if code.strip()]
    if not codes:
        raise ChoiceError("faults.empty_set")
    area = results.region.municipalities
    for code in codes:
        if code not in area:
            raise _unknown(code, codes, results)
    return tuple(code for code in area if code in codes)


def _unknown(code: str, codes: list[str], results: Results) -> ChoiceError:
    area = results.region.municipalities
    longer = names.shortened(code)
    if longer in area:
        meant = urlencode(
            {"kommun": ",".join(longer if c == code else c for c in codes if c in area or c == code)}, safe=","
        )
        named = f"{longer} {names.municipality(longer, results.region)}"
        return ChoiceError("faults.municipality_zero", code=code, meant=f"?{meant}", meant_name=named)
    return ChoiceError("faults.municipality", code=code, area=_area(results))


def _area(results: Results) -> str:
    return results.region.name_en if language() == "en" else results.region.name_sv


def _year(given: str, results: Results) -> int:
    offered = questions.years(results)
    if not given:
        return main_year(results)
    if not given.isascii() or not given.isdigit() or int(given) not in offered:
        nearest = min(max(int(given), offered[0]), offered[-1]) if given.isascii() and given.isdigit() else offered[-1]
        raise ChoiceError(
            "faults.year",
            year=given[:12],
            first=offered[0],
            last=offered[-1],
            meant=f"?ar={nearest}",
            meant_name=str(nearest),
        )
    return int(given)
