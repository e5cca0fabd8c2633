"""Written Portuguese -> spoken Portuguese."""

from __future__ import annotations

import re
from typing import Final

from narrate.languages.pt.numbers import PortugueseGrammar
from narrate.languages.spoken import SpokenRules

_LAST_ORDINAL: Final = 10  # rulers have cardinal numbers above it: Pio doze


class _PortugueseRules(SpokenRules):
    def say_ordinal(self, match: re.Match[str], _: bool) -> str:
        """Return the words of 4.º and 10ª."""
        return self.grammar.ordinal(int(match["n"]), "f" if match["ending"] in ("ª", "a") else "m")

    def ruler_number(self, value: int, match: re.Match[str]) -> str:
        """Return *segundo* for Pedro II, *doze* for Pio XII, *segunda* for Isabel II."""
        if value > _LAST_ORDINAL:
            return self.grammar.cardinal(value)
        return self.grammar.ordinal(value, self.gender_of(match["name"]))

    def say_day_month(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of 4/10; None if there is no such day."""
        day, month = int(match["day"]), int(match["month"])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        return f"{self.day(day)} de {self.family.lists['months'][month - 1]}"

    def say_clock(self, match: re.Match[str], _: bool) -> str | None:
        """Return the words of 18h15, 9h and 20:30; None if there is no such time."""
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if hour > 24 or minute > 59:
            return None
        said = f"{self.grammar.cardinal(hour, 'f')} {'hora' if hour <= 1 else 'horas'}"
        return f"{said} e {self.grammar.cardinal(minute)}" if minute else said


def spoken_rules(_tag: str, /) -> SpokenRules:
    """Return the rules, with the number words of Portugal for ``pt-pt`` and of Brazil otherwise."""
    return _PortugueseRules("pt", PortugueseGrammar(brazilian=not _tag.startswith("pt-pt")))
