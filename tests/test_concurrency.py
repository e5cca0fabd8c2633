"""Work ahead in threads: the order, the errors and the threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from narrate.concurrency import background_thread, ordered_map


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_results_come_in_the_order_of_the_items(cores: int) -> None:
    with background_thread(cores) as executor:
        assert list(ordered_map(lambda n: n * n, range(50), executor)) == [n * n for n in range(50)]
        assert list(ordered_map(str, [], executor)) == []


def test_several_threads_keep_the_order_too() -> None:
    later = threading.Event()

    def make(number: int) -> int:
        if number == 0:
            assert later.wait(10)
        else:
            later.set()
        return number

    with ThreadPoolExecutor(4) as executor:
        assert list(ordered_map(make, range(50), executor, look_ahead=8)) == [*range(50)]


def test_one_core_has_no_background_thread() -> None:
    with background_thread(1) as executor:
        assert executor is None
        assert {*ordered_map(lambda _: threading.get_ident(), range(3), executor)} == {threading.get_ident()}


@pytest.mark.parametrize("look_ahead", [1, 3])
def test_exactly_look_ahead_results_are_made_while_one_is_used(look_ahead: int) -> None:
    made = [threading.Event() for _ in range(10)]

    def make(number: int) -> int:
        made[number].set()
        return number

    with background_thread(2) as executor:
        for number in ordered_map(make, range(10), executor, look_ahead=look_ahead):
            assert all(event.wait(10) for event in made[: number + 1 + look_ahead])
            assert not any(event.is_set() for event in made[number + 1 + look_ahead :])


def test_closing_cancels_what_has_not_begun() -> None:
    begun, go_on = list[int](), threading.Event()

    def make(number: int) -> int:
        begun.append(number)
        assert number == 0 or go_on.wait(10)
        return number

    with background_thread(2) as executor:
        results = ordered_map(make, range(10), executor, look_ahead=5)
        assert next(results) == 0
        results.close()
        go_on.set()
    assert begun in ([0], [0, 1])


@pytest.mark.parametrize("cores", [1, 2])
def test_errors_go_through_and_no_thread_is_left(cores: int) -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise OSError("no more")

    with background_thread(cores) as executor:
        made = ordered_map(lambda n: 6 // (3 - n), items(), executor)
        assert [next(made) for _ in range(3)] == [2, 3, 6]
        with pytest.raises(ZeroDivisionError):
            next(made)
    with background_thread(cores) as executor, pytest.raises(OSError, match="no more"):
        list(ordered_map(abs, items(), executor))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("narrate-background")]
