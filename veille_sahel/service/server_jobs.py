"""Small errands to the Prefect server that `veille up` runs in a process of their own: is it there, and what did it lose.

python -m veille_sahel.service.server_jobs health     exit 0 if the server of PREFECT_API_URL answers
python -m veille_sahel.service.server_jobs lost_running_runs    runs that were going when everything stopped are marked as crashed
python -m veille_sahel.service.server_jobs lost_pending_runs     runs that a worker took and lost before they began are marked as crashed, and asked for again
python -m veille_sahel.service.server_jobs automations    create or update the automations that notify
"""

import datetime as dt
import sys
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import State, StateType
from prefect.states import Crashed

from veille_sahel.service.automations import apply
from veille_sahel.service.processes import values_of

#: So long may pass between a worker's taking a run and the start of its process.
TAKING = dt.timedelta(seconds=30)


def health() -> int:
    """Return 0 if the server answers."""
    with get_client(sync_client=True) as client:
        return 1 if client.api_healthcheck() else 0


def lost_running_runs() -> int:
    """Mark as crashed what the server believes to run: no worker is there yet, so its process was lost."""
    wanted = FlowRunFilter(
        state=FlowRunFilterState(
            type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
        )
    )
    with get_client(sync_client=True) as client:
        lost = _all(client, wanted)
        for run in lost:
            state: State[Any] = Crashed(
                message="its process ended with the machine or with `veille up`; the next run goes on from what is committed"
            )
            client.set_flow_run_state(run.id, state, force=True)
    return 0


def lost_pending_runs() -> int:
    """Crash what a dead worker left: what it had taken and not yet started would wait for ever, and keep its deployment's only place.

    A run whose process is there already goes on without its worker, and is left alone; so is what was taken just now.
    """
    latest = dt.datetime.now(dt.UTC) - TAKING
    taken = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PENDING])))
    going = values_of("PREFECT__FLOW_RUN_ID")
    with get_client(sync_client=True) as client:
        for run in _all(client, taken):
            if str(run.id) in going or run.state is None or run.state.timestamp > latest:
                continue
            lost: State[Any] = Crashed(message="its worker was lost before it began; it was asked for again")
            client.set_flow_run_state(run.id, lost, force=True)
            if run.deployment_id is not None and not run.auto_scheduled:
                client.create_flow_run_from_deployment(run.deployment_id, parameters=run.parameters)
    return 0


def _all(client: SyncPrefectClient, wanted: FlowRunFilter) -> list:  # type: ignore[type-arg]
    return list(client.read_flow_runs(flow_run_filter=wanted, limit=200))


if __name__ == "__main__":
    sys.exit(
        {
            "health": health,
            "lost_running_runs": lost_running_runs,
            "lost_pending_runs": lost_pending_runs,
            "automations": apply,
        }[sys.argv[1]]()
    )
