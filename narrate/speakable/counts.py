"""Rules for scores, votes, ordinals, fractions, telephone numbers, names with numbers, and any other number."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from narrate.speakable.numerals import NUMBER, cardinal, code, digits, multitude, number, ordinal, plural, two_digits
from narrate.speakable.rules import MASK, Rule, describes, rule, spelt, words

_VULGAR: Final = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_WORDS: Final = {  # acronyms that may stand before a number
    "COVID", "Covid", "SARS", "FOX", "NATO", "AIDS", "OPEC", "BRICS", "COP",
}  # fmt: skip


_VOTED: Final = re.compile(
    r"\b(?:vot(?:e[ds]?|ing)|rul(?:ed?|ing)|decisions?|judges|justices|MPs|peers|councillors|committee|council|jury|jurors|"
    r"senate|parliament|commons|lords|senators|lawmakers|majority|verdict|ratio|bills?|motion|measure|amendment|resolution|assembly)\b",
    re.IGNORECASE,
)
_CRICKET: Final = re.compile(r"\b(?:stumps|wickets?|innings|overs|declared|bowled|batting|Ashes|Test)\b")
_BOWLED: Final = re.compile(r"(?:\b(?:[Tt]ook|[Tt]aking|[Tt]akes|claimed|figures\sof)|\([A-Z]\w+)\s$")
_TEAM: Final = re.compile(
    r"(?:\b(?!Senate|House|Court|Committee|Council|Congress|Assembly|Board)[A-Z][a-z]+\s\(=\)|"
    r"\b(?:improved|fell|dropped|moved|slipped)\sto\s=(?!\s(?:million|billion|[a-z]+s\b))|=\s(?:record|mark|start)|\(=,\s\d+\.\d|"
    r"\b(?:are|went|(?!It|That|This)[A-Z][a-z]+\sis)\s=(?=[.,;)]|\s(?:this|for|since|in|after|and|on|against|at|with|overall|but|now)\b))",
)
"""Around the wins and losses of a team, which Americans read with "and"."""
_BETS: Final = re.compile(r"\b(?:odds|price[ds]?|polls?|bett?(?:ing|ors?)|bookmakers?)\b")
_ODDS: Final = re.compile(r"\s(?:odds|favourites?|shots?|chance|outsiders?|on\s(?:to\b|favou?rite)|against|ratio)")


def _part(count: int, whole: int, british: bool) -> str:
    """``count`` parts of ``whole``: "one half", "three quarters"."""
    name = {2: "half", 4: "quarter"}.get(whole) or ordinal(whole, british)
    many = "halves" if whole == 2 else f"{name}s"
    return f"{cardinal(count, british)} {name if count == 1 else many}"


def _mixed(whole: str | None, count: int, of: int, british: bool) -> str:
    if not whole:
        return _part(count, of, british)
    part = (
        re.sub(r"^one (?=half|quarter|\w+h$)", "a ", _part(count, of, british))
        if count == 1
        else _part(count, of, british)
    )
    return f"{number(whole, british)} and {re.sub('^a (?=e)', 'an ', part)}"


def _vulgar(match: re.Match[str], british: bool) -> str:
    sign = unicodedata.normalize("NFKD", match["sign"]).split("\u2044")
    if match["tied"] is not None and not match["whole"]:
        return _tied(int(sign[0]), int(sign[1]), british)
    said = _after_article(_mixed(match["whole"], int(sign[0]), int(sign[1]), british), match)
    return said.replace(" ", "-") if match["tied"] is not None else said


def _tied(count: int, whole: int, british: bool) -> str:
    """A fraction before a hyphen, as in a 3/4-inch pipe."""
    if whole in (2, 4):
        name = {2: "half", 4: "quarter"}[whole]
        return name if count == 1 else f"{cardinal(count, british)}-{name}"
    return _part(count, whole, british).replace(" ", "-")


def _fraction(match: re.Match[str], british: bool) -> str | None:
    count, whole = int(match["count"]), int(match["of"])
    if whole == 0:
        return None
    if not match["whole"] and (link := _link(count, whole, match)):
        return f"{cardinal(count, british)}{link}{cardinal(whole, british)}"
    if whole == 1:
        return None
    majority = count > 1 and describes(match, things=False)  # "a 2/3 majority"
    if (match["tied"] is not None or majority) and not match["whole"]:
        return _tied(count, whole, british)
    said = _after_article(_mixed(match["whole"], count, whole, british), match)
    return said.replace(" ", "-") if match["tied"] is not None else said


def _after_article(said: str, match: re.Match[str]) -> str:
    """A 1/2 mile: "a half mile"."""
    article = not match["whole"] and re.search(r"\b[Aa]\s$", match.string[: match.start()])
    return said.removeprefix("one ") if article else said


def _link(count: int, whole: int, match: re.Match[str]) -> str:
    """What is said for the slash between two numbers that are no fraction: odds, shares, marks out of ten."""
    if count + whole == 100 or (count == whole and count == 20):
        return " "
    if whole >= 40 and 80 <= count <= 250 and count > whole:
        return " over "  # blood pressure
    if count > whole:
        return " for " if count >= 50 and 1 < whole <= 10 else " to "
    rated = re.match(r"\s(?:stars?|points)\b", match.string[match.end() : match.end() + 8])
    if match["th"] or (count == 1 and whole != 1 and not rated):
        return ""
    return " out of " if rated or whole == 10 or whole > 16 or count == whole else ""


def _sets(match: re.Match[str], british: bool) -> str:
    """The sets of a tennis match: no "to", as there are many."""
    said = re.sub(r"\s?\((\d+)\)", lambda one: f", tie-break {cardinal(int(one[1]), british)}", match[0])
    return re.sub(r"(\d+)[-–/](\d+)", lambda one: f"{number(one[1], british)} {number(one[2], british)}", said)


def _score(match: re.Match[str], british: bool) -> str:
    parts = [number(part, british) for part in (match["one"], match["two"])]
    if _innings(match, british):
        return " for ".join(parts)
    if not british:
        around = match.string[: match.start()] + "=" + match.string[match.end() : match.end() + 12]
        record = _TEAM.search(around) and sum(_both(match)) != 100 and not _BETS.search(_sentence(match))
        return " and ".join("oh" if part == "zero" else part for part in parts) if record else " to ".join(parts)
    if _voted(match):
        return " to ".join(parts)
    if _both(match) == (9, 5) or re.search(r"\b(?:from|between|open)\s$", match.string[: match.start()]):
        return " to ".join(parts)  # hours
    said = ["nil" if part == "zero" else part for part in parts]
    return (" " if "nil" in said or _played(match) else " to ").join(said)


def _voted(match: re.Match[str]) -> bool:
    return bool(_VOTED.search(_sentence(match)) or _ODDS.match(match.string, match.end()))


def _played(match: re.Match[str]) -> bool:
    """Whether two numbers in a British text are a score, which is read without "to", and no range."""
    one, two = _both(match)
    lost = re.search(r"\b(?:lost|lose|losing|trail(?:ed|ing)?|beaten)\s$", match.string[: match.start()])
    headline = match.string[match.end() :].lstrip()[:1].isupper() and re.search(
        r"[A-Z]\w+\s$", match.string[: match.start()]
    )
    return one < 100 and (two <= one or bool(lost or headline))


def _innings(match: re.Match[str], british: bool) -> bool:
    """Whether two numbers are the runs and wickets of an innings, or what a bowler took for how many runs."""
    one, two = _both(match)
    bowled = _BOWLED.search(match.string[: match.start()]) and not re.match(
        r"\s[a-z]{3,}s\b", match.string[match.end() :]
    )
    cricket = _CRICKET.search(_sentence(match)) or (british and one >= 100 and not _voted(match))
    return bool((one <= 10 < two and bowled) or (two < 10 and one >= 20 and cricket))


def _both(match: re.Match[str]) -> tuple[float, float]:
    return float(match["one"].replace(",", "")), float(match["two"].replace(",", ""))


def _sentence(match: re.Match[str]) -> str:
    """What stands around the match in its sentence."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    return re.split(r"[.!?]\s", before)[-1] + " " + re.split(r"[.!?](?:\s|$)", after)[0]


