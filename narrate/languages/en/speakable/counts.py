"""Rules for scores, votes, ordinals, fractions, telephone numbers, names with numbers, and any other number."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from narrate.languages.en.numbers import NUMBER, cardinal, code, digits, multitude, number, ordinal, plural
from narrate.languages.en.speakable._rules import describes, rule, spelled
from narrate.languages.rules import MASK, Rule, alternatives, load_tables

_DATA: Final = load_tables(__file__)
_EXACT: Final[dict[str, str]] = _DATA["exact"]
_VULGAR: Final = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_VOTED: Final = re.compile(rf"\b(?:{alternatives(_DATA['votes'])})\b", re.IGNORECASE)
_CRICKET: Final = re.compile(rf"\b(?:{alternatives(_DATA['cricket'])})\b")
_BOWLED: Final = re.compile(r"(?:\b(?:[Tt]ook|[Tt]aking|[Tt]akes|claimed|figures\sof)|\([A-Z]\w+)\s$")
_TEAM: Final = re.compile(
    rf"(?:\b(?!{'|'.join(_DATA['bodies'])})[A-Z][a-z]+\s\(=\)|"
    r"\b(?:improved|fell|dropped|moved|slipped)\sto\s=(?!\s(?:million|billion|[a-z]+s\b))|=\s(?:record|mark|start)|\(=,\s\d+\.\d|"
    r"\b(?:are|went|(?!It|That|This)[A-Z][a-z]+\sis)\s=(?=[.,;)]|\s(?:this|for|since|in|after|and|on|against|at|with|overall|but|now)\b))",
)
"""Around the wins and losses of a team, which Americans read with "and"; "=" stands for the two numbers."""
_BETS: Final = re.compile(rf"\b(?:{alternatives(_DATA['bets'])})\b")
_ODDS: Final = re.compile(r"\s(?:odds|favourites?|shots?|chance|outsiders?|on\s(?:to\b|favou?rite)|against|ratio)")


def _part(count: int, whole: int, british: bool) -> str:
    """``count`` parts of ``whole``: "one half", "three quarters"."""
    name = {2: "half", 4: "quarter"}.get(whole) or ordinal(whole, british)
    many = "halves" if whole == 2 else f"{name}s"
    return f"{cardinal(count, british)} {name if count == 1 else many}"


def _fraction_in_words(match: re.Match[str], count: int, whole: int, british: bool) -> str:
    """A fraction, also after a whole number, before a hyphen or after an article."""
    said = _part(count, whole, british)
    if match["whole"]:
        if count == 1:
            said = re.sub(r"^one (?=half|quarter|\w+h$)", "a ", said)
        said = f"{number(match['whole'], british)} and {re.sub('^a (?=e)', 'an ', said)}"
    elif re.search(r"\b[Aa]\s$", match.string[: match.start()]):
        said = said.removeprefix("one ")  # a 1/2 mile: "a half mile"
    return said.replace(" ", "-") if match["tied"] is not None else said


def _tied(count: int, whole: int, british: bool) -> str:
    """A fraction before a hyphen, as in a 3/4-inch pipe."""
    if whole in (2, 4):
        name = {2: "half", 4: "quarter"}[whole]
        return name if count == 1 else f"{cardinal(count, british)}-{name}"
    return _part(count, whole, british).replace(" ", "-")


def _vulgar(match: re.Match[str], british: bool) -> str:
    count, whole = map(int, unicodedata.normalize("NFKD", match["sign"]).split("\u2044"))
    if match["tied"] is not None and not match["whole"]:
        return _tied(count, whole, british)
    return _fraction_in_words(match, count, whole, british)


def _fraction(match: re.Match[str], british: bool) -> str | None:
    count, whole = int(match["count"]), int(match["of"])
    if whole == 0:
        return None
    if not match["whole"] and (link := _link(count, whole, match)):
        return f"{cardinal(count, british)}{link}{cardinal(whole, british)}"
    if whole == 1:
        return None
    is_majority = count > 1 and describes(match, things=False)  # "a 2/3 majority"
    if (match["tied"] is not None or is_majority) and not match["whole"]:
        return _tied(count, whole, british)
    return _fraction_in_words(match, count, whole, british)


def _link(count: int, whole: int, match: re.Match[str]) -> str:
    """What is said for the slash between two numbers that are not a fraction: odds, shares, marks out of ten."""
    if count + whole == 100 or count == whole == 20:
        return " "
    if whole >= 40 and 80 <= count <= 250 and count > whole:
        return " over "  # blood pressure
    if count > whole:
        return " for " if count >= 50 and 1 < whole <= 10 else " to "
    is_rating = re.match(r"\s(?:stars?|points)\b", match.string[match.end() : match.end() + 8])
    if match["th"] or (count == 1 and whole != 1 and not is_rating):
        return ""
    return " out of " if is_rating or whole == 10 or whole > 16 or count == whole else ""


def _sets(match: re.Match[str], british: bool) -> str:
    """The sets of a tennis match: no "to", as there are many."""
    said = re.sub(r"\s?\((\d+)\)", lambda one: f", tie-break {cardinal(int(one[1]), british)}", match[0])
    return re.sub(r"(\d+)[-–/](\d+)", lambda one: f"{number(one[1], british)} {number(one[2], british)}", said)


def _score(match: re.Match[str], british: bool) -> str:
    parts = [number(part, british) for part in (match["one"], match["two"])]
    before = match.string[: match.start()]
    if _is_innings(match, british):
        return " for ".join(parts)
    if not british:
        around = before + "=" + match.string[match.end() : match.end() + 12]
        is_record = _TEAM.search(around) and sum(_both(match)) != 100 and not _BETS.search(_sentence(match))
        return " and ".join("oh" if part == "zero" else part for part in parts) if is_record else " to ".join(parts)
    is_time = _both(match) == (9, 5) or re.search(r"\b(?:from|between|open)\s$", before)
    if is_time or _is_vote(match):
        return " to ".join(parts)
    said = ["nil" if part == "zero" else part for part in parts]
    return (" " if "nil" in said or _is_result(match) else " to ").join(said)


def _is_vote(match: re.Match[str]) -> bool:
    return bool(_VOTED.search(_sentence(match)) or _ODDS.match(match.string, match.end()))


def _is_result(match: re.Match[str]) -> bool:
    """Whether two numbers in a British text are a score, which is read without "to", and no range."""
    one, two = _both(match)
    before, after = match.string[: match.start()], match.string[match.end() :]
    is_loss = re.search(r"\b(?:lost|lose|losing|trail(?:ed|ing)?|beaten)\s$", before)
    is_between_names = after.lstrip()[:1].isupper() and re.search(r"[A-Z]\w+\s$", before)
    return one < 100 and bool(two <= one or is_loss or is_between_names)


def _is_innings(match: re.Match[str], british: bool) -> bool:
    """Whether two numbers are the runs and wickets of an innings, or what a bowler took for how many runs."""
    one, two = _both(match)
    before, after = match.string[: match.start()], match.string[match.end() :]
    has_bowled = _BOWLED.search(before) and not re.match(r"\s[a-z]{3,}s\b", after)
    is_cricket = _CRICKET.search(_sentence(match)) or (british and one >= 100 and not _is_vote(match))
    return bool((one <= 10 < two and has_bowled) or (two < 10 and one >= 20 and is_cricket))


def _both(match: re.Match[str]) -> tuple[float, float]:
    return float(match["one"].replace(",", "")), float(match["two"].replace(",", ""))


def _sentence(match: re.Match[str]) -> str:
    """The sentence of a match, without the match."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    return re.split(r"[.!?]\s", before)[-1] + " " + re.split(r"[.!?](?:\s|$)", after)[0]


