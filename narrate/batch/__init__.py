"""Many articles: find them, make their editions in several processes, report on each."""

from narrate.batch.dask import dask_executor
from narrate.batch.report import Outcome, PreviousReport, read_report
from narrate.batch.scheduling import produce_all
from narrate.batch.sources import Place, count_skipped, find_sources, is_list
from narrate.batch.watching import watch_folder

__all__ = [
    "Outcome",
    "Place",
    "PreviousReport",
    "count_skipped",
    "dask_executor",
    "find_sources",
    "is_list",
    "produce_all",
    "read_report",
    "watch_folder",
]