def _phone(match: re.Match[str], _: bool) -> str:
    groups = re.findall(r"\d+", match[0])
    return ("plus " if "+" in match[0] else "") + ", ".join(digits(group) for group in groups)


def _emergency(match: re.Match[str], _: bool) -> str:
    return f"{digits(match[0][:3])}, {digits(match[0][3:])}"


def _vanity(match: re.Match[str], _: bool) -> str:
    """1-800-FLOWERS."""
    code = "eight hundred" if match["code"] == "800" else digits(match["code"])
    middle = f"{digits(match['digits'])} " if match["digits"] else ""
    return f"{'one ' if match['one'] else ''}{code} {middle}{match['words'].replace('-', ' ')}"


def _coded(match: re.Match[str], british: bool) -> str:
    """CO2, F-16, MI6, COVID-19."""
    letters, value, tail = match["letters"], match["value"], match["tail"]
    name = letters if letters in _WORDS else spelt(letters)
    said = number(value, british) if "." in value else code(value)
    tail = ("'s" if tail == "s" else spelt(tail)) if tail else ""
    return f"{name} {plural(said) if tail == chr(39) + 's' else f'{said} {tail}'.strip()}"


def _power(match: re.Match[str], british: bool) -> str:
    """10^6: "ten to the power of six"."""
    power = unicodedata.normalize("NFKC", match["raised"] or match["power"])
    minus = "minus " if match["minus"] or not power[0].isdecimal() else ""
    return f"{number(match['base'], british)} to the power of {minus}{number(power.lstrip('-−'), british)}"


