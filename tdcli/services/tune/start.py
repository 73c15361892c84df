"""Search as a request says: in this process, or in several on this machine."""

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
    """Search in `jobs` processes, and return what was found.

    on_loading: is called as the data are read, where that takes long; on_trial: takes each trial that ended. Raises
    SpecError where the extra is missing, and what `run_search` and `search_with_jobs` raise.
    """
    require_extra("tune", "a search")
    if jobs == 1:
        from tdcli.services.tune.search import run_search

        return run_search(request, on_trial, on_loading=on_loading)
    from tdcli.services.tune.jobs import search_with_jobs

    return search_with_jobs(request, jobs, on_trial, on_loading)
