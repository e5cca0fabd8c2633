"""Rules for titles, ranks, parties, states, streets, companies and the numerals of kings."""

from __future__ import annotations

import re
from typing import Final

from narrate.speakable.numerals import ROMAN, cardinal, is_roman, ordinal, roman
from narrate.speakable.rules import MASK, Rule, rule, stopped, words

TITLES: Final = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Mx": "Mix", "Messrs": "Messieurs", "Dr": "Doctor", "Drs": "Doctors",
    "Prof": "Professor", "Profs": "Professors", "Rev": "Reverend", "Fr": "Father", "Hon": "Honorable", "Sen": "Senator",
    "Sens": "Senators", "Rep": "Representative", "Reps": "Representatives", "Gov": "Governor", "Govs": "Governors",
    "Pres": "President", "Gen": "General", "Gens": "Generals", "Lt": "Lieutenant", "Col": "Colonel", "Cols": "Colonels",
    "Maj": "Major", "Capt": "Captain", "Cmdr": "Commander", "Cdr": "Commander", "Cpl": "Corporal", "Sgt": "Sergeant",
    "Pvt": "Private", "Pfc": "Private First Class", "Adm": "Admiral", "Brig": "Brigadier", "Supt": "Superintendent",
    "Insp": "Inspector", "Det": "Detective", "Cllr": "Councillor", "Amb": "Ambassador", "Atty": "Attorney",
    "Spc": "Specialist", "Ofc": "Officer",
    "Dist": "District", "Asst": "Assistant", "Assoc": "Associate", "Sec": "Secretary", "Del": "Delegate",
    "Dep": "Deputy", "Msgr": "Monsignor", "Mme": "Madame", "Mlle": "Mademoiselle", "Revd": "Reverend",
    "Treas": "Treasurer", "Dir": "Director", "Cpt": "Captain",
    "Bro": "Brother", "Revs": "Reverends", "Lts": "Lieutenants", "Atty Gen": "Attorney General",
}  # fmt: skip
_RANKS: Final = {
    "Det": "Detective", "Ch": "Chief", "Insp": "Inspector", "Supt": "Superintendent", "Con": "Constable",
    "Sgt": "Sergeant", "Wg": "Wing", "Cdr": "Commander", "Sqn": "Squadron", "Ldr": "Leader", "Flt": "Flight",
    "Lt": "Lieutenant", "Gp": "Group", "Capt": "Captain", "Cdre": "Commodore", "Maj": "Major", "Gen": "General",
    "Brig": "Brigadier", "Col": "Colonel", "Cpl": "Corporal",
}  # fmt: skip
"""Parts of ranks that British papers write without full stops, several in a row."""
_BARE: Final = (
    "Mr",
    "Mrs",
    "Ms",
    "Dr",
    "Prof",
    "Lt",
    "Col",
    "Sgt",
    "Capt",
    "Maj",
    "Cllr",
    "Rev",
    "Cpl",
    "Insp",
    "Supt",
    "Brig",
    "Cmdr",
    "Messrs",
    "Fr",
)
"""Titles that British papers write without a full stop."""

