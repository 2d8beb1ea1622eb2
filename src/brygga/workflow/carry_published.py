"""Carry published: what Swedish local labour markets have shown, and what is said, each with who says it.

The numbers are parameters (`parameters/impact`), the words stand here: what each counts, what it leaves out, and why it
differs from the others.

Start reading at `PUBLISHED`.
"""

from __future__ import annotations

from dataclasses import dataclass

from brygga.impact.carried import TRADED, Estimate, Words

LATER_SV = "Hur lång tid det tar, och om jobben kom till eller flyttade"
LATER_EN = "How long it takes, and whether the jobs came about or moved"


@dataclass(frozen=True)
class Published:
    """An answer taken from a publication or a claim.

    `status`: `modelled` where the middle or the range is ours, `provisional` where a number stands as others
    reported it and nobody here has read how it was made. `half_width` is the parameter of a range that is ours.
    """

    answer: str
    name: str
    parameter: str
    industry: str
    measure: str
    reach: str
    horizon: str
    status: str
    sv: Words
    en: Words
    half_width: str = ""


PUBLISHED = (
    Published(
        "local_multiplier",
        "Moretti, Thulin 2013",
        "impact.local_multiplier",
        TRADED,
        "long_run",
        "region",
        "long_run",
        "modelled",
        sv=Words(
            "Jobb på lång sikt i det som säljs lokalt, med de jobb som trängs undan avdragna",
            "Leverantörer som själva säljer utåt, och vägen dit. Spannet är projektets antagande",
            "Mätt på hela arbetsmarknader efteråt: löner och hyror har hunnit stiga och trängt undan annat",
        ),
        en=Words(
            "Jobs in the long run in what is sold locally, less the jobs that are crowded out",
            "Suppliers who sell outside themselves, and the way there. The range is the project's assumption",
            "Measured on whole labour markets afterwards: pay and rents have had time to rise and crowd out others",
        ),
        half_width="impact.local_multiplier_spread",
    ),
    Published(
        "local_multiplier",
        "Moretti, Thulin 2012",
        "impact.local_multiplier_high_education",
        TRADED,
        "long_run",
        "region",
        "long_run",
        "provisional",
        sv=Words(
            "Tjänstejobb på lång sikt per jobb för högutbildade; rubriktal som publicerats utan spann",
            "Jobb för dem utan högskola, som är de flesta i industrin",
            "Gäller bara högutbildade, som har högre lön att spendera; studiens tabeller är inte lästa här",
        ),
        en=Words(
            "Service jobs in the long run per job for the highly educated; a headline figure without a range",
            "Jobs for those without higher education, who are most in industry",
            "Is about the highly educated alone, who have more pay to spend; the study's tables were not read here",
        ),
    ),
    Published(
        "claim",
        "Entreprenörskapsforum 2017",
        "impact.claim_high_technology",
        TRADED,
        "belief",
        "region",
        "unstated",
        "modelled",
        sv=Words(
            "Ytterligare jobb per jobb i ett högteknologiskt företag; säger att forskning visat det. Mitten är vår",
            LATER_SV,
            "Gäller högteknologi och hög utbildning; studien nämns inte",
        ),
        en=Words(
            "Further jobs per job in a high-technology company; says research has shown it. The middle is ours",
            LATER_EN,
            "Is about high technology and high education; the study is not named",
        ),
    ),
    Published(
        "claim",
        "SCB 2020",
        "impact.claim_vehicles",
        "29",
        "purchases",
        "nation",
        "at_once",
        "provisional",
        sv=Words(
            "Jobb per jobb i fordonsindustrin genom inköp från underleverantörer; publicerat utan spann",
            "Det som lönerna köper",
            "Räknar hela landet: en liten region har bara en del av leverantörerna",
        ),
        en=Words(
            "Jobs per job in vehicles through purchases from suppliers; published without a range",
            "What the wages buy",
            "Counts the whole country: a small region has a part of the suppliers",
        ),
    ),
    Published(
        "claim",
        "Teknikföretagen 2005",
        "impact.claim_vehicles_2005",
        "29",
        "purchases",
        "nation",
        "at_once",
        "provisional",
        sv=Words(
            "Indirekt anställda hos underleverantörer per anställd i fordonsindustrin 2005; utan spann",
            "Det som lönerna köper",
            "Samma slags tal som SCB:s för samma näringsgren, annat år och annan räkning: så olika kan de bli",
        ),
        en=Words(
            "Indirectly employed at suppliers per employee in vehicles 2005; without a range",
            "What the wages buy",
            "The same kind of figure as SCB's for the same industry, another year and count: so far apart they come",
        ),
    ),
    Published(
        "claim",
        "Teknikföretagen 2018",
        "impact.claim_suppliers",
        "C",
        "purchases",
        "nation",
        "at_once",
        "provisional",
        sv=Words(
            "Jobb hos underleverantörer i hela landet per industrijobb, input-output; publicerat utan spann",
            "Det som lönerna köper",
            "Räknar hela landet, där nästan alla svenska leverantörer finns; i regionen finns en del av dem",
        ),
        en=Words(
            "Jobs at suppliers in the whole country per industrial job, input-output; published without a range",
            "What the wages buy",
            "Counts the whole country, where nearly all Swedish suppliers are; the region has a part of them",
        ),
    ),
    Published(
        "claim",
        "Techtank 2024",
        "impact.claim_cluster",
        TRADED,
        "belief",
        "region",
        "unstated",
        "modelled",
        sv=Words(
            "Jobb i offentlig och kommersiell service per jobb som säljer utåt; en åsikt, inte mätt. Mitten är vår",
            LATER_SV,
            "Delar i praktiken alla andra jobb på dem som säljer utåt, som om inget av dem fanns av andra skäl",
        ),
        en=Words(
            "Jobs in public and commercial services per job that sells outside; an opinion, not measured. "
            "The middle is ours",
            LATER_EN,
            "In effect divides all other jobs by those that sell outside, as if none were there for other reasons",
        ),
    ),
    Published(
        "claim",
        "Karlskrona 2023",
        "impact.claim_municipality",
        TRADED,
        "belief",
        "municipality",
        "unstated",
        "provisional",
        sv=Words(
            "Jobb i kommunen per jobb som säljer utåt; en teori, inte mätt, utan spann",
            LATER_SV,
            "Kommunen själv kallar det en teori",
        ),
        en=Words(
            "Jobs in the municipality per job that sells outside; a theory, not measured, without a range",
            LATER_EN,
            "The municipality itself calls it a theory",
        ),
    ),
)
"""What Swedish local labour markets have shown, and what is said, each with who says it."""

