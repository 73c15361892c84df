"""Start a search in this process, or in several processes on this machine."""

from typing import TYPE_CHECKING

from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.services.machine.extras import require_extra

if TYPE_CHECKING:
    from tdcli.services.tune.search import OnTrial, SearchResult
    from tdcli.services.tune.setup import SearchRequest


def start_search(
    request: "SearchRequest",
    jobs: int = 1,
    *,
    on_loading: ProgressCallback = no_progress,
    on_trial: "OnTrial" = lambda trial, results: None,
) -> "SearchResult":
    """Search in `jobs` processes, and return the result.

    on_loading: called with the progress of slow reading. on_trial: called with each trial that ended. Raises SpecError
    if the extra is missing, and the errors of `run_search` and `search_with_jobs`.
    """
    require_extra("tune", "a search")
    if jobs == 1:
        from tdcli.services.tune.search import run_search

        return run_search(request, on_trial, on_loading=on_loading)
    from tdcli.services.tune.jobs import search_with_jobs

    return search_with_jobs(request, jobs, on_trial, on_loading)
