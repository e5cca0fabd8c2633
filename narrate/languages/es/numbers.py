"""Spanish number words."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.numerals import Form, NumberGrammar

_ORDINALS: Final = {
    1: "primero", 3: "tercero", 11: "undécimo", 12: "duodécimo", 13: "decimotercero", 14: "decimocuarto",
    15: "decimoquinto", 16: "decimosexto", 17: "decimoséptimo", 18: "decimoctavo", 19: "decimonoveno",
}  # fmt: skip
_SHORTENED: Final = {"primero": "primer", "tercero": "tercer"}


class SpanishGrammar(NumberGrammar):
    """How Spanish says numbers: *uno* and the hundreds agree with the noun; a comma may separate thousands."""

    code = "es"
    point = "coma"
    dot = "punto"
    comma_groups = True

    def inflected(self, said: str, form: Form) -> str:
        """Return number words with *un* before thousands, and with the form that the noun asks for."""
        said = said.replace("veintiuno mil", "veintiún mil").replace("uno mil", "un mil")
        if form == "f":
            said = re.sub(r"uno\b", "una", re.sub(r"(?<=ent)os\b", "as", said).replace("quinientos", "quinientas"))
            return said.replace("veintiún mil", "veintiuna mil").replace(" un mil", " una mil")
        if form == "m":
            return re.sub(r"\bveintiuno$", "veintiún", re.sub(r"(?<!veinti)\buno$", "un", said))
        return said

    def masculine_ordinal(self, value: int) -> str:
        """Return *primero*, *undécimo*; ``before_noun`` shortens them."""
        return _ORDINALS.get(value) or super().masculine_ordinal(value)

    def feminine_of(self, word: str) -> str:
        """Return *primera* for *primero*."""
        return f"{word[:-1]}a"

    def before_noun(self, value: int) -> str:
        """Return an ordinal number as it stands before a masculine noun: *primer*, *tercer*."""
        said = self.ordinal(value)
        head, blank, last = said.rpartition(" ")
        return head + blank + _SHORTENED.get(last, last.replace("decimotercero", "decimotercer"))