def _named(match: re.Match[str], _: bool) -> str:
    """Catch-22, carbon-14, MiG-29."""
    return " " + code(match["n"])


def _strain(match: re.Match[str], _: bool) -> str:
    """B.1.1.7, XBB.1.5: letters and numbers without the points."""
    return " ".join([spelt(match["letters"]), *(code(part) for part in match["numbers"].strip(".").split("."))])


def _formula(match: re.Match[str], british: bool) -> str | None:
    """CO₂: letters, and numbers set low."""
    parts = re.findall(r"[₀-₉]+|[A-Za-z]", match[0])
    return " ".join(
        part.upper() if part.isalpha() else cardinal(int(unicodedata.normalize("NFKC", part)), british)
        for part in parts
    )


def _jet(match: re.Match[str], british: bool) -> str:
    """737-800, A350-900."""
    maker = "A " if match["maker"] else ""
    return f"{maker}{code(match['type'])} {number(match['kind'], british)}"


def _any_number(match: re.Match[str], british: bool) -> str:
    text, start, end = match.string, match.start(), match.end()
    before, after = text[start - 1 : start], text[end : end + 1]
    if re.fullmatch(r"[\d,.]+", match[0]) and not re.fullmatch(NUMBER, match[0]):
        said = " point ".join(number(part, british) for part in re.findall(r"\d+", match[0]))
    else:
        said = number(match[0], british)
    return (" " if before.isalpha() else "") + said + (" " if after.isalpha() else "")


def numeral(match: re.Match[str], british: bool) -> str | None:
    """A digit of another script, a superscript, or a sign such as a circled number; None for any other character."""
    if unicodedata.category(match[0]) not in ("Nd", "Nl", "No"):
        return None
    value = unicodedata.numeric(match[0])
    return f" {cardinal(int(value), british)} " if value == int(value) else f" {unicodedata.name(match[0]).lower()} "


EXACT: Final = {
    "H2O": "H two O", "Y2K": "Y two K", "401(k)": "four oh one K", "007": "double oh seven",
    "501(c)(3)": "five oh one C three",
    "501(c)(4)": "five oh one C four", "K-12": "K through twelve", "WWI": "World War one", "WWII": "World War two",
    "WW1": "World War one", "WW2": "World War two", "SARS-CoV-2": "SARS CoV two", "P5+1": "P five plus one",
    "CO2e": "C O two equivalent", "A/H1N1": "A H one N one", "A/H5N1": "A H five N one", "R2-D2": "R two D two",
    "CAC 40": "Cack forty", "CAR-T": "CAR T", "WWIII": "World War three", "C#": "C sharp", "F#": "F sharp",
}  # fmt: skip
_ELEMENTS: Final = "carbon|uranium|plutonium|caesium|cesium|iodine|strontium|cobalt|polonium|tritium|omega"
_CALLED: Final = r"(?:[Cc]all(?:s|ed|ing)?|[Dd]ial(?:s|led|ed|ing)?|[Rr]ang|[Rr]ing|[Pp]hone[ds]?|[Tt]ext)(?:\s\w+)?\s"
_MACHINES: Final = r"(?:Boeing|Airbus|Flight|Highway|SR|Interstate|Route|Embraer|Apartment|Suite)\s"

