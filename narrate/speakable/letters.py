"""Rules for initialisms, acronyms, initials and common abbreviations."""

from __future__ import annotations

import re
from typing import Final

from narrate.speakable.rules import MASK, Rule, ends_sentence, rule, spelt, stopped, words

SPELLED: Final = frozenset(
    """US USA UN UK EU IT WHO AI UAE IMF CIA EPA DOJ DOE DOD HHS IRS FBI NSA DHS ATF DEA FDA FCC FTC SEC CDC
    NIH USDA USPS USAID NYPD LAPD NHS BBC CNN ABC NBC CBS NPR PBS ITV MSNBC HBO GDP GNP CPI IPO CEO CFO COO CTO HR
    PR TV PC ID DNA RNA HIV MRI ICU ER EV SUV UFO NRA ACLU AFL CIO UAW AARP GOP DNC RNC MP PM MEP MSP SNP DUP DNI
    IRA ISI IAEA ECB IEA ILO WTO OECD OSCE OAS AU ANC AFD CDU SPD PLO IDF IED ICC ICJ NGO PTSD LGBT LGBTQ LGBTQI
    ADHD AFP AP UPI UNHCR UNRWA USGS NBA NFL NHL MLB NCAA MLS WNBA PGA UFC IOC FA ATP WTA AFC NFC RFK JFK LBJ
    FDR MLK AOC USC UCLA MIT NYU LSE UCL VAT ISP USB URL FAQ API IQ EQ AC DC LA NY ETA ETF ESG IRGC PKK FARC
    BJP AAP BNP AMLO CCTV IBM UPS BMW LED LCD OECD ATM AKA DUI DWI PTA RSV AAA EPL BLM IDP UNSC UNGA AQI
    IPCC ISO IVF EPO UV NYSE FDIC IUCN AAUP AAPI SEIU EEOC ASPCA IFRC COPD ROTC LPGA USAF USCIS USTR UCSF UCSB UNDP
    UNFPA JCPOA USMCA HBCU MDMA SOS AOL EMI OAP""".split()
)
"""Initialisms with vowels, which must be told from words. Those without are spelled anyway."""
ACRONYMS: Final = frozenset(
    """NATO NASA UNESCO UNICEF OPEC AIDS FEMA NAFTA ASEAN FIFA UEFA COVID SWAT DACA OSHA SCOTUS POTUS FLOTUS NOAA NORAD
    MAGA AUKUS IKEA LEGO COBRA ISIS ISIL PETA RAM SIM GIF OK ICE PIN SARS MERS BRICS FARC ASAP AMLO HAMAS DOGE START
    SALT FOX JPEG NIMBY TASS VAR FICO SNAP WIC GAVI SAT LIV PAC ZIP CARES CHIPS TED HUD SAG AFTRA MAX CUNY SUNY DAX
    HIMARS ATACMS AFSCME OFSTED CERN NASCAR WADA BAFTA AWOL CAF SAR MAD STEM GITMO AWACS UKIP DEFRA COP COPS""".split()
)
PLAIN: Final = frozenset(
    """a all am an and any are as ask at bad be big boy but buy by can did die do dog eat end fat few for fun get go
    god got had has he her hey hi him his hot how if in is it its job joy ill let lie lot mad man map may me men mom
    my new no not now of off oh old on one or our out own pay put ran red run sad saw say see set she sit six so son
    sue sun ten the to too top try two up use very war was way we why win won yes yet you your art ago age aid air
    bar bed bus car cut day dad eye far fix gun hit ice key kid law leg lay low mix net nor odd oil per pop raw real
    rob sea sex sky tax tea tie top van via wow ah eh ha mr mrs ms dr st jr sr vs ok hmm shh pst tut ugh um
    uh""".split()
)
"""Words that somebody may shout in the middle of a sentence."""
CLUSTERS: Final = frozenset(
    """TCH NCH GHT SCR STR RCH RST RTH SPR THR LCH THS NTS MPH SHR NTH DST RSH MPL SPL NKS RTS LPH MBR MPT RPS NTR NDS
    RMS CKS RGH CHT NNS MPS NDR DDL NGL RNT NKL LTH PPL SHT XTR LSH PTL PHL DTH LKS PSH LLS LTR MBL XTH RTZ PTH RLD NGST
    DDS NFR NCL RBS RNS LFT NST GGR LTZ WLS LMS NGR NGS FTH RPH RRH TTS RDS RKS RLS LDS LPS CTS FTS LTS SKS STS SPS
    RVS LVS
    MMM HHH""".split()
)
"""Three consonants in a row that words of four or five letters have; any others tell an initialism."""
ONSETS: Final = frozenset(
    """BL BR CH CL CR DR DW FJ FL FR GH GL GN GR JH KH KL KN KR KW LL MC PF PH PL PN PR PS QW RH SC SH SK SL SM SN SP SQ
    ST SV SW TH TR TS TW VL WH WR ZH ZL ZW""".split()
)
"""Two consonants that words begin with; any others tell an initialism."""
EXACT: Final = {
    "PhD": "P H D", "PhDs": "P H D's", "Ph.D.": "P H D", "Ph.Ds": "P H D's", "Ed.D.": "E D D",
    "MSc": "M S C", "BSc": "B S C",
    "BA": "B A",
    "mRNA": "m R N A", "NAACP": "N double A C P", "LGBTQ+": "L G B T Q plus", "LGBT+": "L G B T plus",
    "C-SPAN": "C span",
    "LGBTQIA+": "L G B T Q I A plus", "IPv6": "I P v six", "YMCA": "Y M C A", "YWCA": "Y W C A", "M.Sc.": "M S C",
    "MPhil": "M Phil", "GoP": "G O P", "MPs'": "M P's", "iOS": "i O S", "ESPN": "E S P N", "Q&A": "Q and A",
    "FTSE": "Footsie", "pH": "P H", "plc": "P L C", "Plc": "P L C",
    "E=mc²": "E equals M C squared", "mc²": "M C squared", "n/a": "N A",
    "N/A": "N A", "A-Z": "A to Z", "AFL-CIO": "A F L C I O", "NOx": "N O X", "c/o": "care of",
    "aet": "after extra time", "m/m": "month over month", "q/q": "quarter over quarter", "y/y": "year over year",
}  # fmt: skip
SHORT: Final = {
    "vs.": "versus", "v.": "versus", "c.": "circa", "ca.": "circa", "approx.": "approximately",
    "Approx.": "Approximately", "e.g.": "for example",
    "eg.": "for example", "E.g.": "For example", "I.e.": "That is", "i.e.": "that is", "ie.": "that is",
    "etc.": "et cetera", "etc": "et cetera", "et al.": "et al", "a.k.a.": "also known as",
    "dept.": "department", "Dept.": "Department", "est.": "established", "Est.": "Established", "No.": "number",
    "no.": "number",
    "Nos.": "numbers", "nos.": "numbers", "No": "number", "pp.": "pages", "p.": "page", "vol.": "volume",
    "Vol.": "Volume",
    "govt.": "government", "Govt.": "Government", "gov't": "government", "Gov't": "Government", "ed.": "edition",
    "Univ.": "University",
    "w/": "with", "w/o": "without", "vs": "versus", "ft.": "featuring", "Fig.": "Figure", "fig.": "figure",
    "avg.": "average", "Natl.": "National", "nat'l": "national", "Nat'l": "National", "int'l": "international",
    "Int'l": "International", "feat.": "featuring", "min.": "minimum", "max.": "maximum", "aka": "also known as",
    "ret.": "retired",
    "cf.": "compare", "Cf.": "Compare", "gov.": "governor", "Ret.": "retired", "incl.": "including",
    "mgmt.": "management",
    "misc.": "miscellaneous",
    "Apt.": "Apartment", "apt.": "apartment", "Rte.": "Route", "Rm.": "Room", "Ste.": "Suite", "Bldg.": "Building",
    "Hwy.": "Highway", "Hwy": "Highway", "Rte": "Route", "Ep.": "Episode", "Pt.": "Part", "Nos": "numbers",
    "Sec.": "Section", "Ch.": "Chapter",
    "ch.": "chapter", "bldg.": "building", "blvd.": "boulevard", "ave.": "avenue", "hwy.": "highway",
     "ext.": "extension", "Ext.": "extension", "approx": "approximately", "Approx": "Approximately", "Mk": "Mark",
    "Prop.": "Proposition", "Res.": "Resolution",
    "Art.": "Article", "R.I.P.": "rest in peace",
}  # fmt: skip
_NUMBERED: Final = (
    "No.",
    "no.",
    "Nos.",
    "nos.",
    "No",
    "pp.",
    "p.",
    "vol.",
    "Vol.",
    "c.",
    "ca.",
    "est.",
    "Est.",
    "Fig.",
    "fig.",
    "Sec.",
    "Ch.",
    "ch.",
    "Art.",
    "Apt.",
    "apt.",
    "Rte.",
    "Rte",
    "Rm.",
    "Ste.",
    "Bldg.",
    "Hwy.",
    "Hwy",
    "Ep.",
    "Pt.",
    "Nos",
    "ext.",
    "Ext.",
    "approx",
    "Approx",
    "Mk",
    "Prop.",
    "Res.",
)
"""Abbreviations only before a number."""
FREE: Final = {
    key: said for key, said in SHORT.items() if key not in (*_NUMBERED, "v.", "vs", "ft.", "ed.", "w/", "w/o")
}


