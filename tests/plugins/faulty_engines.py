"""Engines that fail in every way, installed for the tests like those of a third party."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from narrate.engines.silent import SilentEngine
from narrate.errors import EngineError
from narrate.types import Audio, Voice


class Faulty(SilentEngine):
    name = "faulty"

    def voices(self) -> Sequence[Voice]:
        names = [f"{self.name}-{number}" for number in range(9)]
        return [Voice(self.name, name, name, "en", "unknown", "none", "none", "none") for name in names]

    def fingerprint(self, voice: Voice) -> str | None:
        return None  # its takes are not to be cached

    def leave_trace(self) -> None:
        """Record the process for the test."""
        if folder := os.environ.get("NARRATE_TEST_TRACE"):
            (Path(folder) / f"{os.getpid()}").touch()


class Hanging(Faulty):
    """Hangs in a forked process, which must be killed too."""

    name = "hanging"
    fresh_process = True

    def synthesize(self, text: str, voice: Voice) -> Audio:
        self.leave_trace()
        while "hang" in text:
            time.sleep(0.05)
        return super().synthesize(text, voice)


class Waiting(Faulty):
    """Speaks once the test opens the gate."""

    name = "waiting"
    fresh_process = True

    def synthesize(self, text: str, voice: Voice) -> Audio:
        self.leave_trace()
        while not Path(os.environ["NARRATE_TEST_GATE"]).exists():
            time.sleep(0.02)
        return super().synthesize(text, voice)


class Loading(Faulty):
    """Leaves its trace when it loads, which takes a minute, or ``NARRATE_TEST_LOADING_S`` seconds."""

    name = "loading"

    def load(self) -> None:
        self.leave_trace()
        time.sleep(float(os.environ.get("NARRATE_TEST_LOADING_S", "60")))


class Lasting(Faulty):
    """Speaks one line after another in the process that loaded it."""

    name = "lasting"

    def load(self) -> None:
        self.leave_trace()


class Crashing(Faulty):
    name = "crashing"

    def synthesize(self, text: str, voice: Voice) -> Audio:
        if "murmur" in text:
            os.write(2, b"a word from another worker\n")
        if "crash" in text:
            if "silence" not in text:
                os.write(2, b"the roof fell in\n")
            os._exit(11)
        return super().synthesize(text, voice)


class Garbled(Faulty):
    """Returns garbage of the kind that the text names."""

    name = "garbled"
    fingerprint = SilentEngine.fingerprint

    def synthesize(self, text: str, voice: Voice) -> Audio:
        whole = super().synthesize(text, voice)
        garbage = {
            "not a number": Audio(whole.samples * np.nan, whole.sample_rate_hz),
            "endless": Audio(whole.samples / 0, whole.sample_rate_hz),
            "empty": Audio(whole.samples[:0], whole.sample_rate_hz),
            "too loud": Audio(whole.samples * 30, whole.sample_rate_hz),
            "two channels": Audio(np.stack([whole.samples] * 2), whole.sample_rate_hz),
            "no rate": Audio(whole.samples, 0),
        }
        named = (audio for kind, audio in garbage.items() if kind in text)
        return next(named, garbage["not a number"])


class Flaky(Faulty):
    """Fails at the first attempt at every line."""

    name = "flaky"

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def synthesize(self, text: str, voice: Voice) -> Audio:
        if text not in self.seen:
            self.seen.add(text)
            raise EngineError("not in the mood")
        return super().synthesize(text, voice)


class Sharing(Faulty):
    """Makes takes with as many samples as it shares a line among threads."""

    name = "sharing"
    threads = 0

    def share(self, threads: int) -> None:
        self.threads = threads

    def synthesize(self, text: str, voice: Voice) -> Audio:
        return Audio(np.zeros(self.threads, np.float32), 24_000)


class Shared(Faulty):
    """Loads once for all workers. Takes have a level of 0.5 if the worker was forked from the process that loaded."""

    name = "shared"
    shares_memory = True
    loaded_in = 0

    def load(self) -> None:
        self.leave_trace()
        self.loaded_in = os.getpid()

    def synthesize(self, text: str, voice: Voice) -> Audio:
        if "hang" in text:
            time.sleep(60)
        if "crash" in text:
            os.write(2, b"the roof fell in\n")
            os._exit(11)
        if "grow" in text:
            np.ones(20_000_000)
        level = 0.5 if self.loaded_in == os.getppid() else 0.1
        return Audio(np.full(len(text), level, np.float32), 24_000)


class SharedHomeless(Faulty):
    """Lacks a package that all workers would share."""

    name = "shared-homeless"
    shares_memory = True

    def load(self) -> None:
        raise EngineError("Engine 'shared-homeless' needs a roof.")


class SharedCollapsing(Faulty):
    """Crashes while it loads for all workers."""

    name = "shared-collapsing"
    shares_memory = True

    def load(self) -> None:
        os.write(2, b"the ground gave way\n")
        os._exit(12)


class SharedLoading(Loading):
    """Takes as long as ``Loading``, and loads for all workers."""

    name = "shared-loading"
    shares_memory = True


class Reading(Faulty):
    """Reads texts where the edition is made. Its takes have as many samples as letters, and no text comes to them."""

    name = "reading"

    def read(self, text: str, voice: Voice) -> object:
        if "illegible" in text:
            raise EngineError("no such letters")
        return {"letters": (len(text),), "process": os.getpid()}

    def speak(self, reading: object, voice: Voice) -> Audio:
        assert isinstance(reading, dict)
        level = 0.5 if reading["process"] == os.getppid() else 0.1
        (letters,) = reading["letters"]
        return Audio(np.full(letters, level, np.float32), 24_000)

    def synthesize(self, text: str, voice: Voice) -> Audio:
        raise EngineError("the text came to the worker")


class Homeless(Faulty):
    """Lacks a package."""

    name = "homeless"

    def load(self) -> None:
        raise EngineError("Engine 'homeless' needs a roof. Try: pip install 'narrate-edition[roof]'")


class Surprising(Faulty):
    """Raises an exception of another kind, in a forked process."""

    name = "surprising"
    fresh_process = True

    def synthesize(self, text: str, voice: Voice) -> Audio:
        raise EOFError("surprise")


class Incomplete:
    """Defines less than the protocol, without deriving from it."""

    name = "incomplete"
    fresh_process = False

    def synthesize(self, text: str, voice: Voice) -> Audio:
        raise EngineError("not in the mood")