MULTITUDES: Final[tuple[Rule, ...]] = (
    rule(
        r"(?<![\w.,$£€-])(?P<n>1(?:0,000|00,000|,000|,000,000)s\b|1(?:00|000)s(?=\sof\b))",
        lambda m, _: multitude(m["n"].rstrip("s")),
    ),
)
PHONES: Final[tuple[Rule, ...]] = (
    rule(r"(?<![\w-])(?:\+?\d{1,2}[\s.-])?\(?\d{3}\)?[\s.-]\d{3}[.-]\d{4}(?![\w-])", _phone),
    rule(r"(?<![\w.,-])\+\d{1,3}(?:[\s-]?\(?\d{2,5}\)?){2,5}(?![\w])", _phone),
    rule(r"(?<![\w.,$£€-])\d{3}-\d{4}(?![\w-])", _phone),
    rule(r"(?<![\w.,-])0\d{4}[\s-]\d{5,6}(?![\w-])", _phone),
    rule(r"(?<![\w.,-])0\d{2,4}[\s-]\d{3,4}(?:[\s-]\d{3,4})?(?![\w-])", _phone),
    rule(r"\b(?:[Dd]ial|[Pp]ress|[Cc]all)\s(?P<it>\*)(?=\d)", lambda _, __: "star "),
    rule(r"\b[Pp]ress\s(?P<it>#)(?!\w)", lambda _, british: "hash" if british else "pound"),
    rule(
        r"(?<![\w-])(?P<one>1-)?(?P<code>8\d\d)-(?:(?P<digits>\d{3})-)?(?P<words>[A-Z]{2,}(?:-[A-Z]+)*)(?![\w-])",
        _vanity,
    ),
    rule(r"(?<![\w-])9-1-1(?![\w-])", _phone),
    rule(r"(?<![\w.,-])116\s?(?:000|006|111|117|123)(?![\w,])", _emergency),
    rule(r"\b[Tt]ext(?:ed|ing|s)?\s(?:[\w“”\"'‘’]+\s)?(?:to\s)?(?P<it>\d{5,6})(?![\w,])", lambda m, _: digits(m["it"])),
    rule(rf"{_CALLED}(?P<it>911|999|988|112|111|101)\b", lambda m, _: digits(m["it"])),
    rule(
        rf"{_CALLED}(?P<it>[2-8]11)(?=\s(?:for|to|or|if|in|when|about|with|and\s(?:ask|say|report))\b|[.,;](?!\d)|$)",
        lambda m, _: digits(m["it"]),
    ),
    rule(
        r"(?:[Ll]ifeline|[Hh]otline|[Hh]elpline|[Nn]umber)\s(?:at|on|by\s\w+ing)\s(?P<it>911|999|988|112|111|101)\b",
        lambda m, _: digits(m["it"]),
    ),
    rule(rf"{_CALLED}[^.!?]{{0,40}}\sor\s(?P<it>[2-8]11)(?=\sfor\b|[.,;](?!\d)|$)", lambda m, _: digits(m["it"])),
    rule(rf"(?<={MASK}\sor\s)(?:911|999|988|112|111|101)\b", lambda m, _: digits(m[0])),
    rule(r"\b911(?=\s(?:call|caller|dispatch|operator|emergency|system|center|line)s?)", lambda m, _: digits(m[0])),
)

