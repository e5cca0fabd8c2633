"""What stands in the source but is no part of the article: disclaimers, and the furniture below a story.

A rule needs two proofs. The form: a whole paragraph must read like such a line (an appeal to the reader in the
newsroom's own name, a label with a colon, a credit), and hold no quotation longer than a title. The place: the second
half of the text, and, save for the few labels that nobody writes into a story, nothing but such lines after it. Marks
of advertisements are known wherever they stand, and stamps of a live blog by being several.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from narrate.readers import kinds

_DISCLAIMER_PARAGRAPHS = 4
"""A disclaimer stands among the first so many paragraphs."""
_BIOGRAPHY_PARAGRAPHS = 3
"""So many paragraphs below 'About the writer' may tell of the writer."""
_BIOGRAPHY_WORDS = 90
_HEADING_WORDS = 14
_STAMP_CHARACTERS = 160
_LINE_CHARACTERS = 600
"""No line of furniture is longer."""
_TITLE_WORDS = 3
"""A quotation of at most so many words may be a title or a label."""

_QUOTATION = re.compile(r"[\"“«](?P<double>[^\"”»]*)[\"”»]?|(?<!\w)['‘](?P<single>[^'’]{0,400})['’](?!\w)")

_DISCLAIMER = re.compile(
    r"(?:this |the )?(?:voice|audio|narration|recording)(?: version| of this article)? (?:is|was) "
    r"(?:ai|a i|artificially|automatically|computer|machine) generated(?: inconsistencies may occur)?",
)

_ADVERTISEMENT = re.compile(
    r"(?i)(?:\W*(?:story|article)\ continues\ below)?\W*advertise?ment\W*(?:scroll\ to\ continue\W*)?"
)
_RELATED = re.compile(
    r"""(?:read\ (?:more|next)|also\ read|see\ also|more\ on\ this(?:\ story|\ topic)?
        |related(?:\ stories|\ articles|\ coverage)?)\s*(?:[:|»→].*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_STAMP_WORD = r"""(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun
    |jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?
    |nov(?:ember)?|dec(?:ember)?|\d{1,4}(?:st|nd|rd|th)?|[ap]\.?m\.?|[ecmp][sd]?t|gmt|utc|bst|cet|ist|at|on|and)"""
_STAMPED = r"(?:(?:first|last|originally)\ )?(?:published|updated|posted|modified|updated\ on)"
_STAMP = re.compile(
    rf"""\W*{_STAMPED}:?\W+(?:{_STAMP_WORD}\b[\W]*){{1,14}}(?:{_STAMPED}:?\W+(?:{_STAMP_WORD}\b[\W]*){{1,14}})?
        |\W*(?:(?:{_STAMP_WORD}\b\W*){{1,12}})?\d{{1,2}}[:.]\d\d\W*(?:[ap]\.?m\.?\W*)?(?:[ecmp][sd]?t|gmt|utc|bst|cet|ist)\b
         \W*(?:{_STAMP_WORD}\b\W*){{2,8}}(?:by\ [\w.' -]{{3,40}})?
        |\W*{_STAMPED}?\W*\d{{1,2}}\ ?(?:hours?|hrs?|minutes?|mins?|days?|[hmd])\ ago\W*
        |\d{{1,2}}/\d{{1,2}}/\d{{4}}\ -\ .{{0,120}}""",
    re.IGNORECASE | re.VERBOSE,
)
"""When it was published: said to be that, or a time with its zone and a date. A bare clock time is a heading."""
_LIVE = re.compile(r"(?i)\W*\d{1,2}[:.]\d\d\W*(?:[ap]\.?m\.?\W*)?(?:[ecmp][sd]?t|gmt|utc|bst|cet|ist)\W*")
"""A clock time with its zone and nothing else: if there are several stamps, those of a live blog."""
_LIVE_STAMPS = 2
_PHOTO = re.compile(
    r"""\(?(?:image|photo(?:graph)?|picture|video)s?\ ?(?:credit|courtesy|copyright|by|caption)\b:?\ [^.!?]{2,80}\)?
        |[^.!?]{2,60}/(?:Getty\ Images|AFP|AP|Reuters|Shutterstock|Bloomberg|EPA|PA(?:\ Wire)?)(?:\ via\ [^.!?]{2,30})?
        |(?:Getty\ Images|AP\ Photo|Image\ copyright\ .{2,40})""",
    re.VERBOSE | re.IGNORECASE,
)
_TOP_PARAGRAPHS = 3
_CORRECTION = re.compile(
    r"(?i)\W*(?:correction|clarification|editor[’']?s'? note|update|this (?:story|article) (?:has been|was))\b"
)
"""Corrections are read, wherever they stand; the tail goes on behind them."""

_INTERLUDES = ((_ADVERTISEMENT, kinds.ADVERTISEMENT), (_RELATED, kinds.RELATED), (_PHOTO, kinds.CAPTION))
"""Labels that may stand between paragraphs of the story's second half."""

_ABOUT = re.compile(r"(?i)about the (?:writer|author|reporter|journalist)s?:?")
_ABOUT_HIM = re.compile(r"(?i)about the (?:writer|author|reporter|journalist)s?: \w.*")

_CONTACT = r"""(?:let\ us\ know|tell\ us|(?:e-?mail|contact|message|write\ to)\ (?:us|our)\b
    |(?:reach|get\ in\ touch|share)\b.{0,40}\b(?:us|our)\b
    |(?:via|at|to|email|on)\ \S+@\S+\.\w+
    |you\ can\ (?:contact|reach|message|tell)\ (?:us|our)\b)"""
_WRITE_IN = re.compile(
    rf"""(?:do|have|did|are|were|got|know|if|want)\b(?=.*\b(?:you|your|got|know)\b).*[?,].*{_CONTACT}.*
        |[\w ]{{2,40}}\ (?:is|are)\ committed\ to\ .*\blet\ us\ know\b.*""",
    re.IGNORECASE | re.VERBOSE,
)
_REACH = re.compile(
    r"""(?:(?:you\ can\ )?(?:follow|reach|contact|e-?mail)|write\ to|send\ (?:us|your))\b(?=.*@\w).*
        |[“\"‘']?like[”\"’']?\ us\ on\ \w+.*
        |(?:have|got)\ a\ (?:tip|story|news\ tip)\?\ .*@.*
        |[A-Z][\w.'’ -]{3,50}\ (?:may|can)\ be\ (?:reached|contacted|followed)\ (?:at|on|by)\ .*
        |(?:follow|listen\ to|watch|join)\ (?:[A-Z][\w’'.]*\ ){1,5}(?:on|at)\b.*\b
         (?:facebook|twitter|instagram|youtube|tiktok|snapchat|spotify|itunes)\b.*
        |(?:reach|follow)\ the\ (?:reporters?|writers?|authors?)\ (?:on|at)\ .*
        |(?:follow|more)\ (?:AP|Reuters|CNN)\b.{0,80}https?://\S+.*""",
    re.IGNORECASE | re.VERBOSE,
)
_NEWSLETTER = re.compile(
    r"""(?:want|like)\ more\b[^?]*\?\s*(?:sign\ up|subscribe)\b.*
        |.{0,80}\b(?:sign\ up|subscribe)\b(?=.*\b(?:newsletters?|inbox)\b)(?=.*\b(?:daily|weekly|free|our|your)\b).*
        |(?:get|join|become|try)\b(?=.*\b(?:subscription|subscribers?|members?|membership|issues?)\b)
         (?=.*(?:[$£€₹]|\bRs\b|\bcode\b|\bclick\ here\b|\bjoin\b|\bfree\b)).*
        |(?:if|did)\ you\ (?:enjoy|like)(?:ed|d)?\ this\ (?:article|story|post)\b
         .*\b(?:join|subscribe|sign\ up|support)\b.*
        |(?:sign\ up|subscribe|register|get)\b(?=.*\b(?:our|your|here)\b)
         (?=.*(?:newsletter|inbox|bulletin|briefing|e-?mail|daily\ dose|podcast|sign\ up|subscribe)).*""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT = re.compile(
    r"""\(?(?:Additional\ )?(?:[Rr]eporting|[Ww]riting|[Ee]diting)\ by\ [A-Z].*
        |[A-Z].{2,120}\ contributed\ (?:to\ this\ (?:report|story|article)|reporting|research)[.)]?
        |[a-z]{2,4}(?:[-/][a-z]{2,4})+
        |(?:SOURCE|Sources?):\ [A-Z][\w ,&-]{2,60}
        |Media\ contact:\ .*""",
    re.VERBOSE,
)
_COPYRIGHT = re.compile(r"(?:Copyright )?(?:©|\(c\)) ?\d{4}.*|.*\b[Aa]ll [Rr]ights [Rr]eserved\.?")
_COMMENTS = re.compile(r"(?i)(?:\d+ )?(?:(?:leave|post|view|show) (?:a |all )?)?comments?|tell us what you think\W*")
_FILED = re.compile(r"(?:Filed [Uu]nder|Tags?|Topics?|Categor(?:y|ies)):? .{2,120}(?<![.!?])")
_TAIL_LINES = (
    (_WRITE_IN, kinds.WRITE_IN),
    (_REACH, kinds.REACH),
    (_NEWSLETTER, kinds.NEWSLETTER),
    (_CREDIT, kinds.CREDIT),
    (_COPYRIGHT, kinds.COPYRIGHT),
    (_COMMENTS, kinds.SHARE),
    (_FILED, kinds.STAMP),
)


def reasons(paragraphs: Sequence[str], starts: Sequence[int], length: int, disclaimer: str) -> list[str | None]:
    """Say of each paragraph why it is not spoken; None for those that are.

    ``starts`` are the offsets of ``paragraphs`` in a text of ``length`` characters; ``disclaimer`` is the one that the
    edition will speak. Takes time linear in the text.
    """
    found: list[str | None] = [None if any(c.isalnum() for c in text) else kinds.NO_WORDS for text in paragraphs]
    spoken = [index for index, reason in enumerate(found) if reason is None]
    for index in spoken[:_DISCLAIMER_PARAGRAPHS]:
        if is_disclaimer(paragraphs[index], disclaimer):
            found[index] = kinds.DISCLAIMER
    below = [index for index in spoken if found[index] is None and starts[index] * 2 >= length]
    for index in [*spoken[:_TOP_PARAGRAPHS], *below]:
        if len(paragraphs[index]) < _STAMP_CHARACTERS and _STAMP.fullmatch(paragraphs[index]):
            found[index] = kinds.STAMP
    live = [index for index in spoken if _is_stamp(paragraphs[index])]
    for index in live if len(live) >= _LIVE_STAMPS else []:
        found[index] = kinds.STAMP
    for index in below:
        found[index] = found[index] or _interlude(paragraphs[index])
    for index in spoken[1:]:
        if _ADVERTISEMENT.fullmatch(paragraphs[index]):
            found[index] = kinds.ADVERTISEMENT
    for index, reason in _tail([(index, paragraphs[index]) for index in below]):
        found[index] = reason
    return found


def is_disclaimer(text: str, disclaimer: str = "") -> bool:
    """Tell whether ``text`` says that the voice is made by a machine, in common words or in those of ``disclaimer``."""
    words = _words(text[:_LINE_CHARACTERS])
    if disclaimer and words == _words(disclaimer):
        return True
    return len(text) < 200 and _DISCLAIMER.fullmatch(words) is not None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _tail(paragraphs: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the paragraphs of the tail with their reasons: the longest end that holds nothing of the story."""
    biography = _biographies([text for _, text in paragraphs])
    first = len(paragraphs)
    for place in range(len(paragraphs) - 1, -1, -1):
        text = paragraphs[place][1]
        if _furniture(text):
            first = place
        elif _CORRECTION.match(text):
            continue
        elif not biography[place] and not _is_heading(text):
            break
    tail: list[tuple[int, str]] = []
    for place in range(first, len(paragraphs)):
        index, text = paragraphs[place]
        if _CORRECTION.match(text) and not _furniture(text):
            continue
        about = kinds.WRITER if biography[place] else kinds.BELOW
        tail.append((index, _furniture(text) or about))
    return tail


def _furniture(text: str) -> str | None:
    """Return the reason if ``text`` is by its form no sentence of a story."""
    if len(text) > _LINE_CHARACTERS:
        return None
    if _ABOUT.fullmatch(text) or (_ABOUT_HIM.fullmatch(text) and not _quotes_somebody(text)):
        return kinds.WRITER
    if reason := _interlude(text):
        return reason
    if _quotes_somebody(text):
        return None
    return next((reason for form, reason in _TAIL_LINES if form.fullmatch(text)), None)


def _interlude(text: str) -> str | None:
    return next((reason for form, reason in _INTERLUDES if form.fullmatch(text)), None)


def _is_stamp(text: str) -> bool:
    return len(text) < _STAMP_CHARACTERS and (_LIVE.fullmatch(text) or _STAMP.fullmatch(text)) is not None


def _biographies(texts: Sequence[str]) -> list[bool]:
    """Tell which paragraphs, close below 'About the writer', may be about the writer."""
    since = _BIOGRAPHY_PARAGRAPHS
    found: list[bool] = []
    for text in texts:
        is_short = len(text.split()) <= _BIOGRAPHY_WORDS
        found.append(since < _BIOGRAPHY_PARAGRAPHS and is_short and not _quotes_somebody(text))
        since = 0 if _ABOUT.fullmatch(text) else since + 1
    return found


def _is_heading(text: str) -> bool:
    return len(text.split()) <= _HEADING_WORDS and text[-1] not in ".!?…\"”'’»" and not _quotes_somebody(text)


def _quotes_somebody(text: str) -> bool:
    return any(len((m["double"] or m["single"] or "").split()) > _TITLE_WORDS for m in _QUOTATION.finditer(text))


_BYLINE_PARAGRAPHS, _BYLINE_WORDS = 3, 18
_AGENCY = r"(?:AP|A\.P\.|Reuters|AFP|UPI|dpa|DPA|PA|PTI|ANI|Xinhua|TASS|Bloomberg|CNN(?:\ Business)?|BBC|NPR|KHN)"
_DATELINE_DAY = r"(?:,\ (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\ \d{1,2})"
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:\ [A-ZÀ-Þ][A-ZÀ-Þ.'’-]*){0,3}"
_REGION = r"(?:,\ [A-Z][\w.]+(?:\ [A-Z][\w.]+){0,2})"
_DATELINE = re.compile(
    rf"""(?P<place>{_PLACE}){_REGION}?{_DATELINE_DAY}?\s*(?P<agency>\((?:[A-Z][\w./]*)(?:\ [A-Z][\w./]*){{0,3}}\))?
         \s*(?:—|–|--|-(?=\s))\s*(?=[\"“‘'A-Z0-9À-Þ$£€])
        |(?:[A-Z][\w.'’-]+(?:,?\ [A-Z][\w.'’-]+){{0,4}}{_DATELINE_DAY}?\ )?\({_AGENCY}\)\s*(?:—|–|--|-)\s*(?=\S)
        |(?:(?:[A-Z][\w.'’-]+,?\ ){{1,3}})?\(CNN(?:\ Business)?\)\s*(?=[\"“‘'A-Z0-9])""",
    re.VERBOSE,
)


def datelines(paragraphs: Sequence[str], body: Sequence[int]) -> dict[int, int]:
    """Say where the dateline ends ("KYIV, May 11 (Reuters) - ") in the first paragraph of ``body`` that may have one.

    Proof is an agency in brackets, or a place all in capitals, before a dash at the head of the first paragraphs; a
    place alone must not stand in capitals elsewhere, as the name of an organisation would.
    """
    for index in body[:_TOP_PARAGRAPHS]:
        text = paragraphs[index]
        match = _DATELINE.match(text[:200])
        if match is None or match.end() >= len(text):
            continue
        place = match["place"]
        if place and not match["agency"] and (len(place) < 4 or _stands_elsewhere(place, paragraphs, body, index)):
            continue
        return {index: match.end()}
    return {}


def _stands_elsewhere(place: str, paragraphs: Sequence[str], body: Sequence[int], here: int) -> bool:
    return paragraphs[here].count(place) > 1 or any(place in paragraphs[index] for index in body if index != here)


def bylines(paragraphs: Sequence[str], body: Sequence[int], *names: str | None) -> list[int]:
    """The first paragraphs of ``body`` that only say who wrote it: ``names``, perhaps after "By" and before a date."""
    known = [_words(name) for name in names if name]
    found = []
    for index in body[:_BYLINE_PARAGRAPHS]:
        text = paragraphs[index]
        words = _words(text[:_LINE_CHARACTERS])
        if len(words.split()) > _BYLINE_WORDS or text.endswith((".", "!", "?", ",", ":", ";")):
            continue
        if any(words == name or (words.startswith("by ") and name in words) for name in known):
            found.append(index)
    return found
