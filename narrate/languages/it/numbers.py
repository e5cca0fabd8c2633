"""Italian number words."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.numerals import Form, NumberGrammar

_TRE: Final = re.compile(r"(?<=\w)tre\b")


class ItalianGrammar(NumberGrammar):
    """How Italian says numbers: only *uno* agrees with the noun; numbers before a noun lose the vowel of *-uno*."""

    code = "it"
    point = "virgola"
    dot = "punto"

    def inflected(self, said: str, form: Form) -> str:
        """Return number words as they stand before a noun: *un*, *una*, *ventun anni* is said *ventuno*."""
        said = _TRE.sub("tré", said.replace(" e ", " "))
        if said == "uno" and form:
            return "una" if form == "f" else "un"
        return said

    def feminine_of(self, word: str) -> str:
        """Return *prima* for *primo*."""
        return f"{word[:-1]}a"