PARTIES: Final = {
    "D": "Democrat",
    "R": "Republican",
    "I": "independent",
    "L": "Libertarian",
    "G": "Green",
    "DFL": "Democrat",
}
_ALONE: Final = {**PARTIES, "Lab": "Labour", "Con": "Conservative", "LD": "Liberal Democrat", "Ind": "independent"}
STATES: Final = {
    "Ala": "Alabama", "Alaska": "Alaska", "Ariz": "Arizona", "Ark": "Arkansas", "Calif": "California",
    "Colo": "Colorado",
    "Conn": "Connecticut", "Del": "Delaware", "Fla": "Florida", "Ga": "Georgia", "Ill": "Illinois", "Ind": "Indiana",
    "Kan": "Kansas", "Kans": "Kansas", "Ky": "Kentucky", "La": "Louisiana", "Md": "Maryland", "Mass": "Massachusetts",
    "Me": "Maine",
    "Mich": "Michigan", "Minn": "Minnesota", "Miss": "Mississippi", "Mo": "Missouri", "Mont": "Montana",
    "Neb": "Nebraska",
    "Nev": "Nevada", "Okla": "Oklahoma", "Ore": "Oregon", "Pa": "Pennsylvania", "Penn": "Pennsylvania",
    "Tenn": "Tennessee", "Tex": "Texas", "Vt": "Vermont", "Va": "Virginia", "Wash": "Washington", "Wis": "Wisconsin",
    "Wyo": "Wyoming", "N.H": "New Hampshire", "N.J": "New Jersey", "N.M": "New Mexico", "N.Y": "New York",
    "N.C": "North Carolina", "N.D": "North Dakota", "R.I": "Rhode Island", "S.C": "South Carolina",
    "S.D": "South Dakota",
    "W.Va": "West Virginia", "W. Va": "West Virginia", "P.R": "Puerto Rico", "D.C": "D C",
    "P.E.I": "Prince Edward Island",
    "Sask": "Saskatchewan", "Man": "Manitoba", "N.S": "Nova Scotia", "N.B": "New Brunswick",
    "N.L": "Newfoundland and Labrador", "Ont": "Ontario", "Que": "Quebec", "Alta": "Alberta", "B.C": "British Columbia",
}  # fmt: skip
POSTAL: Final = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland",
    "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana",
    "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania",
    "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah",
    "VT": "Vermont", "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin",
    "WY": "Wyoming", "DC": "D C",
}  # fmt: skip
_SURE: Final = tuple(
    name for name in STATES if len(name) > 3 and name not in ("Alaska", "Miss", "Mass", "Mont", "Wash", "Penn")
)
ROADS: Final = {"Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road", "Hwy": "Highway", "Pkwy": "Parkway", "Ln": "Lane",
                "Pl": "Place", "Sq": "Square", "Ct": "Court"}  # fmt: skip
FIRMS: Final = {"Inc": "Incorporated", "Corp": "Corporation", "Co": "Company", "Ltd": "Limited", "Bros": "Brothers",
                "Cos": "Companies", "Assn": "Association", "Intl": "International", "Mfg": "Manufacturing"}  # fmt: skip
_COUNTED: Final = (
    "World War|Super Bowl|Chapter|Title|Part|Article|Act|Scene|Volume|Phase|Type|Stage|Section|Book|Class|"
    "Mark|Mk|Amendment|GTA|Rocky|Series|Episode|Vatican|SALT|START|Schedule|Category|Level|Grade|Tier|Division|Round|"
    "Appendix|Fantasy|Apollo|Godfather|Factor|Basel|Camp|Olympiad|WrestleMania|Saw|Halloween|Group|Region|"
    "Area|Figure|Table|Annex|Saturn|Titan|Falcon|Auto|Rambo|Jaws|Artemis|Voyager|Gemini|Terminator|Creed|Gladiator|Quest|Civilization|Civ|Kombat"
)
_MONARCHS: Final = (
    "Charles|Elizabeth|Henry|George|William|Edward|James|Richard|Louis|Paul|Benedict|Francis|Leo|Pius|Napoleon|Philip|Felipe|"
    "Carlos|Nicholas|Alexander|Peter|Catherine|Mary|Harald|Gustaf|Margrethe|Frederik|Christian|Abdullah|Mohammed|John|Haakon|"
    "Albert|Baudouin|Leopold|Wilhelm|Friedrich|Otto|Rama|Xerxes|Darius|Cyrus|Gregory|Clement|Innocent|Urban|Sixtus|Victor|"
    "Umberto|Emmanuel|Franz|Ivan|Ramses|Tawadros|Kirill|Bartholomew|Ferdinand|Isabella|Juan|Alfonso|Selassie|Hussein"
)


_SPEAKER: Final = re.compile(r"['’](?!s\b)|\s(?!(?:of|and|or|in|at|to|on|who|by|from|with|reigned|ruled|died)\b)[a-z]")
"""After an I that is no numeral: "the only Charles I know", "and, Charles, I'm here"."""


