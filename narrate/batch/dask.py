"""Many machines: a Dask cluster as the executor that makes a batch's editions."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

from narrate.errors import ClusterError, UsageError
from narrate.storage import version_of

if TYPE_CHECKING:
    from distributed import Client

LOCAL: Final = "local"
ADDRESS: Final = re.compile(r"(tcp|tls|ucx|wss?)://[^\s/]+:\d+")
REACH_S: Final = 10.0
"""How long a scheduler, and the first of its workers, may take to answer."""
SHAPING: Final = ("narrate-edition", "spacy", "soundfile", "lameenc", "mutagen", "misaki", "onnxruntime")
"""Packages that an edition's bytes depend on: machines that differ in one would not make the same edition."""


@contextmanager
def dask_executor(address: str, *, workers: int, reach_s: float = REACH_S) -> Iterator[tuple[Executor, int]]:
    """An executor over the cluster whose scheduler is at ``address``, and how many editions it makes at a time.

    ``local`` starts a cluster of ``workers`` processes on this machine, which ends with the context; only this process
    can talk to it, and as with every use of :mod:`multiprocessing` the program needs its
    ``if __name__ == "__main__"``. Raises ``UsageError`` for what is no address, ``ClusterError`` if the extra ``dask``
    is missing, nobody answers within ``reach_s`` seconds, or a worker has other versions of what shapes an edition.
    """
    try:
        import dask.config
        from distributed import LocalCluster
        from distributed.utils import silence_logging_cmgr
    except ImportError as error:
        raise ClusterError("Dask is not installed. Try: pip install 'narrate-edition[dask]'") from error
    if address != LOCAL and not ADDRESS.fullmatch(address):
        raise UsageError(f"'{address}' is no address of a Dask scheduler: one is like tcp://machine:8786, or local.")
    with ExitStack() as stack:
        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))  # what matters is raised, or in an outcome
        where: Any = address
        if address == LOCAL:
            stack.enter_context(dask.config.set({"distributed.scheduler.http.routes": []}))
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="127.0.0.1",
                security=True,  # or every user of this machine could have it run what they like
                dashboard_address="127.0.0.1:0",
            )
            where = stack.enter_context(cluster)
        client = stack.enter_context(_reached(where, address, reach_s))
        _compare_versions(client)
        yield client.get_executor(), sum(client.nthreads().values())


@contextmanager
def _reached(where: Any, address: str, reach_s: float) -> Iterator[Client]:
    """A client of the cluster, once it has a worker."""
    from distributed import Client

    try:
        client = Client(where, timeout=reach_s, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
        problem = next(iter(str(error).splitlines()), type(error).__name__)
        raise ClusterError(f"The Dask scheduler {address} cannot be reached: {problem}.") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=reach_s)
        except TimeoutError as error:
            raise ClusterError(f"The Dask scheduler {address} has no worker: start one with 'dask worker'.") from error
        yield client


def _compare_versions(client: Client) -> None:
    """Raise ``ClusterError`` if a worker would make other bytes than this machine, or none at all."""
    here = installed_versions()
    for worker, there in client.run(installed_versions, on_error="return").items():
        if isinstance(there, BaseException):
            raise ClusterError(f"The Dask worker {worker} cannot run Narrate: {there}. Install the same there as here.")
        for name in SHAPING:
            if here[name] != there[name]:
                raise ClusterError(
                    f"The Dask worker {worker} has {name} {there[name] or 'not at all'}, this machine "
                    f"{here[name] or 'not at all'}: editions would differ. Install the same there as here."
                )


def installed_versions() -> dict[str, str]:
    """The versions of what shapes an edition; empty for what is not installed."""
    return {name: version_of(name, absent="") for name in SHAPING}