SCORES: Final[tuple[Rule, ...]] = (
    rule(rf"(?<![\w-])(?:{words(EXACT)})(?!\w)", lambda m, _: EXACT[m[0]]),
    rule(r"(?<![\w.])(?P<letters>[A-Z]{1,3})(?P<numbers>(?:\.\d{1,3})+)(?![\w%])", _strain),
    rule(r"\b(?:[A-Z][a-z]?[₀-₉]*)*[A-Z][a-z]?[₀-₉]+(?:[A-Z][a-z]?[₀-₉]*)*", _formula),
    rule(
        r"\bNos?\.\s(?P<it>(?P<term>\d\d)-(?P<docket>\d{1,5}))(?![\w-])",
        lambda m, british: f"{cardinal(int(m['term']), british)} {code(m['docket'])}",
    ),
    rule(
        r"\b(?!(?:About|Over|Nearly|Almost|At|By|From|To|The|Some|Around|Odds|Ratio)\b)[A-Z][a-z]+\s(?P<it>(?P<chapter>\d{1,3}):(?P<verse>\d{1,3}))(?![\w:])",
        lambda m, british: f"{number(m['chapter'], british)} {number(m['verse'], british)}",
    ),
    rule(
        r"(?<![\w.,-])(?:(?P<maker>A)(?=3\d\d-))?(?P<type>7[0-8]7|(?<=A)3\d\d)-(?P<kind>[1-9]00|[1-9]0?)(?![\w-])", _jet
    ),
    rule(r"\bC(?P<n>1?\d|2[01])(?:th|st|nd|rd)\b", lambda m, british: f"{ordinal(int(m['n']), british)} century"),
    rule(
        r"\bU-?(?P<n>1\d|2[0-3])(?P<s>s)?\b",
        lambda m, british: (
            f"under {plural(cardinal(int(m['n']), british)) if m['s'] else cardinal(int(m['n']), british)}"
        ),
    ),
    rule(
        r"(?<=\()(?P<n>\d{1,2}[-–]\d{1,2},\s\d{1,2}[-–]\d{1,2})(?=\s[A-Z])",
        lambda m, british: re.sub(r"\d+", lambda one: number(one[0], british), re.sub("[-–]", " and ", m["n"])),
    ),
    rule(r"\b(?P<it>A(?P<n>\d{1,3})\(M\))", lambda m, british: f"A {number(m['n'], british)} M"),
    rule(
        r"(?<![\w.,-])\d{1,2}[-–]\d{1,2}(?:\s?\(\d+(?:[-–/]\d+)?\))?(?:,?\s\d{1,2}[-–]\d{1,2}(?:\s?\(\d+(?:[-–/]\d+)?\))?)+(?![\w-])",
        _sets,
    ),
    rule(
        r"(?<![\w.,/-])(?P<n>\d{1,3}(?:[-–]\d{1,3}){2,3})(?![\w-])",
        lambda m, british: " ".join(number(one, british) for one in re.split("[-–]", m["n"])),
    ),
    rule(rf"(?<![\w.,/-])(?P<one>{NUMBER})\s?[-–]\s?(?P<two>{NUMBER})(?![\w%/]|[.,]\d|-\d)", _score),
    rule(
        r"\b(?P<letters>[A-Z]{1,5}|Covid)[-‑]?(?P<value>\d{1,4}(?:\.\d)?)(?P<tail>s|o|[A-Z]{1,2})?\b(?![-.,]\d)", _coded
    ),
    rule(rf"\b(?:[A-Z][A-Za-zé]{{1,11}}|{_ELEMENTS})(?P<it>-(?P<n>[1-9]\d{{0,2}}))(?![\w-]|[.,]\d)", _named),
    rule(
        r"(?<![\w:])(?P<one>\d{1,2}):(?P<two>\d{1,2})(?![\w:])",
        lambda m, british: f"{number(m['one'], british)} to {number(m['two'], british)}",
    ),
)