def _regnal(match: re.Match[str], british: bool) -> str | None:
    value = roman(match["it"])
    if match["it"] == "I" and not match["rank"] and _SPEAKER.match(match.string, match.end()):
        return None
    if match["it"] in ("I", "V", "X", "L", "C", "M") and not re.fullmatch(_MONARCHS, match["name"]):
        return None
    return f"the {ordinal(value, british)}" if value < 40 else None


def _next_regnal(match: re.Match[str], british: bool) -> str:
    """The VIII of "Edward VII and VIII"."""
    return f"the {ordinal(roman(match['it']), british)}"


def _counted(match: re.Match[str], british: bool) -> str | None:
    """World War II; not Schedule C."""
    return cardinal(roman(match["it"]), british) if is_roman(match["it"]) and match["it"] not in ("C", "L") else None


def _century(match: re.Match[str], british: bool) -> str | None:
    """The XIX century, the XXXIII Olympiad."""
    return ordinal(roman(match["it"]), british) if is_roman(match["it"]) and match["it"] not in ("C", "L") else None


def _page(match: re.Match[str], british: bool) -> str | None:
    """Scene iii, page iv; not "part c"."""
    numeral = match["it"].upper()
    return cardinal(roman(numeral), british) if is_roman(numeral) and match["it"] not in ("c", "l") else None


def _party(match: re.Match[str], _: bool) -> str:
    state = match["state"].rstrip(".")
    return stopped(f"{PARTIES[match['party']]} of {STATES.get(state) or POSTAL.get(state) or state}", match)


def _rank(match: re.Match[str], _: bool) -> str:
    return " ".join(_RANKS[part] for part in match[0].split())


def _honourable(_: re.Match[str], british: bool) -> str:
    return "Honourable" if british else "Honorable"


def _direction(match: re.Match[str], _: bool) -> str:
    letters = match["it"].replace(".", "")
    head = {"N": "North", "S": "South", "E": "East", "W": "West"}[letters[0]]
    said = head + {"E": "east", "W": "west", "": ""}[letters[1:]]
    return stopped(said, match) if letters[1:] else said


def _title(match: re.Match[str], _: bool) -> str:
    return TITLES[match["title"]]


def _state(match: re.Match[str], _: bool) -> str:
    return stopped(STATES[match["state"]], match, _GOES_ON)


def _road(match: re.Match[str], _: bool) -> str:
    return stopped({**ROADS, "Dr": "Drive", "St": "Street"}[match["it"].rstrip(".")], match, _GOES_ON)


_GOES_ON: Final = re.compile(
    r"[A-Z][a-z]+\s[A-Z][a-z]+\s[A-Z]|(?:Mayor|Gov|Sen|Rep|County|City|Bridge|Station|Park|Church|School|Journal|Market|Pier|"
    r"Theat(?:er|re)|Tunnel|Baptist|Hospital|Apartments|Mall|Plaza|St\b|NW|NE|SW|SE|[NSEW]\b)"
)
"""What may follow a state or a street in a sentence with a capital: who holds an office there, what stands there."""
_NEXT: Final = rf"(?=-elect\b|\s+(?:(?:&|and)\s+)?(?:[A-ZÀ-Ž{MASK}\d]|de\s|van\s|von\s|al-))"
_STATE: Final = rf"(?:{words(STATES)})\.|(?:{words(POSTAL)})\b"
_PLACE: Final = r"(?:[A-Z][a-z]+(?:\s(?:Hampshire|Jersey|Mexico|York|Carolina|Dakota|Island|Virginia))?)"
_COLLEGES: Final = (
    "Ohio|Michigan|Penn|Florida|Kansas|Iowa|Oklahoma|Arizona|Oregon|Mississippi|Boise|Fresno|San Diego|Kent|Colorado"
)
"""Their universities are written "Ohio St.", and nearly never a street."""
_ROAD: Final = r"(?:St|Ave|Rd|Blvd|Dr|Ln|Pl|Ct|Street|Avenue|Road|Boulevard|Drive|Lane)\b"