def _phone(match: re.Match[str], _: bool) -> str:
    return ("plus " if "+" in match[0] else "") + ", ".join(map(digits, re.findall(r"\d+", match[0])))


def _emergency(match: re.Match[str], _: bool) -> str:
    return f"{digits(match[0][:3])}, {digits(match[0][3:])}"


def _vanity(match: re.Match[str], _: bool) -> str:
    """1-800-FLOWERS."""
    area = "eight hundred" if match["code"] == "800" else digits(match["code"])
    middle = f"{digits(match['digits'])} " if match["digits"] else ""
    return f"{'one ' if match['one'] else ''}{area} {middle}{match['words'].replace('-', ' ')}"


def _coded(match: re.Match[str], british: bool) -> str:
    """CO2, F-16, MI6, COVID-19."""
    letters, value, tail = match["letters"], match["value"], match["tail"]
    name = letters if letters in _DATA["acronyms"] else spelled(letters)
    said = number(value, british) if "." in value else code(value)
    if tail == "s":
        said = plural(said)
    elif tail:
        said += f" {spelled(tail)}"
    return f"{name} {said}"


def _power(match: re.Match[str], british: bool) -> str:
    """10^6: "ten to the power of six"."""
    power = unicodedata.normalize("NFKC", match["raised"] or match["power"])
    minus = "minus " if match["minus"] or not power[0].isdecimal() else ""
    return f"{number(match['base'], british)} to the power of {minus}{number(power.lstrip('-−'), british)}"