RULES: Final[tuple[Rule, ...]] = (
    rule(
        r"(?<![\w.,/])(?P<n>\d{1,3}(?:,\d{3}){0,4}|\d{1,15})(?:st|nd|rd|th|ST|ND|RD|TH)\b",
        lambda m, british: ordinal(int(m["n"].replace(",", "")), british),
    ),
    rule(rf"(?<![\w.,/])(?:(?P<whole>\d+)\s?)?(?P<sign>[{_VULGAR}])(?P<tied>(?=-[a-z]))?", _vulgar),
    rule(
        r"(?<![\w.,/])(?P<count>\d+\.\d+)/(?P<of>5|10|100)(?![\w/]|[.,]\d)",
        lambda m, british: f"{number(m['count'], british)} out of {number(m['of'], british)}",
    ),
    rule(
        r"(?<![\w.,/])(?:(?P<whole>\d+)(?:\s|-(?=\d/\d)))?(?P<count>\d{1,3})\s?[/⁄]\s?(?P<of>\d{1,4})(?P<th>(?:th|rd|nd)s?)?"
        r"(?![\w/]|[.,]\d)(?P<tied>(?=-[a-z]))?",
        _fraction,
    ),
    rule(
        r"(?:[Uu]nder|[Oo]ver)(?P<it>-(?P<n>\d{1,2})s)\b",
        lambda m, british: " " + plural(cardinal(int(m["n"]), british)),
    ),
    rule(r"[Uu]nder(?P<it>-(?P<n>\d\d))\b", lambda m, british: " " + cardinal(int(m["n"]), british)),
    rule(
        rf"(?<![\w.])(?P<n>{NUMBER})[x×](?=\s[A-Za-z]|[.,;:!?)]|$)",
        lambda m, british: f"{number(m['n'], british)} times",
    ),
    rule(r"(?P<a>\b\d+)\s?(?P<it>[x×])(?=\s?\d+\b)", lambda m, _: " times " if m["it"] == "×" else " by "),
    rule(
        r"(?<![\w.,-])(?P<n>\d{1,3})(?P<letter>[A-Z])\b", lambda m, british: f"{number(m['n'], british)} {m['letter']}"
    ),
    rule(
        r"\b(?:Room|Form|Section)\s(?P<it>(?P<one>[1-9]\d)(?P<two>\d[1-9]|[1-9]0))(?!\w|,\d)",
        lambda m, _: f"{cardinal(int(m['one']), False)} {two_digits(int(m['two']))}",
    ),
    rule(rf"\b{_MACHINES}(?P<it>[1-9]\d{{2,3}})\b", lambda m, _: code(m["it"])),
    rule(r"\b(?:[Aa]|[Bb]oth)\s(?P<it>7[0-8]7)(?![\w%-]|[.,]\d)", lambda m, _: code(m["it"])),
    rule(
        r"\b[Tt]he\s(?P<it>7[0-8]7)(?=\s(?:was|is|had|has|took|landed|crashed|flew|made|carr|hit|left|fleet|model)|[,.;]\s|[.,;]?$|['’]s)",
        lambda m, _: code(m["it"]),
    ),
    rule(r"\b(?P<it>7[0-8]7)(?=\s(?:MAX|Max|Dreamliner|jet|plane)|s\b)", lambda m, _: code(m["it"])),
    rule(rf"{MASK},?\s(?P<it>\d{{5}}(?:-\d{{4}})?)(?!\w|,\d)", lambda m, _: digits(m["it"])),
    rule(
        r"(?<![\w.,])(?P<n>\d{1,4})s\b",
        lambda m, british: plural(code(m["n"]) if len(m["n"]) == 3 else cardinal(int(m["n"]), british)),
    ),
    rule(r"(?<![\w.,)\]%\ue000-])(?P<it>[-−–])(?=\.?\d)", lambda _, __: "minus "),
    rule(
        r"(?<![\w.])\.(?P<n>\d\d)(?:-(?=cal)|(?=\s(?:cal|rifle|pistol|revolver|gun)))",
        lambda m, british: number(m["n"].lstrip("0") or "0", british) + (" " if m[0].endswith("-") else ""),
    ),
    rule(r"(?<![\w.])\.(?P<n>[1-9]\d\d)(?=[\s-](?:Magnum|cal))", lambda m, _: code(m["n"])),
    rule(r"(?<![\w.])\.(?P<n>\d+)", lambda m, _: f"point {digits(m['n'])}"),
    rule(rf"[~≈]\s?(?=[\d{MASK}])", lambda _, __: "about "),
    rule(rf"(?<![\w\"'/])<\s?(?=[\d{MASK}.])", lambda _, __: "less than "),
    rule(rf"(?<![\w\"'/])>\s?(?=[\d{MASK}.])", lambda _, __: "more than "),
    rule(
        r"\b(?P<base>\d+)(?:\^(?P<minus>[-−])?(?P<power>\d+)|(?<=10)(?P<raised>⁻?[⁰¹²³⁴-⁹]+))",
        _power,
    ),
    rule(r"(?<![\w#])#(?=\d)", lambda _, __: "number "),
    rule(r"\+/[-−–]\s?(?=\.?\d)", lambda _, __: "plus or minus "),
    rule(
        r"(?<![\w.,])(?P<n>[1-9]\d)ers\b", lambda m, british: cardinal(int(m["n"]), british).removesuffix("e") + "ers"
    ),
    rule(r"(?<=[a-z]s)(?P<it>-)(?=\d+\s(?:year|month|week|day|hour|minute)s?\b)", lambda _, __: " to "),
    rule(r"(?P<n>[0-9]+)(?P<it>\+)", lambda _, __: " plus "),
    rule(r"(?<![\w\ue000])(?P<it>\+)(?=\d)", lambda _, __: "plus "),
    rule(r"(?<=[A-Z\ue000])\+(?=\d)", lambda _, __: " plus "),
    rule(
        r"\d{1,3}(?:[\u00a0\u202f\u2009]\d{3})+", lambda m, british: number("".join(re.findall(r"\d", m[0])), british)
    ),
    rule(r"[0-9]+(?:[.,][0-9]+)*", _any_number),
)