SMALL_PLACES = Estimate(
    answer="local_multiplier",
    name="Adjei, Eriksson, Lundberg 2023",
    industry=TRADED,
    measure="long_run",
    sv=Words(
        "All sysselsättning i en liten svensk arbetsmarknad 1995-2019 efter en stor fabrik, mot liknande orter: lägre",
        "Storleken: inget tal är läst här",
        "Jobben togs av folk som redan arbetade i närheten; på lång sikt växte närbesläktade branscher",
    ),
    en=Words(
        "All employment in a small Swedish labour market 1995-2019 after a large plant, against similar places: lower",
        "Its size: no number was read here",
        "The jobs went to people already at work nearby; in the long run related industries grew",
    ),
    reach="region",
    horizon="long_run",
    span=None,
    source=(
        "Adjei, E. K., Eriksson, R. and Lundberg, J. (2023), The effects of a large industrial investment on "
        "employment in a remote and sparsely populated area using a synthetic control approach, Regional Science "
        "Policy and Practice 15:7, 1553-1576, abstract at "
        "https://ideas.repec.org/a/bla/rgscpp/v15y2023i7p1553-1576.html; told by Umeå University 2023-12-08 "
        "(https://www.umu.se/nyheter/sma-lokala-effekter-av-stora-investeringar-i-mindre-kommuner_11860900/); both "
        "read in stored copies, the paper was not opened"
    ),
    status="not_available",
)
"""A measured answer in words alone, which stands beside the others so that nobody misses it."""