_DATELINE: Final = re.compile(r"(?:,\s[\w\s.,]{1,30})?(?:\s\([A-Z]\w+\))?\s[—–-]|\s\((?:AP|Reuters|AFP|UPI|dpa)\)")
"""What follows the name of a town that an article begins with."""


def _token(match: re.Match[str], _: bool) -> str | None:
    token, tail = match["token"], match["tail"] or ""
    if match.start() == 0 and len(token) > 3 and token not in SPELLED and _DATELINE.match(match.string, match.end()):
        return None
    if token in ACRONYMS or (token not in SPELLED and not _looks_spelled(token)):
        return None
    if (token.lower() in PLAIN or token in ("US", "IT", "WHO", "UN", "AID") or token not in SPELLED) and _shouted(
        match
    ):
        return None
    if token.lower() in PLAIN and token not in SPELLED:
        return None
    return spelt(token) + ("'s" if tail in ("s", "'s", "’s", "s'", "s’") else tail)


def _looks_spelled(token: str) -> bool:
    if token.lower() in PLAIN:
        return False
    return len(token) <= 3 or (
        len(token) <= 5
        and (
            any(run not in CLUSTERS for run in re.findall("[^AEIOUY]{3,}", token))
            or (token[:2] not in ONSETS and not re.match("[AEIOUY]|.[AEIOUY]", token))
        )
    )