RULES: Final[tuple[Rule, ...]] = (
    rule(rf"(?<![\w-])(?P<party>D|R|I|L|G|DFL)[-–]\s?(?P<state>{_STATE})", _party),
    rule(rf"(?<=\()(?P<it>(?P<state>{words(STATES)})\.)(?=\))", _state),
    rule(rf"(?:(?<=\()|(?<=,\s))(?P<party>D|R|I|L|G|DFL)[-–](?P<state>{_PLACE})", _party),
    rule(rf"(?<=\()(?P<party>D|R|I)\.,\s(?P<state>{_STATE})", _party),
    rule(r"\b(?P<it>Sec\.)(?=\sof\s)", lambda _, __: "Secretary"),
    rule(r"\b(?P<it>Rt\.?)(?=\s(?:Rev|Hon)\b)", lambda _, __: "Right"),
    rule(r"(?:\b[Tt]he|\ue000)\s(?P<it>Hon\b\.?)(?=\s[A-Z])", _honourable),
    rule(rf"\b(?:(?:{'|'.join(_RANKS)})\s)+(?:{'|'.join(_RANKS)})(?=\s[A-Z])", _rank),
    rule(rf"(?<=[a-zA-Z{MASK}]\s)\((?P<it>{'|'.join(_ALONE)})\)", lambda m, _: _ALONE[m["it"]]),
    rule(rf"(?<![\w.-])(?:[Ee]x-)?(?P<it>(?P<title>{words(TITLES)})\.){_NEXT}", _title),
    rule(r",\s(?P<it>Esq\b\.?)", lambda _, __: "Esquire"),
    rule(rf"(?<![\w.-])(?P<title>{'|'.join(_BARE)})(?=\s[A-Z][a-z'’éöü]|\s[A-Z]\.|\s[A-Z]\s)", _title),
    rule(rf"(?:Maj|Lt|Brig|{MASK})\s(?P<it>Gen)(?=\s[A-Z][a-z])", lambda _, __: "General"),
    rule(r"\w,?\s(?P<it>(?P<k>Jr|Sr)\b\.?)", lambda m, _: stopped({"Jr": "Junior", "Sr": "Senior"}[m["k"]], m)),
    rule(rf"(?<=,\s)(?P<state>{words(STATES)})\.", _state),
    rule(rf"(?<![\w.])(?P<state>{words(dict.fromkeys(_SURE, ''))})\.(?!\w)", _state),
    rule(r"\b(?:[Ii]n|[Ff]rom|[Aa]cross)\s(?P<it>(?P<state>Mass|Wash|Mont)\.)(?=\s[a-z])", _state),
    rule(r"(?<=[a-zA]\s)(?P<state>Ky|Va|Vt|Wis|Wyo|Neb|Nev|Fla|Ala|Tex)\.(?=\s[a-z])", _state),
    rule(r"(?<=[a-z]\s)(?P<state>Ky|Va|Vt|Pa|Ga|La|Md|Mo|Wis|Fla)\.(?=,)", _state),
    rule(r"(?<=[a-z]\s)(?P<state>N\.[HJMYCD]|S\.[CD])\.(?!\w|\s[A-Z])", _state),
    rule(
        rf"\b(?!(?:No|Yes|Well|Sure|Right|So|And|But|Oh|Yeah|Alright|Please|Look|Listen|Fine|Hey|Now|Then|Was|It)\b)[A-Z][\w'’.-]*[a-z],\s(?P<it>{'|'.join(POSTAL)})(?=[,.;)\s]|-based\b|$)",
        lambda m, _: POSTAL[m["it"]],
    ),
    rule(rf"(?<![\w.'’])(?P<it>[NSEW]\.|[NS]\.?[EW]\.?)(?=\s(?:\d+(?:st|nd|rd|th)|[A-Z][\w'’]+)\s{_ROAD})", _direction),
    rule(
        r"(?<![\w.'’])(?P<it>[NSEW]\.)(?=\s(?:Korea|Africa|Carolina|Dakota|Virginia|Sudan|Ireland|Timor|Bank\b|Coast\b|St\.\sLouis))",
        _direction,
    ),
    rule(rf"\b(?:{_COLLEGES})\s(?P<it>St\.)", lambda m, _: stopped("State", m)),
    rule(
        r"\b(?!(?:In|On|At|The|To|From|Near|Of|By|And|But|For)\b)(?:[A-Z][\w'’]+|\d+(?:st|nd|rd|th))\s(?P<it>St\b\.?)(?!\.?\s+(?!Ste?s?\b)[A-Z][a-z])",
        _road,
    ),
    rule(
        r"\b(?:(?:(?i:on|along|down|off|across)|\d+)\s(?!(?:Mount|Cape|Lake|Fort|Port|North|South|East|West|New|Old)\b)[A-Z][a-z]+|"
        r"(?:(?i:on|along|at|near|of|and)|[NSEW]\.?)\s\d+(?:st|nd|rd|th))\s(?P<it>St\.)(?=\s[A-Z])",
        _road,
    ),
    rule(r"(?<![\w.])(?P<it>St\b\.?|Ste\.)(?=\s[A-Z])", lambda _, __: "Saint"),
    rule(r"(?<![\w.])(?P<it>Sts\.)(?=\s[A-Z])", lambda _, __: "Saints"),
    rule(rf"[\d{MASK}]\s(?:[A-Z][\w'’]+\s)+(?P<it>Dr\b\.)", _road),
    rule(rf"(?<=[\w{MASK}]\s)(?P<it>(?:{words(ROADS)})\.)", _road),
    rule(rf"(?<=[a-z{MASK}]\s)(?P<it>Rd|Ave|Blvd|Pkwy)(?=[,;:)\s]|$)", _road),
    rule(rf"\b(?P<k>Mt|Ft|Pt)\.(?=\s[A-Z{MASK}])", lambda m, _: {"Mt": "Mount", "Ft": "Fort", "Pt": "Point"}[m["k"]]),
    rule(rf"(?<=[\w&,.{MASK}]\s)(?P<it>(?P<k>{words(FIRMS)})\.)", lambda m, _: stopped(FIRMS[m["k"]], m)),
    rule(rf"(?<={MASK}\s)(?P<it>[NS]\.[WE]\.|[NS][WE])(?!\w)", _direction),
    rule(rf"\b(?:{_COUNTED})s?\s(?P<it>{ROMAN})\b(?![.’']\w)", _counted),
    rule(rf"\b(?:{_COUNTED})s?\s{MASK}+,?\s(?:and|or|to)\s(?P<it>(?!I\b){ROMAN})\b(?![.’']\w)", _counted),
    rule(
        rf"\b(?:{_COUNTED})s?\s{MASK}+(?P<it>\s?[-–]\s?(?P<last>{ROMAN}))\b(?![.’']\w)",
        lambda m, british: f" to {cardinal(roman(m['last']), british)}",
    ),
    rule(
        r"\b(?:type|phase|stage|grade|class|level|tier|part|chapter|category)\s(?P<it>I{2,3}|I?V|VI{1,3})\b", _counted
    ),
    rule(
        r"\b(?:type|phase|stage|grade|class)\s(?P<it>I)(?=\s(?:trial|clinical|diabetes|stud|drug|recall|error|cancer|felony|"
        r"misdemeanor|and\sI|or\sI|to\sI))",
        _counted,
    ),
    rule(r"\b(?i:scene|act|chapter|page|pages|part|verse|section|appendix|volume|book)\s(?P<it>[ivxlc]+)\b", _page),
    rule(rf"\b(?P<it>{ROMAN})(?=[\s-](?:[Cc]entur|Olympi|Corps\b|Winter|Summer|edition|Congress))", _century),
    rule(
        rf"\b(?:(?P<rank>King|Queen|Pope|Emperor|Empress|Tsar|Czar|Kaiser|Sultan|Shah)\s)?"
        rf"(?!The\b|In\b|On\b|At\b)(?P<name>[A-Z][A-Za-zé]+)\s(?P<it>(?=[IVXL]){ROMAN})\b(?!\.\w)",
        _regnal,
    ),
    rule(rf"\b(?:{_MONARCHS})\s{MASK}+,?\s(?:and|or|to)\s(?P<it>(?!I\b)(?=[IVX]){ROMAN})\b(?!\.\w)", _next_regnal),
)