def _strain(match: re.Match[str], _: bool) -> str:
    """B.1.1.7, XBB.1.5: letters and numbers without the points."""
    return " ".join([spelled(match["letters"]), *(code(part) for part in match["numbers"].strip(".").split("."))])


def _formula(match: re.Match[str], british: bool) -> str | None:
    """CO₂: letters, and numbers set low."""
    return " ".join(
        part.upper() if part.isalpha() else cardinal(int(unicodedata.normalize("NFKC", part)), british)
        for part in re.findall(r"[₀-₉]+|[A-Za-z]", match[0])
    )


def _jet(match: re.Match[str], british: bool) -> str:
    """737-800, A350-900."""
    return f"{'A ' if match['maker'] else ''}{code(match['type'])} {number(match['kind'], british)}"


def _under(match: re.Match[str], british: bool) -> str:
    """U21, U-21s."""
    said = cardinal(int(match["n"]), british)
    return f"under {plural(said) if match['s'] else said}"


def _records(match: re.Match[str], british: bool) -> str:
    """The 10-2, 3-1 of (10-2, 3-1 Big Ten)."""
    return re.sub(r"\d+", lambda one: number(one[0], british), re.sub("[-–]", " and ", match["n"]))


def _many_scores(match: re.Match[str], british: bool) -> str:
    return " ".join(number(one, british) for one in re.split("[-–]", match["n"]))


def _ordinal(match: re.Match[str], british: bool) -> str:
    return ordinal(int(match["n"].replace(",", "")), british)


def _plural(match: re.Match[str], british: bool) -> str:
    return plural(code(match["n"]) if len(match["n"]) == 3 else cardinal(int(match["n"]), british))


def _caliber(match: re.Match[str], british: bool) -> str:
    return number(match["n"].lstrip("0") or "0", british) + (" " if match[0].endswith("-") else "")


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


_CALLED: Final = r"(?:[Cc]all(?:s|ed|ing)?|[Dd]ial(?:s|led|ed|ing)?|[Rr]ang|[Rr]ing|[Pp]hone[ds]?|[Tt]ext)(?:\s\w+)?\s"
_EMERGENCY: Final = "911|999|988|112|111|101"
_SET: Final = r"\d{1,2}[-–]\d{1,2}(?:\s?\(\d+(?:[-–/]\d+)?\))?"

MULTITUDES: Final[tuple[Rule, ...]] = (
    rule(
        r"(?<![\w.,$£€-])(?P<n>1(?:0,000|00,000|,000|,000,000)s\b|1(?:00|000)s(?=\sof\b))",
        lambda match, _: multitude(match["n"].rstrip("s")),
    ),
)
PHONES: Final[tuple[Rule, ...]] = (
    rule(r"(?<![\w-])(?:\+?\d{1,2}[\s.-])?\(?\d{3}\)?[\s.-]\d{3}[.-]\d{4}(?![\w-])", _phone),
    rule(r"(?<![\w.,-])\+\d{1,3}(?:[\s-]?\(?\d{2,5}\)?){2,5}(?![\w])", _phone),
    rule(r"(?<![\w.,$£€-])\d{3}-\d{4}(?![\w-])", _phone),
    rule(r"(?<![\w.,-])0\d{4}[\s-]\d{5,6}(?![\w-])", _phone),
    rule(r"(?<![\w.,-])0\d{2,4}[\s-]\d{3,4}(?:[\s-]\d{3,4})?(?![\w-])", _phone),
    rule(r"\b(?:[Dd]ial|[Pp]ress|[Cc]all)\s(?P<it>\*)(?=\d)", "star "),
    rule(r"\b[Pp]ress\s(?P<it>#)(?!\w)", lambda _, british: "hash" if british else "pound"),
    rule(
        r"(?<![\w-])(?P<one>1-)?(?P<code>8\d\d)-(?:(?P<digits>\d{3})-)?(?P<words>[A-Z]{2,}(?:-[A-Z]+)*)(?![\w-])",
        _vanity,
    ),
    rule(r"(?<![\w-])9-1-1(?![\w-])", _phone),
    rule(r"(?<![\w.,-])116\s?(?:000|006|111|117|123)(?![\w,])", _emergency),
    rule(r"\b[Tt]ext(?:ed|ing|s)?\s(?:[\w“”\"'‘’]+\s)?(?:to\s)?(?P<it>\d{5,6})(?![\w,])", "{it:digits}"),
    rule(rf"{_CALLED}(?P<it>{_EMERGENCY})\b", "{it:digits}"),
    rule(
        rf"{_CALLED}(?P<it>[2-8]11)(?=\s(?:for|to|or|if|in|when|about|with|and\s(?:ask|say|report))\b|[.,;](?!\d)|$)",
        "{it:digits}",
    ),
    rule(
        rf"(?:[Ll]ifeline|[Hh]otline|[Hh]elpline|[Nn]umber)\s(?:at|on|by\s\w+ing)\s(?P<it>{_EMERGENCY})\b",
        "{it:digits}",
    ),
    rule(rf"{_CALLED}[^.!?]{{0,40}}\sor\s(?P<it>[2-8]11)(?=\sfor\b|[.,;](?!\d)|$)", "{it:digits}"),
    rule(rf"(?<={MASK}\sor\s)(?:{_EMERGENCY})\b", "{0:digits}"),
    rule(r"\b911(?=\s(?:call|caller|dispatch|operator|emergency|system|center|line)s?)", "{0:digits}"),
)

