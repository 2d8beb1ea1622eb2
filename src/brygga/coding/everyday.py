"""Everyday words: what also stands in any text, and so is a skill only where the text says so.

Four lists of our own, all lower case:

    FUNCTION    never a skill unless the label writes it in capitals and the text too (MAN, PER, CAN)
    NAMES       programs named like words or people (Go, Access, Julia): written as the label writes
                them, and with a sign that a skill is meant
    NOUNS       things and subjects (böcker, färg, data, design): with a sign that a skill is meant
    VERBS       Swedish verbs that any work has (övervaka, passa, testa): not taken for their noun

A sign is a phrase before it ("erfarenhet av", "programmering i") or another skill of the same field
close by. The lists were written from the taxonomy's own short words, not from judged texts.

Start reading at `treatment`.
"""

from __future__ import annotations

from brygga.coding.forms import present

_FUNCTION_WORDS = """
    vi du ni han hon den det de dem oss er en ett och att som för med till från av på om i å vid hos mot per man
    är var har hade kan ska vill bör får blir blev ut in upp ner ned an så nu då där här när hur vad vem vilka
    inte ej ju men eller samt dock bra god gott mer mest mycket många alla allt andra annan annat egen egna ny nya
    stor stora liten små hel hela halv två tre fyra fem sex sju åtta nio tio år dag vecka månad tid plats sida del
    delar typ sätt fall gång led rad ris most if so is as at be by do go he it me my no of on or to up us we
    the and for with can may must will shall would should could com net org www http https http html pdf ab kb hb
    as alt bas rest lan pop top max min pro per se nr st kr mm cm kg id ok sop reach fel far nej ja tack hej
    ledig lediga fast fasta ideal klar smart nice sweet present cover feature source scheme shell progress research
    sales mission motion show house land country indie country fusion formula logic mode mono monitor
    performance region regionen urval urvalet online offline mobilen mobil drivande rådgivande moderna lösa
    tjänster tjänsterna tjänst ämnen ämne roller rollen artiklar artikel hudar parker stock pallar koppar
    knappar nålar borst borstar lera sand sten stenar skinn papp ull linne lim sax väv tyg hår brev deklarationer
    annonser körkort arbetsmarknad arbetsmarknaden toleranser geografiskt 20 3 2 1 400 390
"""
_NAME_WORDS = """
    access ada adeko amadeus amanda android angular audition balans bamboo bash basic blender bower bravo briljant
    caesar calypso canvas carrara centura chef celesta client coda concorde cover creo custody dart delphi derivat
    docker eclipse eiffel eko elixir elm ember engineer excel express fenix fidelio flame flash flex focus formula
    fusion galileo garp gerber go grunt hansa hudson inferno ingres iris java jira julia keyboard klartext
    lean lingo logic lotus lua magenta mamut marathon marvin maya medusa memex meridian monitor motif
    motionbuilder nastran node notes office opera oracle orion outlook pascal perl pia pico power prodis
    prolog props puppet pyramid python q r c d f react reiki rhino ruby rust saber sabre salsa samba scala
    scheme sed shell smoke sketch solaris sonar spring sprit stata stina styr swift swing
    synon tableau teams tibco titan tk toplink tramp trello triton typo unity unix vegas visio vivaldi vue
    winner word zoom ai ar bi ci cr ct dm dt dos el hr ip ir it ml os pet pl pr rap rip sam sar sas sit som
    soa soul synk tms tv ux vm vr wai man per fem can rad ris reach sop rest alt bas lan
    slack confluence salesforce apl indie funk f
"""
_SURE_NAME_WORDS = """
    java python android angular excel outlook docker jira perl salesforce reiki unix solaris prolog nastran scala
    oracle tibco confluence visio trello stata pascal
"""  # hardly anything else
_NOUN_WORDS = """
    accessoarer aktier algebra arkiv arkitektur bank barn bakelser biljetter biljett bil bilar blommor blomma boende
    bostad bostäder broar bröd bussar buss butik butiker båt båtar böcker bok cyklar cykel dans dans data dator
    datorer design diamanter dokument drama drycker dryck dräkt däck djur ekonomi ekonomin elektronik energi ergonomi
    estetik etik fartyg film filmer fisk flygplats flygplatser foder fonder fordon forskning foto frukt fysik
    fåglar färg
    fågel färger förpackningar förskola förskolor försäljningsbolag försäkring försäkringar försäkringsbolag gips
    glas godis golv gym gymnasium handel handledare handskar hattar hav hem historia honung horn hotell hund hundar
    hus hushåll hygien häst hästar hälsa idrott industri information infrastruktur inredning instrument internet
    jakt juridik jord järn kaffe kafé kaféer kalender kameror kamera kanaler kartong kartonger keramik kemi kemikalier
    klockor klinik kliniken kläder kommunikation kollektivavtal konfekt konst kost kostymer kultur kvalitet
    kyrka kött lampor lastbil lastbilar lasta ledarskap ledning leksaker lekplats linje litteratur livsmedel ljud ljus
    logistik läder lägenhet läkemedel malm manus marknad maskin maskiner mat matsal matsalar media metall
    metaller miljö miljöer minne mjölk mode motor motorer mottagning mottagningen musik mynt mål måltid möbler
    möten nationalekonomi natur el nätverk nätverket ost odling olja operation operationer operations optik
    organisation parfym park patient patienter pengar personal pizza pizzeria plast plastmaterial
    politik porslin post presentation problem process processer produkt produkter produktion program programvara
    programvaror projekt psykologi publicering punk radio rapport receptfria religion resor restaurang revy ridning
    rock rum rutiner råvaror sjukhus sjukhem skola skor skola skulptur skulpturer smycken
    smörgåsar snickeri solist spel sport språk statistik stad strategi ström studio styrning system säkerhet
    såg sågar sång sällskapsdjur takt tandvård teater teckning teckningar teknik tekniken telefon text textil
    textilier textiler tidskrifter tillsyn trafik trafiksäkerhet transport trä trähus träning trädgård tv tyger
    tårtor underhållning uppdrag utbildning utbildningar utbildningen utställning utställningar utrustning utveckling
    vakans varor varuhus varumärken vatten verkstad verktyg verktygen verksamhet video vin viner virke visor vård
    vårdavdelning vårdcentral vårdcentralen vårdcentraler vård värdepapper värme vävnad växter webb webben ytor årstider
    överlåtelse medlemskap region sjukvård hälsovård dagliga verksamheten daglig verksamhet bostadsrätter miljön
    finansiering annonsering investering investeringar produktion leveranser leverans kunder kund affärer affär
    polska norska danska finska isländska franska spanska italienska ryska arabiska somaliska persiska rumänska
    bulgariska bosniska kroatiska serbiska albanska turkiska kurdiska ukrainska estniska lettiska litauiska ungerska
    grekiska portugisiska nederländska thailändska vietnamesiska tigrinja dari pashto rostfria
    arbetskläder tjänstepension friskvård engagemang ledigt städ läst stad bana banor chef chefer
"""
_VERB_WORDS = """
    övervaka passa testa driva packa lasta lossa förbereda bereda underhålla installera dokumentera undervisa handleda
    forska marknadsföra verifiera städa samla leda styra ordna boka notera lokalisera optimera färga putsa
    slå tappa trycka dra lägga sätta stå gå bära bygga bila bilda mäta väga räkna läsa skriva tala visa
    starta stoppa samordna planera organisera administrera hantera handlägga redovisa finansiera illustrera
    dirigera gestalta fälla väva smälta sticka knyta trä träda tråda klippa skära hugga linda
    binda vända flytta ställa höja sänka fylla tömma blanda röra koka steka servera
    coacha utreda bedöma utveckla förvalta vårda sköta behandla reparera laga rengöra diska tvätta stryka sy hyra
    sälja köpa handla leverera transportera köra flyga segla ro rida springa träna spela sjunga dansa
    måla rita teckna fotografera filma redigera publicera trycka översätta tolka kommunicera informera presentera
    rapportera kontrollera granska inspektera undersöka analysera beräkna värdera bedriva delta bidra stödja hjälpa
    gestalta välja söka finna hitta upptäcka utforma skapa forma märka lösa rena anlägga sanera etablera
    uppföra avsluta börja öva låna gräva välta sota rosta härda loggas logga profilera posta
    gallra plocka sortera montera packetera paketera emballera bevaka bevara vakta stämma vägleda
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION = _words(_FUNCTION_WORDS)
NAMES = _words(_NAME_WORDS) - _words(_SURE_NAME_WORDS)
_NAMES_OR_FUNCTION = NAMES | FUNCTION
NOUNS = _words(_NOUN_WORDS)
VERBS = frozenset(form for verb in _VERB_WORDS.split() for form in (verb, present(verb), f"{verb[:-1]}ande"))
_TECHNICAL = frozenset(
    form
    for verb in (
        "montera",
        "paketera",
        "sortera",
        "sanera",
        "måla",
        "fotografera",
        "översätta",
        "tolka",
        "härda",
        "rida",
    )
    for form in (verb, present(verb))
)

_ENGLISH_WORDS = """
    ability access act action analysis animal animals area art arts author bank business care change clients code
    coach cold color colour communicate community company computer computers concept content control cook
    culture customer customers data deal debate decision design develop development digital documents draft drive
    edit education electronics energy engage engineering environment equipment event events fashion file film finance
    financial fish food forms function goal goals growth guide hardware health help history hospitality image
    impact improve industry influence information innovation inspect inspire install insurance internet
    intelligence interior international investigate job lead leadership learning legal lift listen location machine
    machines maintenance manage management market marketing material materials media medicine meetings message method
    methods metrics model models money motivate movement music nature negotiate network networks office operate
    operations organisation organization organise organize others paint people perform performance photo plan planning
    plans platform play policies policy politics power prepare present problem problems process processes
    product production products program programme programs project projects promote property public publish quality
    radio read record records research reports report resources responsibility results retail review risk risks
    safety sales schedule science security sell services service show solutions solve sound space specialist speed
    sport sports staff standards strategy structure study supervise supply support system systems talent task tasks
    teach teaching team teams technical technology television test testing tests text textile theatre
    things tools tourism track trade train training transport travel trends tv user users value values video
    vision visual web website websites wine word words work workshop write writing build create deliver contribute
    collaborate evaluate execute design field fields rest motion express logic spring swift go rust dart r c d f
    deadline deadlines budget budgets workflow workflows issues team-work teamwork english-language
    strategic applications application architecture automation benchmarks experience
    skills knowledge passion practice practices principles goals infrastructure
