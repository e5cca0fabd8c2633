"""Whether a news item may be published, in IPTC's words."""

from __future__ import annotations

from typing import Final

from narrate.errors import SourceError

_NOT_USABLE: Final = frozenset("canceled cancelled withheld killed kill retracted withdrawn unusable notusable".split())


def refuse_unusable(status: object, usable: object = None) -> None:
    """Raise SourceError if the provider canceled or withheld an item.

    Args:
        status: The publication status, such as ``usable``, ``stat:canceled`` or the address of one of IPTC's terms. It
            may be in a list or an object.
        usable: False, or a word for it, if the provider says so.
    """
    values = status.values() if isinstance(status, dict) else status if isinstance(status, list) else [status]
    for value in values:
        word = str(value or "").replace("/", ":").rpartition(":")[2].strip().lower()
        if word in _NOT_USABLE:
            raise SourceError(f"its provider has marked it as '{word}'. Use another version.")
    if usable is False or str(usable).strip().lower() in ("false", "no"):
        raise SourceError("its provider has marked it as not usable. Use another version.")
