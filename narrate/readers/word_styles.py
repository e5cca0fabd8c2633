"""How a Word document shows its text: struck, hidden, raised or lowered, by styles and direct formatting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from narrate.readers.xml_parsing import attribute, child, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_Value = TypeVar("_Value")
_OFF: Final = frozenset({"0", "false", "off", "none"})
_STRIKES: Final = ("strike", "dstrike")
_MAX_BASES: Final = 20
"""How many styles a style is based on, at most."""
_MIN_RAISED_HALF_POINTS, _MAX_RAISED_CHARACTERS = 4, 4
"""Text that is moved up by so much, and not longer, is a superscript although it is not declared one."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a run of text looks."""

    is_struck: bool = False
    is_hidden: bool = False
    is_raised: bool = False
    is_lowered: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str | None
    run_properties: _Element | None
    is_list: bool


class Styles:
    """The styles of a document (ECMA-376 part 1, 17.7)."""

    def __init__(self, root: _Element | None) -> None:
        self._styles: dict[str, _Style] = {}
        self._default: str | None = None
        self._defaults: _Element | None = None
        self._looks: dict[tuple[str | None, str | None], Look] = {}
        for element in () if root is None else root:
            if local_name(element) == "docDefaults":
                self._defaults = child(child(element, "rPrDefault"), "rPr")
            elif local_name(element) == "style" and (key := attribute(element, "styleId")) is not None:
                self._styles[key] = _style(element)
                if attribute(element, "type") == "paragraph" and is_on(attribute(element, "default"), absent=False):
                    self._default = key

    def name(self, paragraph_properties: _Element | None) -> str:
        """Return the name of a paragraph's style, which is English for built-in styles, in lower case.

        It is the name of the nearest built-in heading or title that a custom style is based on.
        """
        names = [style.name for style in self._chain(self._paragraph_style(paragraph_properties))]
        built_in = (name for name in names if name.startswith(("heading ", "title", "caption")))
        return next(built_in, names[0] if names else "")

    def is_list_item(self, paragraph_properties: _Element | None) -> bool:
        """Return whether a paragraph has a number or a bullet."""
        if (numbering := child(paragraph_properties, "numPr")) is not None:
            return attribute(child(numbering, "numId"), "val") != "0"
        chain = self._chain(self._paragraph_style(paragraph_properties))
        return any(style.is_list for style in chain)

    def look(self, paragraph_properties: _Element | None, run_properties: _Element | None) -> Look:
        """Return how a run looks, by its own properties, its style and its paragraph's style."""
        character = attribute(child(run_properties, "rStyle"), "val")
        key = (self._paragraph_style(paragraph_properties), character)
        if key not in self._looks:
            self._looks[key] = self._styled_look(*key)
        look = self._looks[key]
        if run_properties is None or len(run_properties) == 0:
            return look
        strikes = [_toggle(run_properties, name) for name in _STRIKES]
        is_hidden, alignment = _toggle(run_properties, "vanish"), _alignment(run_properties)
        return Look(
            is_struck=look.is_struck if strikes == [None, None] else any(strikes),
            is_hidden=look.is_hidden if is_hidden is None else is_hidden,
            is_raised=look.is_raised if alignment is None else alignment == "superscript",
            is_lowered=look.is_lowered if alignment is None else alignment == "subscript",
        )

    def _styled_look(self, paragraph_style: str | None, character_style: str | None) -> Look:
        """Return how a run without properties of its own looks. Two styles that set a toggle cancel each other."""
        paragraph = [style.run_properties for style in self._chain(paragraph_style)]
        character = [style.run_properties for style in self._chain(character_style)]

        def is_set(name: str) -> bool:
            states = [next(_set(_toggle(one, name) for one in chain), None) for chain in (character, paragraph)]
            if states == [None, None]:
                return _toggle(self._defaults, name) is True
            return bool(states[0]) != bool(states[1])

        alignment = next(_set(map(_alignment, [*character, *paragraph, self._defaults])), "baseline")
        return Look(
            is_struck=any(map(is_set, _STRIKES)),
            is_hidden=is_set("vanish"),
            is_raised=alignment == "superscript",
            is_lowered=alignment == "subscript",
        )

    def _paragraph_style(self, paragraph_properties: _Element | None) -> str | None:
        return attribute(child(paragraph_properties, "pStyle"), "val") or self._default

    def _chain(self, key: str | None) -> Iterator[_Style]:
        """Yield a style and those that it is based on, nearest first."""
        seen: set[str] = set()
        while key is not None and key in self._styles and key not in seen and len(seen) < _MAX_BASES:
            seen.add(key)
            yield self._styles[key]
            key = self._styles[key].based_on


def is_on(value: str | None, *, absent: bool = True) -> bool:
    """Return a Boolean value as Word writes it; ``absent`` if there is none."""
    return absent if value is None else value.lower() not in _OFF


def is_moved_up(run_properties: _Element | None, text: str) -> bool:
    """Return whether a short text is moved up far enough to be a superscript."""
    position = attribute(child(run_properties, "position"), "val") or ""
    is_up = position.isdecimal() and len(position) < 6 and int(position) >= _MIN_RAISED_HALF_POINTS
    return is_up and len(text.strip()) <= _MAX_RAISED_CHARACTERS


def _style(element: _Element) -> _Style:
    numbering = child(child(element, "pPr"), "numPr")
    return _Style(
        name=(attribute(child(element, "name"), "val") or "").lower(),
        based_on=attribute(child(element, "basedOn"), "val"),
        run_properties=child(element, "rPr"),
        is_list=numbering is not None and attribute(child(numbering, "numId"), "val") != "0",
    )


def _toggle(properties: _Element | None, name: str) -> bool | None:
    element = child(properties, name)
    return None if element is None else is_on(attribute(element, "val"))


def _alignment(properties: _Element | None) -> str | None:
    return attribute(child(properties, "vertAlign"), "val")


def _set(values: Iterable[_Value | None]) -> Iterator[_Value]:
    return (value for value in values if value is not None)