def initialism(token: str) -> str:
    """``token`` letter by letter if it is an initialism, else as it stands."""
    spelled = token.isupper() and token not in ACRONYMS and (token in SPELLED or _looks_spelled(token))
    return spelt(token) if spelled and len(token) > 1 and token.lower() not in PLAIN else token


def _shouted(match: re.Match[str]) -> bool:
    """Whether the words around are in capitals too."""
    text = match.string
    around = (re.search(r"([A-Za-z'’]+)[^A-Za-z,;]*$", text[max(0, match.start() - 30) : match.start()]),
              re.match(r"[^A-Za-z,;]*([A-Za-z'’]+)", text[match.end() : match.end() + 30]))  # fmt: skip
    others = [one[1] for one in around if one]
    return any(
        len(one) > 1 and one.isupper() and one not in SPELLED and one not in ACRONYMS and re.search("[AEIOUY]", one)
        for one in others
    )


def _dotted(match: re.Match[str], _: bool) -> str:
    return stopped(spelt(match["letters"]), match)


_BEGINS: Final = re.compile(r"(?:^|(?<!\bvs)(?:(?<=[a-z]{2})|(?<=[\d%\ue000]))[.!?][\"”’)]*\s)[\"“‘(]*$")
"""What stands before the first word of a sentence."""