SCORES: Final[tuple[Rule, ...]] = (
    rule(rf"(?<![\w-])(?:{alternatives(_EXACT)})(?!\w)", _EXACT),
    rule(r"(?<![\w.])(?P<letters>[A-Z]{1,3})(?P<numbers>(?:\.\d{1,3})+)(?![\w%])", _strain),
    rule(r"\b(?:[A-Z][a-z]?[₀-₉]*)*[A-Z][a-z]?[₀-₉]+(?:[A-Z][a-z]?[₀-₉]*)*", _formula),
    rule(r"\bNos?\.\s(?P<it>(?P<term>\d\d)-(?P<docket>\d{1,5}))(?![\w-])", "{term:cardinal} {docket:code}"),
    rule(
        r"\b(?!(?:About|Over|Nearly|Almost|At|By|From|To|The|Some|Around|Odds|Ratio)\b)[A-Z][a-z]+\s"
        r"(?P<it>(?P<chapter>\d{1,3}):(?P<verse>\d{1,3}))(?![\w:])",
        "{chapter} {verse}",
    ),
    rule(
        r"(?<![\w.,-])(?:(?P<maker>A)(?=3\d\d-))?(?P<type>7[0-8]7|(?<=A)3\d\d)-(?P<kind>[1-9]00|[1-9]0?)(?![\w-])", _jet
    ),
    rule(r"\bC(?P<n>1?\d|2[01])(?:th|st|nd|rd)\b", "{n:ordinal} century"),
    rule(r"\bU-?(?P<n>1\d|2[0-3])(?P<s>s)?\b", _under),
    rule(r"(?<=\()(?P<n>\d{1,2}[-–]\d{1,2},\s\d{1,2}[-–]\d{1,2})(?=\s[A-Z])", _records),
    rule(r"\b(?P<it>A(?P<n>\d{1,3})\(M\))", "A {n} M"),
    rule(rf"(?<![\w.,-]){_SET}(?:,?\s{_SET})+(?![\w-])", _sets),
    rule(r"(?<![\w.,/-])(?P<n>\d{1,3}(?:[-–]\d{1,3}){2,3})(?![\w-])", _many_scores),
    rule(rf"(?<![\w.,/-])(?P<one>{NUMBER})\s?[-–]\s?(?P<two>{NUMBER})(?![\w%/]|[.,]\d|-\d)", _score),
    rule(
        r"\b(?P<letters>[A-Z]{1,5}|Covid)[-‑]?(?P<value>\d{1,4}(?:\.\d)?)(?P<tail>s|o|[A-Z]{1,2})?\b(?![-.,]\d)", _coded
    ),
    rule(  # Catch-22, MiG-29
        rf"\b(?:[A-Z][A-Za-zé]{{1,11}}|{alternatives(_DATA['numbered'])})(?P<it>-(?P<n>[1-9]\d{{0,2}}))(?![\w-]|[.,]\d)",
        " {n:code}",
    ),
    rule(r"(?<![\w:])(?P<one>\d{1,2}):(?P<two>\d{1,2})(?![\w:])", "{one} to {two}"),
)

