"""Articles in capitals: the letters that they would have as ordinary text, so that names are names again.

No letter is added or lost: every character keeps its place. Which words are names is found in this order: words that
always have a capital, words that are no words of English, first names, and what stands next to a name or a title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

from narrate.languages import ENGLISH, CapitalsWords

MIN_LETTERS: Final = 80
"""Letters of a text, at least, of which it can be said that it is in capitals."""
MIN_CAPITAL_SHARE: Final = 0.9
"""Share of its letters that are capitals. Ordinary articles have less than 0.15."""
MIN_NOUN_SHARE: Final = 0.25
"""Share of its places, at least, that a noun has behind an article or the like; family names have less."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_START: Final = re.compile(
    r"(?:^|[.!?…]['\"”’»)\]]*\s|\n\s*|[:;]\s+[\"“‘«]|[.!?,:—–-]\s+[\"“«]|\)\s[—–-]+\s)['\"“‘«(\[\s—–-]*$"
)
MAX_INITIALS: Final = 5
"""Letters of initials that the list does not have."""
ROUNDS: Final = 2
"""How often names are looked for next to those that were found."""
_IRISH_NAME: Final = re.compile("[od]'(?!clock)[a-z]{3,}")
_AGE: Final = re.compile(r",\s\d{1,3}[,.;]")
MAX_WORD_LETTERS: Final = 40
"""Letters of a word that is looked up."""
_CONTEXT: Final = 12
"""Characters before a word that show whether it begins a sentence."""


@dataclass(slots=True)
class _Word:
    """A word of the text, and how it is to be written."""

    text: str
    """In lower case, without a possessive ending."""
    start: int
    end: int
    before: str
    """What stands between the word before and this one."""
    form: str = "lower"
    """``lower``, ``capital``, ``keep``, or the spelling itself."""
    is_name: bool = False

    def capitalize(self) -> None:
        """Take the word for a name."""
        self.form, self.is_name = "capital", True


def is_in_capitals(text: str) -> bool:
    """Return whether a text is written in capitals throughout, apart from a few letters."""
    capitals, small = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return capitals >= MIN_LETTERS and capitals >= MIN_CAPITAL_SHARE * (capitals + small)


def sentence_case(text: str) -> str:
    """Return an English text in capitals as it would be written otherwise. Every character keeps its place."""
    words = _words_of(text)
    lists, vocabulary = ENGLISH.capitals, _vocabulary()
    for place in range(len(words)):
        _decide_alone(text, words, place, vocabulary)
    _join_phrases(words, lists)
    _find_names_with_age(text, words, vocabulary)
    nouns = _nouns_in(words, lists)
    for _ in range(ROUNDS):
        for place, word in enumerate(words):
            _decide_by_neighbors(
                word, words[max(0, place - 2) : place], words[place + 1 : place + 3], nouns, vocabulary
            )
        _repeat_names(words)
    letters = [_small(letter) for letter in text]
    for word in words:
        if word.form == "keep":
            letters[word.start : word.end] = text[word.start : word.end]
        elif word.form not in ("lower", "capital"):
            letters[word.start : word.start + len(word.form)] = word.form
        elif word.form == "capital" or _begins_sentence(text, word.start):
            for at in _capital_places(word):
                letters[at] = text[at]
    return "".join(letters)


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


def _words_of(text: str) -> list[_Word]:
    words: list[_Word] = []
    end = 0
    for match in _WORD.finditer(text):
        whole = match[0].lower().replace("’", "'")
        stem = whole.removesuffix("'s").removesuffix("n't")
        words.append(_Word(stem, match.start(), match.end(), text[end : match.start()]))
        end = match.end()
    return words


def _capital_places(word: _Word) -> list[int]:
    """Return where a name has capitals: McDonald and O'Brien have two."""
    if word.is_name and re.match(r"mc[a-z]{3,}", word.text):
        return [word.start, word.start + 2]
    if word.is_name and _IRISH_NAME.match(word.text):
        return [word.start, word.start + 2]
    return [word.start]


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - _CONTEXT) : start]
    if not _SENTENCE_START.search(before) and before.strip("\"'“‘«([ \n\t"):
        return False
    last = re.search(r"([^\W\d_]+)\.\s*$", before)
    return last is None or "\n" in before or (len(last[1]) > 1 and last[1].lower() not in ENGLISH.capitals.titles)