def _numbered(match: re.Match[str], _: bool) -> str:
    rest = match.string[match.end() :]
    said = SHORT[match["it"]]
    if match["it"].startswith("No") and _BEGINS.search(match.string[: match.start()]):
        said = said.capitalize()
    if said.lower() == "established" and rest.lstrip()[:1] != MASK:  # a year is read already, an amount not
        said = said.replace("ablished", "imated")
    return said + ("" if rest[:1].isspace() else " ")


def _initial(match: re.Match[str], _: bool) -> str | None:
    text, end = match.string, match.end()
    if match["letter"] == "I" or (text[end : end + 1].isspace() and ends_sentence(text, end)):
        return None
    return match["letter"] + ("" if text[end : end + 1].isspace() else " ")


_LAW: Final = rf"(?<=[\w.{MASK}]\s)(?P<it>v\.?)(?=\s[A-Z])"

RULES: Final[tuple[Rule, ...]] = (
    rule(rf"(?<![\w.])(?:{words(EXACT)})(?!\w)", lambda m, _: stopped(EXACT[m[0]], m)),
    rule(
        r"(?<![\w.-])(?:AAA|AA|AB|A|BBB|BB|B|CCC|CC|C|D|O)(?P<it>[-−–])(?=[.,;:!?)\"'”’]|\s(?!(?:and|or|to)\s[A-Z]-)|$)(?!,\s[A-Z]-)",
        lambda _, __: " minus",
    ),
    rule(rf"(?<![\w.])(?P<it>{words(dict.fromkeys(_NUMBERED, ''))})(?=\s?(?:[\d{MASK}]|A\.?D\b))", _numbered),
    rule(
        r"(?<![\w.])(?P<it>[A-Z]\.)(?=\s?(?:coli|diff\w*|aureus|elegans|pylori|sapiens|auris)\b)",
        lambda m, _: m["it"][0] + ("" if m.string[m.end()].isspace() else " "),
    ),
    rule(
        r"(?<![\w.])(?P<letters>[A-Z]o[A-Z])(?P<many>s)?(?!\w)",
        lambda m, _: spelt(m["letters"]) + ("'s" if m["many"] else ""),
    ),
    rule(r"\b[A-Z]{2,6}(?P<it>-)(?=[A-Z]{2,6}\b)", lambda _, __: " "),
    rule(rf"(?<![\w.])(?:{words(FREE)})(?!\w)", lambda m, _: stopped(SHORT[m[0]], m)),
    rule(r"(?<![\w.])(?:vs)(?=\s)", lambda _, __: "versus"),
    rule(r"(?<![\w.])S\.\s?&\s?P\.(?=\s|['’]s)", lambda _, __: "S and P"),
    rule(r"(?<![\w.])w/o?(?=\s)", lambda m, _: SHORT[m[0]]),
    rule(_LAW, lambda _, __: "versus"),
    rule(
        r"(?<![\w.])(?P<one>[A-Z]{1,3})&(?P<two>[A-Z]{1,3})(?!\w)",
        lambda m, _: f"{spelt(m['one'])} and {spelt(m['two'])}",
    ),
    rule(r"(?<![\w.])(?P<letters>(?:[A-Z]\.){2,})(?![A-Z]\b)", _dotted),
    rule(r"(?<![\w.])(?:[a-z]\.){2,}(?=\s[a-z])", lambda m, _: " ".join(m[0].replace(".", ""))),
    rule(r"(?<![\w.])(?P<letters>(?:[A-Z]\.)+[A-Z])(?![\w.])", lambda m, _: spelt(m["letters"])),
    rule(r"(?<![\w.'’])(?P<letter>[A-Z])\.(?=\s?[A-Z])", _initial),
    rule(
        r"\b[A-Z][a-z]+\s(?P<it>[A-HJ-Z]\.)(?=,|\s(?:and|or|is|was|has|of|who|said|told|in)\b)", lambda m, _: m["it"][0]
    ),
    rule(r"(?<![\w.&'’])(?P<token>[A-Z]{2,6})(?P<tail>s['’]?|['’]s)?(?![\w&])", _token),
)
