"""Lines to takes: the worker pool, the take cache, and the rendering that uses both."""

from narrate.synthesis.cache import TakeCache
from narrate.synthesis.pool import Worker, WorkerPool
from narrate.synthesis.rendering import SpokenAhead, TakeStream, Wording, marked_text, synthesize

__all__ = ["SpokenAhead", "TakeCache", "TakeStream", "Wording", "Worker", "WorkerPool", "marked_text", "synthesize"]