def _decide_alone(text: str, words: Sequence[_Word], place: int, vocabulary: _Vocabulary) -> None:
    """Decide how a word is written, as far as it does not depend on names around it."""
    lists, word = ENGLISH.capitals, words[place]
    own, base = word.text, word.text.partition("'")[0]
    if form := _special_form(text, words, place):
        word.form = form
    elif _is_always_name(own) or own in lists.titles:
        word.form, word.is_name = "capital", _is_always_name(own)
    elif base in lists.not_names or own in lists.reporting:
        return
    elif vocabulary.is_initialism(own):
        word.form = "keep"
    elif _IRISH_NAME.match(own) or vocabulary.is_name(own) or not vocabulary.is_common(base if len(base) > 1 else own):
        word.capitalize()


def _is_always_name(word: str) -> bool:
    """Return whether a word has a capital wherever it is."""
    lists = ENGLISH.capitals
    return any(word in names for names in (lists.calendar, lists.peoples, lists.places, lists.companies))


def _special_form(text: str, words: Sequence[_Word], place: int) -> str:
    """Return the form of letters, of months and initialisms that are words too, and of what has a spelling of its own.

    It is empty for other words.
    """
    lists, word = ENGLISH.capitals, words[place]
    previous = words[place - 1].text if place and not word.before.strip() else ""
    if word.text in lists.spellings:
        return lists.spellings[word.text]
    if len(word.text) == 1 or word.text.startswith("i'"):
        return _form_of_letter(text, word)
    if word.text in lists.initialisms_too:
        following = words[place + 1].text if place + 1 < len(words) else ""
        is_shown = previous in lists.before_initialism or following in lists.after_initialism
        return "keep" if is_shown else "lower"
    if word.text in lists.months_too:
        near = (text[max(0, word.start - 2) : word.start].strip(), text[word.end : word.end + 2].strip())
        is_month = previous in lists.before_month or near[0][-1:].isdigit() or near[1][:1].isdigit()
        return "capital" if is_month else "lower"
    return ""


def _form_of_letter(text: str, word: _Word) -> str:
    """Return the form of a single letter: an article, a part of "a.m.", or else a capital such as an initial."""
    is_abbreviated = text[word.end : word.end + 1] == "."
    is_time = word.text in "apm" and re.search(r"(?:\d\s?|[AP]\.)$", text[max(0, word.start - 3) : word.start])
    return "lower" if is_time or (word.text == "a" and not is_abbreviated) else "capital"


def _join_phrases(words: Sequence[_Word], lists: CapitalsWords) -> None:
    """Give capitals to the words of names such as White House."""
    for place in range(len(words)):
        for length in (3, 2):
            group = words[place : place + length]
            if " ".join(word.text for word in group) in lists.phrases and not any(w.before.strip() for w in group[1:]):
                for word in group:
                    if word.text not in lists.not_names:
                        word.form = "capital"


def _find_names_with_age(text: str, words: Sequence[_Word], vocabulary: _Vocabulary) -> None:
    """Give capitals to a full name before an age, as in "Mark Young, 42,"."""
    for first, last in pairwise(words):
        if last.before == " " and vocabulary.is_first_name(first.text) and _AGE.match(text, last.end):
            first.capitalize()
            last.capitalize()


def _nouns_in(words: Sequence[_Word], lists: CapitalsWords) -> Set[str]:
    """Return the words that stand behind articles and the like so often that they are nouns in this text, no names."""
    all_of = Counter(word.text for word in words)
    behind = Counter(
        word.text for before, word in pairwise(words) if before.text in lists.before_nouns and word.before == " "
    )
    return {word for word, count in behind.items() if count >= MIN_NOUN_SHARE * all_of[word]}


def _decide_by_neighbors(
    word: _Word, before: Sequence[_Word], after: Sequence[_Word], nouns: Set[str], vocabulary: _Vocabulary
) -> None:
    """Give a capital to a word that belongs to the name next to it."""
    lists, following, previous = ENGLISH.capitals, after[0] if after else None, before[-1] if before else None
    may_be_name = word.text in lists.words_too
    is_next_name = following is not None and following.is_name and following.before in (" ", "-")
    is_initials = word.form == "keep" and re.search("[aeiouy]", word.text) is not None
    if (word.form != "lower" and not (is_initials and len(word.text) > 2)) or word.text in lists.not_names:
        return
    if previous is not None and previous.text in lists.titles and word.before in (" ", ". "):
        word.capitalize()
    elif is_next_name and word.text not in lists.reporting and (may_be_name or word.text in lists.offices):
        word.form, word.is_name = "capital", may_be_name
    elif previous is None or word.before not in (" ", "-"):
        return
    elif previous.text in lists.offices and may_be_name:
        word.capitalize()
    elif not previous.is_name:
        return
    elif word.text in lists.institutions:
        word.form = "capital"
    elif word.text not in nouns and _is_first_name(before, vocabulary) and _may_be_family_name(word, after):
        word.capitalize()


