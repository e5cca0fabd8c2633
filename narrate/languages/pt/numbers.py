"""Portuguese number words."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.numerals import Form, NumberGrammar

_BRAZILIAN: Final = {
    "dezasseis": "dezesseis", "dezassete": "dezessete", "dezanove": "dezenove",
    "dezasséis": "dezesseis", "biliões": "bilhões", "bilião": "bilhão", "milhares de milhões": "bilhões",
}  # fmt: skip


class PortugueseGrammar(NumberGrammar):
    """How Portuguese says numbers: *um*, *dois* and the hundreds agree with the noun.

    Args:
        brazilian: Whether it is Brazilian: *dezesseis* for *dezasseis*.
    """

    code = "pt"
    point = "vírgula"
    dot = "ponto"

    def __init__(self, *, brazilian: bool) -> None:
        self._brazilian = brazilian

    def inflected(self, said: str, form: Form) -> str:
        """Return number words in the variety, with the gender of the noun."""
        if self._brazilian:
            for european, word in _BRAZILIAN.items():
                said = said.replace(european, word)
        if form != "f":
            return said
        said = re.sub(r"\bdois\b", "duas", re.sub(r"\bum\b(?! milhão)", "uma", said))
        return re.sub(r"(?<=[nzh]t)os\b|(?<=cent)os\b", "as", said)

    def feminine_of(self, word: str) -> str:
        """Return *primeira* for *primeiro*."""
        return f"{word[:-1]}a"
