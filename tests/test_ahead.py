"""One step ahead: the order, the errors and the threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from narrate.concurrency import helper, prefetch


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_what_is_made_comes_in_order(cores: int) -> None:
    with helper(cores) as beside:
        assert list(prefetch(lambda n: n * n, range(50), beside)) == [n * n for n in range(50)]
        assert list(prefetch(str, [], beside)) == []


def test_one_core_has_no_helper() -> None:
    with helper(1) as beside:
        assert beside is None
        assert {*prefetch(lambda _: threading.get_ident(), range(3), beside)} == {threading.get_ident()}


def test_one_is_made_while_the_one_before_is_used_and_no_more() -> None:
    made = [threading.Event() for _ in range(10)]

    def make(number: int) -> int:
        made[number].set()
        return number

    with helper(2) as beside:
        for number in prefetch(make, range(10), beside):
            assert all(event.wait(10) for event in made[: number + 2])
            assert not any(event.is_set() for event in made[number + 2 :])


@pytest.mark.parametrize("cores", [1, 2])
def test_errors_go_through_and_no_thread_is_left(cores: int) -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise OSError("no more")

    with helper(cores) as beside:
        made = prefetch(lambda n: 6 // (3 - n), items(), beside)
        assert [next(made) for _ in range(3)] == [2, 3, 6]
        with pytest.raises(ZeroDivisionError):
            next(made)
    with helper(cores) as beside, pytest.raises(OSError, match="no more"):
        list(prefetch(abs, items(), beside))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("narrate-ahead")]