def _is_first_name(before: Sequence[_Word], vocabulary: _Vocabulary) -> bool:
    """Return whether the last word is a first name, and not the family name behind one."""
    name = before[-1]
    is_family_name = len(before) > 1 and before[-2].is_name and name.before in (" ", "-")
    return not _is_always_name(name.text) and not is_family_name and vocabulary.is_first_name(name.text)


def _may_be_family_name(word: _Word, after: Sequence[_Word]) -> bool:
    """Return whether a word behind a first name is a family name, by what follows."""
    lists = ENGLISH.capitals
    if word.text in lists.reporting or word.text.endswith(("ed", "ing", "ly")):
        return False
    if not after or after[0].text in lists.reporting or after[0].text in lists.name_suffixes:
        return True
    if after[0].before.startswith((", ", ".", ";", ")", "’", "\n")):
        return True
    return after[0].text in lists.not_names or after[0].text.endswith("ed")


def _repeat_names(words: Sequence[_Word]) -> None:
    """Write a name as such wherever it is, but behind an article and the like only next to a verb of speech."""
    lists = ENGLISH.capitals
    names = {word.text for word in words if word.is_name}
    for place, word in enumerate(words):
        if word.form != "lower" or word.text not in names or word.text in lists.not_names:
            continue
        near = [words[at].text for at in (place - 1, place + 1) if 0 <= at < len(words)]
        is_noun = place > 0 and words[place - 1].text in lists.before_nouns and not word.before.strip()
        if not is_noun or any(one in lists.reporting for one in near):
            word.capitalize()


class _Vocabulary:
    """The words of English, from spaCy's model, and first names."""

    def __init__(self) -> None:
        from narrate.languages.en.speakable.letters import ACRONYMS, INITIALISMS
        from narrate.languages.first_names import first_names
        from narrate.languages.models import english_model

        lists = ENGLISH.capitals
        self._endings = (*lists.endings_for.items(), *((ending, "") for ending in sorted(lists.endings)))
        self._initials = INITIALISMS | ACRONYMS
        nlp = english_model("lemmatizer")
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        tables, kinds = lemmatizer.lookups, ("noun", "verb", "adj", "adv")
        index = {kind: frozenset(tables.get_table("lemma_index").get(kind, ())) for kind in kinds}
        irregular = tables.get_table("lemma_exc")
        forms = {form for kind in ("verb", "adj", "adv") for form in irregular.get(kind, {})}
        self._nouns = index["noun"] | frozenset(irregular.get("noun", {}))
        self._others = index["verb"] | index["adj"] | index["adv"] | forms | frozenset(nlp.Defaults.stop_words)
        self._first_names = first_names()

    def is_first_name(self, word: str) -> bool:
        """Return whether the word is listed as a first name."""
        return self._first_names.get_gender(word) != "unknown"

    def is_name(self, word: str) -> bool:
        """Return whether the word is a first name and nothing else."""
        is_word_too = word in ENGLISH.capitals.words_too
        return self.is_first_name(word) and not is_word_too and not self.is_certainly_common(word)

    def is_certainly_common(self, word: str) -> bool:
        """Return whether the word is a verb, an adjective, an adverb or a form of these."""
        return word in self._others or any(stem in self._others for stem in self._stems(word))

    def is_common(self, word: str) -> bool:
        """Return whether the word, or what it is derived from, is a word of English."""
        if len(word) > MAX_WORD_LETTERS:
            return True  # no name, and not worth a search
        if self._is_listed(word):
            return True
        prefixes = (prefix for prefix in ENGLISH.capitals.prefixes if word.startswith(prefix))
        return any(self._is_listed(word.removeprefix(prefix)) for prefix in prefixes if len(word) > len(prefix) + 3)

    def _is_listed(self, word: str) -> bool:
        return self.is_certainly_common(word) or any(stem in self._nouns for stem in (word, *self._stems(word)))

    def is_initialism(self, word: str) -> bool:
        """Return whether capitals are initials, as far as the word alone shows it."""
        lists = ENGLISH.capitals
        known = word.upper() in self._initials and not self.is_certainly_common(word)
        if known or word in lists.words_in_capitals:
            return word not in lists.words_too and word not in lists.never_initials
        return 2 <= len(word) <= MAX_INITIALS and not re.search("[aeiouy]", word) and word not in lists.never_initials

    def _stems(self, word: str) -> list[str]:
        endings = ((ending, new) for ending, new in self._endings if word.endswith(ending))
        stems = [word.removesuffix(ending) + new for ending, new in endings if len(word) > len(ending) + 1]
        doubled = [stem[:-1] for stem in stems if len(stem) > 3 and stem[-1] == stem[-2]]
        return [*stems, *doubled]


@cache
def _vocabulary() -> _Vocabulary:
    return _Vocabulary()
