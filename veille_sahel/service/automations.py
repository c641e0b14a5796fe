"""The automations of Prefect's that watch over the pipeline, set up by `veille up` (or `python -m veille_sahel.service.server_jobs automations`).

They notify through a notification block of Prefect's own that is named "veille" (e-mail, Slack, a custom webhook, ...);
until there is one they only leave their mark in the UI's event feed. One that was switched off in the UI stays off.
"""

from datetime import timedelta
from uuid import UUID

from prefect.automations import Automation
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, DoNothing, SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

#: The name of the block that notifications go through.
BLOCK = "veille"
#: A run that says nothing for so long is lost: its process sends a heartbeat every 30 s.
SILENT = timedelta(seconds=90)
#: `ingest/scheduled` runs every half hour; so long without a completed run, and somebody should look.
IDLE = timedelta(hours=2)
_HEARTBEAT = "prefect.flow-run.heartbeat"
_ENDED = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed")}
_RUNS = ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]})


def declared(block: UUID | None) -> list[Automation]:
    """Return every automation, with its notifications through `block` where there is one."""

    def notify(subject: str, body: str) -> list[ActionTypes]:
        return [SendNotification(block_document_id=block, subject=subject, body=body)] if block else [DoNothing()]

    return [
        Automation(
            name="veille: a run was lost",
            description="Heartbeats stopped (kill, power): the run is marked as crashed, so that nothing waits for it.",
            trigger=EventTrigger(
                after={_HEARTBEAT},
                expect={_HEARTBEAT, *_ENDED},
                match=_RUNS,
                for_each={"prefect.resource.id"},
                posture=Posture.Proactive,
                threshold=1,
                within=SILENT,
            ),
            actions=[
                ChangeFlowRunState(
                    name=None,
                    state=StateType.CRASHED,
                    force=False,
                    message="no heartbeat: its process was lost; the next run goes on from what is committed",
                )
            ],
        ),
        Automation(
            name="veille: a run failed",
            trigger=EventTrigger(
                expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
                match=_RUNS,
                posture=Posture.Reactive,
                threshold=1,
            ),
            actions=notify(
                "Veille Sahel : une collecte a échoué",
                "{{ flow.name }} « {{ flow_run.name }} » : {{ flow_run.state.name }} – {{ flow_run.state.message }}",
            ),
        ),
        Automation(
            name="veille: no news for two hours",
            description="No run of ingest completed: worker stopped, machine asleep, or every run fails.",
            trigger=EventTrigger(
                expect={"prefect.flow-run.Completed"},
                match=_RUNS,
                match_related=ResourceSpecification(
                    {"prefect.resource.role": ["flow"], "prefect.resource.name": ["ingest"]}
                ),
                posture=Posture.Proactive,
                threshold=1,
                within=IDLE,
            ),
            actions=notify("Veille Sahel : plus de collecte", "Aucune collecte n'a abouti depuis deux heures."),
        ),
        Automation(
            name="veille: a feed needs a look",
            description="Failing for a day, silent, unreadable or gone; told once until it is well again.",
            trigger=EventTrigger(expect={"veille.feed.*"}, posture=Posture.Reactive, threshold=1),
            actions=notify("Veille Sahel : un flux à regarder", "{{ event.payload.text }}"),
        ),
        Automation(
            name="veille: an event",
            description="Many dead, newly contested, or within something that watches.toml watches.",
            trigger=EventTrigger(expect={"veille.event.*"}, posture=Posture.Reactive, threshold=1),
            actions=notify("Veille Sahel : un événement", "{{ event.payload.text }}"),
        ),
    ]


def apply() -> int:
    """Create them, or bring those that are there up to date; returns 0."""
    with get_client(sync_client=True) as client:
        block = _block(client)
        known = {a.name: a for a in client.read_automations()}
    for automation in declared(block):
        if there := known.get(automation.name):
            automation.id, automation.enabled = there.id, there.enabled
            automation.update()
        else:
            automation.create()
    return 0


def _block(client: SyncPrefectClient) -> UUID | None:
    """The block named "veille" that can notify; None where there is none."""
    for document in client.read_block_documents():
        schema = document.block_schema
        if document.name == BLOCK and schema is not None and "notify" in (schema.capabilities or ()):
            return document.id
    return None