RULES: Final[tuple[Rule, ...]] = (
    rule(r"(?<![\w.,/])(?P<n>\d{1,3}(?:,\d{3}){0,4}|\d{1,15})(?:st|nd|rd|th|ST|ND|RD|TH)\b", _ordinal),
    rule(rf"(?<![\w.,/])(?:(?P<whole>\d+)\s?)?(?P<sign>[{_VULGAR}])(?P<tied>(?=-[a-z]))?", _vulgar),
    rule(r"(?<![\w.,/])(?P<count>\d+\.\d+)/(?P<of>5|10|100)(?![\w/]|[.,]\d)", "{count} out of {of}"),
    rule(
        r"(?<![\w.,/])(?:(?P<whole>\d+)(?:\s|-(?=\d/\d)))?(?P<count>\d{1,3})\s?[/⁄]\s?(?P<of>\d{1,4})"
        r"(?P<th>(?:th|rd|nd)s?)?(?![\w/]|[.,]\d)(?P<tied>(?=-[a-z]))?",
        _fraction,
    ),
    rule(
        r"(?:[Uu]nder|[Oo]ver)(?P<it>-(?P<n>\d{1,2})s)\b",
        lambda match, british: " " + plural(cardinal(int(match["n"]), british)),
    ),
    rule(r"[Uu]nder(?P<it>-(?P<n>\d\d))\b", " {n:cardinal}"),
    rule(rf"(?<![\w.])(?P<n>{NUMBER})[x×](?=\s[A-Za-z]|[.,;:!?)]|$)", "{n} times"),
    rule(r"\b\d+\s?(?P<it>[x×])(?=\s?\d+\b)", {"×": " times ", "x": " by "}),
    rule(r"(?<![\w.,-])(?P<n>\d{1,3})(?P<letter>[A-Z])\b", "{n} {letter:text}"),
    rule(
        r"\b(?:Room|Form|Section)\s(?P<it>(?P<one>[1-9]\d)(?P<two>\d[1-9]|[1-9]0))(?!\w|,\d)",
        "{one:cardinal} {two:two_digits}",
    ),
    rule(rf"\b(?:{alternatives(_DATA['machines'])})\s(?P<it>[1-9]\d{{2,3}})\b", "{it:code}"),
    rule(r"\b(?:[Aa]|[Bb]oth)\s(?P<it>7[0-8]7)(?![\w%-]|[.,]\d)", "{it:code}"),
    rule(
        r"\b[Tt]he\s(?P<it>7[0-8]7)(?=\s(?:was|is|had|has|took|landed|crashed|flew|made|carr|hit|left|fleet|model)|"
        r"[,.;]\s|[.,;]?$|['’]s)",
        "{it:code}",
    ),
    rule(r"\b(?P<it>7[0-8]7)(?=\s(?:MAX|Max|Dreamliner|jet|plane)|s\b)", "{it:code}"),
    rule(rf"{MASK},?\s(?P<it>\d{{5}}(?:-\d{{4}})?)(?!\w|,\d)", "{it:digits}"),
    rule(r"(?<![\w.,])(?P<n>\d{1,4})s\b", _plural),
    rule(rf"(?<![\w.,)\]%{MASK}-])(?P<it>[-−–])(?=\.?\d)", "minus "),
    rule(r"(?<![\w.])\.(?P<n>\d\d)(?:-(?=cal)|(?=\s(?:cal|rifle|pistol|revolver|gun)))", _caliber),
    rule(r"(?<![\w.])\.(?P<n>[1-9]\d\d)(?=[\s-](?:Magnum|cal))", "{n:code}"),
    rule(r"(?<![\w.])\.(?P<n>\d+)", "point {n:digits}"),
    rule(rf"[~≈]\s?(?=[\d{MASK}])", "about "),
    rule(rf"(?<![\w\"'/])<\s?(?=[\d{MASK}.])", "less than "),
    rule(rf"(?<![\w\"'/])>\s?(?=[\d{MASK}.])", "more than "),
    rule(r"\b(?P<base>\d+)(?:\^(?P<minus>[-−])?(?P<power>\d+)|(?<=10)(?P<raised>⁻?[⁰¹²³⁴-⁹]+))", _power),
    rule(r"(?<![\w#])#(?=\d)", "number "),
    rule(r"\+/[-−–]\s?(?=\.?\d)", "plus or minus "),
    rule(
        r"(?<![\w.,])(?P<n>[1-9]\d)ers\b",
        lambda match, british: cardinal(int(match["n"]), british).removesuffix("e") + "ers",
    ),
    rule(r"(?<=[a-z]s)(?P<it>-)(?=\d+\s(?:year|month|week|day|hour|minute)s?\b)", " to "),
    rule(r"[0-9]+(?P<it>\+)", " plus "),
    rule(rf"(?<![\w{MASK}])(?P<it>\+)(?=\d)", "plus "),
    rule(rf"(?<=[A-Z{MASK}])\+(?=\d)", " plus "),
    rule(
        r"\d{1,3}(?:[\u00a0\u202f\u2009]\d{3})+",
        lambda match, british: number("".join(re.findall(r"\d", match[0])), british),
    ),
    rule(r"[0-9]+(?:[.,][0-9]+)*", _any_number),
)
