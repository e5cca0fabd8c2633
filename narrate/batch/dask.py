"""A Dask cluster as the executor that makes a batch's editions."""

from __future__ import annotations

import logging
import re
import signal
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, Final

from narrate.engines.kokoro import weights
from narrate.errors import ClusterError, UsageError
from narrate.storage import version_of

if TYPE_CHECKING:
    from distributed import Client

LOCAL: Final = "local"
ADDRESS: Final = re.compile(r"(tcp|tls|ucx|wss?)://[^\s/]+:\d+")
CONNECT_TIMEOUT_S: Final = 10.0  # how long the scheduler may take to answer, and its first worker to register
SHAPING_PACKAGES: Final = ("narrate-edition", "spacy", "soundfile", "lameenc", "mutagen", "kokorog2p", "onnxruntime")
"""Packages that the bytes of an edition depend on."""
GRAPH_NAME: Final = "the voice model's graph"


@contextmanager
def dask_executor(
    address: str, *, workers: int, timeout_s: float = CONNECT_TIMEOUT_S
) -> Iterator[tuple[Executor, int]]:
    """Connect to a Dask cluster, or start one on this machine that ends with the context.

    A program that starts a cluster needs an ``if __name__ == "__main__"``, as with every use of
    :mod:`multiprocessing`. Only this process can connect to the cluster that it starts.

    Args:
        address: Address of the scheduler, such as ``tcp://machine:8786``; ``local`` starts a cluster.
        workers: Number of processes of a cluster that is started.
        timeout_s: How long the scheduler may take to answer, and its first worker to register.

    Yields:
        An executor for ``produce_all``, and how many editions the cluster makes at a time.

    Raises:
        UsageError: ``address`` is not an address.
        ClusterError: The extra ``dask`` is missing, the cluster does not answer, or one of its workers has other
            versions of the packages that shape an edition.
    """
    try:
        import dask.config
        from distributed import LocalCluster
    except ImportError as error:
        raise ClusterError("Dask is not installed. Run: pip install 'narrate-edition[dask]'") from error
    if address != LOCAL and not ADDRESS.fullmatch(address):
        raise UsageError(
            f"'{address}' is not the address of a Dask scheduler. Use one like tcp://machine:8786, or local."
        )
    with ExitStack() as stack:
        stack.enter_context(_silence())  # problems are raised or are part of an outcome
        where: Any = address
        if address == LOCAL:
            stack.enter_context(dask.config.set({"distributed.scheduler.http.routes": []}))
            with _interrupts_kept_from_children():
                cluster = LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    security=True,  # without it, every user of this machine could run code in the cluster
                    dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                )
                where = stack.enter_context(cluster)
        client = stack.enter_context(_connected(where, address, timeout_s))
        _compare_versions(client)
        yield client.get_executor(), sum(client.nthreads().values())


@contextmanager
def _silence() -> Iterator[None]:
    """Silence Dask's own messages. If a signal ends the program, they stay silent while it closes the cluster."""
    from distributed.utils import silence_logging_cmgr

    try:
        with silence_logging_cmgr(logging.CRITICAL):
            yield
    except (KeyboardInterrupt, SystemExit):
        for handler in logging.getLogger("distributed").handlers:
            handler.setLevel(logging.CRITICAL + 1)
        raise


@contextmanager
def _interrupts_kept_from_children() -> Iterator[None]:
    """Block the signal of Ctrl-C, which reaches all processes of a terminal, in those that are started meanwhile.

    It arrives in this process at the end of the context.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # to start it later would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _connected(where: Any, address: str, timeout_s: float) -> Iterator[Client]:
    """Provide a client of the cluster once the cluster has a worker."""
    from distributed import Client

    try:
        client = Client(where, timeout=timeout_s, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
        problem = next(iter(str(error).splitlines()), type(error).__name__)
        raise ClusterError(f"Cannot reach the Dask scheduler {address}: {problem}.") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=timeout_s)
        except TimeoutError as error:
            raise ClusterError(f"The Dask scheduler {address} has no worker. Start one with 'dask worker'.") from error
        yield client


def _compare_versions(client: Client) -> None:
    """Raise ``ClusterError`` if a worker cannot run Narrate or would make other bytes than this machine."""
    here = installed_versions()
    for worker, there in client.run(installed_versions, on_error="return").items():
        if isinstance(there, BaseException):
            raise ClusterError(
                f"The Dask worker {worker} cannot run Narrate: {there}. Install the same packages there."
            )
        for name in here:
            if here[name] != there[name]:
                raise ClusterError(
                    f"The Dask worker {worker} has {name} {there[name] or '(not installed)'}, this machine has "
                    f"{here[name] or '(not installed)'}: editions would differ. Install the same version on both."
                )


def installed_versions() -> dict[str, str]:
    """Return the versions of what shapes an edition: packages, empty if not installed, and kokoro's graph."""
    return {**{name: version_of(name, absent="") for name in SHAPING_PACKAGES}, GRAPH_NAME: str(weights.GRAPH)}
