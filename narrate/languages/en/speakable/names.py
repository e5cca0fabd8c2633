"""Rules for titles, ranks, parties, states, streets, companies and the numerals of rulers."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.en.numbers import ROMAN, cardinal, is_roman, ordinal, roman
from narrate.languages.en.speakable._rules import rule, stopped, with_stop
from narrate.languages.rules import MASK, Rule, alternatives, by_written_form, load_tables

_DATA: Final = load_tables(__file__)
TITLES: Final[dict[str, str]] = _DATA["titles"]
_RANKS: Final[dict[str, str]] = _DATA["ranks"]
_PARTIES: Final[dict[str, str]] = _DATA["parties"]
_ALONE: Final = {**_PARTIES, **_DATA["parties_alone"]}
_ALL_STATES: Final = by_written_form(_DATA["states"])
_POSTAL: Final = {code: name for code, name in _ALL_STATES.items() if len(code) == 2 and code.isupper()}
_STATES: Final = {short: name for short, name in _ALL_STATES.items() if short not in _POSTAL}
_SURE: Final = [short for short in _STATES if len(short) > 3 and short not in _DATA["ambiguous_states"]]
_STREETS: Final[dict[str, str]] = _DATA["streets"]
_ALL_STREETS: Final = {**_STREETS, **_DATA["ambiguous_streets"]}
_COMPANIES: Final[dict[str, str]] = _DATA["companies"]
_NUMBERED: Final = rf"(?:{alternatives(_DATA['numbered'])})s?"
_MONARCHS: Final = alternatives(_DATA["monarchs"])
_DIRECTIONS: Final = {"N": "North", "S": "South", "E": "East", "W": "West"}
_SPEAKER: Final = re.compile(r"['’](?!s\b)|\s(?!(?:of|and|or|in|at|to|on|who|by|from|with|reigned|ruled|died)\b)[a-z]")
"""After an I that is not a numeral: "the only Charles I know", "and, Charles, I'm here"."""
_GOES_ON: Final = re.compile(
    rf"[A-Z][a-z]+\s[A-Z][a-z]+\s[A-Z]|(?:{alternatives(_DATA['after_places'])}|St\b|NW|NE|SW|SE|[NSEW]\b)"
)
"""What may follow a state or a street in a sentence with a capital."""


def _regnal(match: re.Match[str], british: bool) -> str | None:
    numeral, value = match["it"], roman(match["it"])
    if numeral == "I" and not match["rank"] and _SPEAKER.match(match.string, match.end()):
        return None
    if numeral in ("I", "V", "X", "L") and not re.fullmatch(_MONARCHS, match["name"]):
        return None
    return f"the {ordinal(value, british)}" if value < 40 else None


def _next_regnal(match: re.Match[str], british: bool) -> str:
    """The VIII of "Edward VII and VIII"."""
    return f"the {ordinal(roman(match['it']), british)}"


def _value(match: re.Match[str]) -> int | None:
    """The value of a Roman numeral; None for "Schedule C" and "part c"."""
    numeral = match["it"].upper()
    return roman(numeral) if is_roman(numeral) and numeral not in ("C", "L") else None


def _counted(match: re.Match[str], british: bool) -> str | None:
    """World War II; Scene iii."""
    value = _value(match)
    return cardinal(value, british) if value else None


def _century(match: re.Match[str], british: bool) -> str | None:
    """The XIX century, the XXXIII Olympiad."""
    value = _value(match)
    return ordinal(value, british) if value else None


def _party(match: re.Match[str], _: bool) -> str:
    state = match["state"].rstrip(".")
    return stopped(f"{_PARTIES[match['party']]} of {_ALL_STATES.get(state, state)}", match)


def _rank(match: re.Match[str], _: bool) -> str:
    return " ".join(_RANKS[part] for part in match[0].split())


def _direction(match: re.Match[str], _: bool) -> str:
    letters = match["it"].replace(".", "")
    said = _DIRECTIONS[letters[0]]
    return said if len(letters) == 1 else stopped(said + _DIRECTIONS[letters[1]].lower(), match)


def _street(match: re.Match[str], _: bool) -> str:
    return stopped(_ALL_STREETS[match["it"].rstrip(".")], match, _GOES_ON)


_state: Final = with_stop(_STATES, _GOES_ON, "state")
_PARTY: Final = r"(?P<party>D|R|I|L|G|DFL)"
_STATE: Final = rf"(?P<state>{alternatives(_STATES)})"
_ANY_STATE: Final = rf"(?P<state>(?:{alternatives(_STATES)})\.|(?:{alternatives(_POSTAL)})\b)"
_PLACE: Final = r"(?:[A-Z][a-z]+(?:\s(?:Hampshire|Jersey|Mexico|York|Carolina|Dakota|Island|Virginia))?)"
_ROAD: Final = r"(?:St|Ave|Rd|Blvd|Dr|Ln|Pl|Ct|Street|Avenue|Road|Boulevard|Drive|Lane)\b"
_RANK: Final = alternatives(_RANKS)

RULES: Final[tuple[Rule, ...]] = (
    rule(rf"(?<![\w-]){_PARTY}[-–]\s?{_ANY_STATE}", _party),
    rule(rf"(?<=\()(?P<it>{_STATE}\.)(?=\))", _state),
    rule(rf"(?:(?<=\()|(?<=,\s)){_PARTY}[-–](?P<state>{_PLACE})", _party),
    rule(rf"(?<=\()(?P<party>D|R|I)\.,\s{_ANY_STATE}", _party),
    rule(r"\b(?P<it>Sec\.)(?=\sof\s)", "Secretary"),
    rule(r"\b(?P<it>Rt\.?)(?=\s(?:Rev|Hon)\b)", "Right"),
    rule(
        rf"(?:\b[Tt]he|{MASK})\s(?P<it>Hon\b\.?)(?=\s[A-Z])",
        lambda _, british: "Honourable" if british else "Honorable",
    ),
    rule(rf"\b(?:(?:{_RANK})\s)+(?:{_RANK})(?=\s[A-Z])", _rank),
    rule(rf"(?<=[a-zA-Z{MASK}]\s)\((?P<it>{alternatives(_ALONE)})\)", _ALONE),
    rule(
        rf"(?<![\w.-])(?:[Ee]x-)?(?P<it>(?:{alternatives(TITLES)})\.)"
        rf"(?=-elect\b|\s+(?:(?:&|and)\s+)?(?:[A-ZÀ-Ž{MASK}\d]|de\s|van\s|von\s|al-))",
        {f"{short}.": title for short, title in TITLES.items()},
    ),
    rule(r",\s(?P<it>Esq\b\.?)", "Esquire"),
    rule(rf"(?<![\w.-])(?:{alternatives(_DATA['bare_titles'])})(?=\s[A-Z][a-z'’éöü]|\s[A-Z]\.|\s[A-Z]\s)", TITLES),
    rule(rf"(?:Maj|Lt|Brig|{MASK})\s(?P<it>Gen)(?=\s[A-Z][a-z])", "General"),
    rule(r"\w,?\s(?P<it>(?P<k>Jr|Sr)\b\.?)", with_stop({"Jr": "Junior", "Sr": "Senior"}, key="k")),
    rule(rf"(?<=,\s){_STATE}\.", _state),
    rule(rf"(?<![\w.])(?P<state>{alternatives(_SURE)})\.(?!\w)", _state),
    rule(r"\b(?:[Ii]n|[Ff]rom|[Aa]cross)\s(?P<it>(?P<state>Mass|Wash|Mont)\.)(?=\s[a-z])", _state),
    rule(r"(?<=[a-zA]\s)(?P<state>Ky|Va|Vt|Wis|Wyo|Neb|Nev|Fla|Ala|Tex)\.(?=\s[a-z])", _state),
    rule(r"(?<=[a-z]\s)(?P<state>Ky|Va|Vt|Pa|Ga|La|Md|Mo|Wis|Fla)\.(?=,)", _state),
    rule(r"(?<=[a-z]\s)(?P<state>N\.[HJMYCD]|S\.[CD])\.(?!\w|\s[A-Z])", _state),
    rule(
        r"\b(?!(?:No|Yes|Well|Sure|Right|So|And|But|Oh|Yeah|Alright|Please|Look|Listen|Fine|Hey|Now|Then|Was|It)\b)"
        rf"[A-Z][\w'’.-]*[a-z],\s(?P<it>{alternatives(_POSTAL)})(?=[,.;)\s]|-based\b|$)",
        _POSTAL,
    ),
    rule(rf"(?<![\w.'’])(?P<it>[NSEW]\.|[NS]\.?[EW]\.?)(?=\s(?:\d+(?:st|nd|rd|th)|[A-Z][\w'’]+)\s{_ROAD})", _direction),
    rule(
        r"(?<![\w.'’])(?P<it>[NSEW]\.)"
        r"(?=\s(?:Korea|Africa|Carolina|Dakota|Virginia|Sudan|Ireland|Timor|Bank\b|Coast\b|St\.\sLouis))",
        _direction,
    ),
    rule(rf"\b(?:{alternatives(_DATA['colleges'])})\s(?P<it>St\.)", with_stop({"St.": "State"}, key="it")),
    rule(
        r"\b(?!(?:In|On|At|The|To|From|Near|Of|By|And|But|For)\b)(?:[A-Z][\w'’]+|\d+(?:st|nd|rd|th))\s"
        r"(?P<it>St\b\.?)(?!\.?\s+(?!Ste?s?\b)[A-Z][a-z])",
        _street,
    ),
    rule(
        r"\b(?:(?:(?i:on|along|down|off|across)|\d+)\s"
        r"(?!(?:Mount|Cape|Lake|Fort|Port|North|South|East|West|New|Old)\b)[A-Z][a-z]+|"
        r"(?:(?i:on|along|at|near|of|and)|[NSEW]\.?)\s\d+(?:st|nd|rd|th))\s(?P<it>St\.)(?=\s[A-Z])",
        _street,
    ),
    rule(r"(?<![\w.])(?P<it>St\b\.?|Ste\.)(?=\s[A-Z])", "Saint"),
    rule(r"(?<![\w.])(?P<it>Sts\.)(?=\s[A-Z])", "Saints"),
    rule(rf"[\d{MASK}]\s(?:[A-Z][\w'’]+\s)+(?P<it>Dr\b\.)", _street),
    rule(rf"(?<=[\w{MASK}]\s)(?P<it>(?:{alternatives(_STREETS)})\.)", _street),
    rule(rf"(?<=[a-z{MASK}]\s)(?P<it>Rd|Ave|Blvd|Pkwy)(?=[,;:)\s]|$)", _street),
    rule(rf"\b(?:Mt|Ft|Pt)\.(?=\s[A-Z{MASK}])", {"Mt.": "Mount", "Ft.": "Fort", "Pt.": "Point"}),
    rule(
        rf"(?<=[\w&,.{MASK}]\s)(?P<it>(?P<company>{alternatives(_COMPANIES)})\.)", with_stop(_COMPANIES, key="company")
    ),
    rule(rf"(?<={MASK}\s)(?P<it>[NS]\.[WE]\.|[NS][WE])(?!\w)", _direction),
    rule(rf"\b{_NUMBERED}\s(?P<it>{ROMAN})\b(?![.’']\w)", _counted),
    rule(rf"\b{_NUMBERED}\s{MASK}+,?\s(?:and|or|to)\s(?P<it>(?!I\b){ROMAN})\b(?![.’']\w)", _counted),
    rule(rf"\b{_NUMBERED}\s{MASK}+(?P<it>\s?[-–]\s?(?P<last>{ROMAN}))\b(?![.’']\w)", " to {last:roman}"),
    rule(
        r"\b(?:type|phase|stage|grade|class|level|tier|part|chapter|category)\s(?P<it>I{2,3}|I?V|VI{1,3})\b", _counted
    ),
    rule(
        r"\b(?:type|phase|stage|grade|class)\s(?P<it>I)(?=\s(?:trial|clinical|diabetes|stud|drug|recall|error|cancer|"
        r"felony|misdemeanor|and\sI|or\sI|to\sI))",
        _counted,
    ),
    rule(r"\b(?i:scene|act|chapter|page|pages|part|verse|section|appendix|volume|book)\s(?P<it>[ivxlc]+)\b", _counted),
    rule(rf"\b(?P<it>{ROMAN})(?=[\s-](?:[Cc]entur|Olympi|Corps\b|Winter|Summer|edition|Congress))", _century),
    rule(
        rf"\b(?:(?P<rank>King|Queen|Pope|Emperor|Empress|Tsar|Czar|Kaiser|Sultan|Shah)\s)?"
        rf"(?!The\b|In\b|On\b|At\b)(?P<name>[A-Z][A-Za-zé]+)\s(?P<it>(?=[IVXL]){ROMAN})\b(?!\.\w)",
        _regnal,
    ),
    rule(rf"\b(?:{_MONARCHS})\s{MASK}+,?\s(?:and|or|to)\s(?P<it>(?!I\b)(?=[IVX]){ROMAN})\b(?!\.\w)", _next_regnal),
)