"""
ENGLISH = _words(_ENGLISH_WORDS)
_ENGLISH_FREE = frozenset({"teamwork", "leadership", "negotiate", "automation", "marketing"})


def treatment(word: str, quality: str, *, english: bool = False) -> str:
    """How a form of one word is to be met: free, drop, capitals (as written) or sign (needs one).

    Parameters
    ----------
    word : as the form writes it
    quality : of the form, one of `brygga.coding.forms.QUALITIES`

    Examples
    --------
    >>> [treatment(word, "exact") for word in ("Svetsning", "Vi", "PER", "Go", "färg", "SQL")]
    ['free', 'drop', 'name', 'name', 'sign', 'free']
    >>> treatment("övervakar", "derived"), treatment("svetsar", "derived")
    ('drop', 'free')
    """
    low = word.lower()
    capitals = 0 if low == word else sum(map(str.isupper, word))
    if quality == "derived" and low in VERBS - _TECHNICAL:
        return "drop"
    if quality != "exact" and not capitals > 1:
        bases = [low[: -len(ending)] for ending in _ENDINGS if low.endswith(ending)]
        if not (_NAMES_OR_FUNCTION.isdisjoint(bases)):
            return "drop"
        if not NOUNS.isdisjoint(bases):
            return "sign"
    if low.isdigit() or (len(low) == 1 and capitals == 0):
        return "drop"
    if low in NAMES:
        return "name" if capitals else "drop"
    if low in FUNCTION or (english and low in _FUNCTION_ENGLISH):
        return "name" if capitals > 1 else "drop"
    if len(low) <= 2 and low.isalpha():
        return "name" if capitals else "drop"
    if len(low) == 3 and capitals > 1 and low not in _LOWER_TOO:
        return "capitals"
    if low in NOUNS or (english and low in ENGLISH - _ENGLISH_FREE):
        return "sign"
    return "free"


_ENDINGS = ("n", "t", "r", "s", "en", "et", "er", "ar", "or", "na", "erna", "arna", "orna", "rna", "ens", "ets", "ing")
_FUNCTION_ENGLISH = _words("""
    a an all any are but from had has have her his how i its many more most new not one other our out over she
    some such than that their them then there these they this those two was were what when where which who why
    you your day year time way end home good great best high low well make take use using used see need want
    help keep set get give let lot part full long big small team us etc
""")
_LOWER_TOO = _words(
    "sql html css php xml cnc cad cam sap erp plc crm api aws git vba scm tig mig mag vue gis bim iso iot"
)
