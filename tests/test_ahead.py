"""The next item is made while the last one is used; nothing else is different from a plain loop."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.ahead import ahead


@given(st.lists(st.none() | st.integers()))
def test_gives_the_items_in_order(items: list[int | None]) -> None:
    assert list(ahead(iter(items))) == items


def test_makes_the_next_item_while_one_is_used_and_no_more() -> None:
    made = [threading.Event() for _ in range(4)]

    def items() -> Iterator[int]:
        for number, event in enumerate(made):
            event.set()
            yield number

    stream = ahead(items())
    assert next(stream) == 0
    assert made[1].wait(timeout=10)
    assert not made[2].wait(timeout=0.2)
    stream.close()


def test_an_error_comes_through_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    stream = ahead(items())
    assert next(stream) == 1
    with pytest.raises(ValueError, match="no more"):
        next(stream)


def test_closing_leaves_no_thread_behind() -> None:
    stream = ahead(iter(range(10)))
    next(stream)
    stream.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("narrate-ahead")]
