"""The rebuild flow: everything right of the raw archive again, under the same ids."""

from prefect import flow

from tasks.context import Reporter, log
from tasks.rebuild import in_words, rebuild_warehouse
from veille import settings as config
from veille.codes import FlowName


@flow(name=FlowName.REBUILD, persist_result=False)
def rebuild() -> dict[str, int]:
    """Make the warehouse again from the raw archive and the journal, after a rule, a lexicon or a file went wrong."""
    made = rebuild_warehouse(config.load(), Reporter())
    log.info("rebuild: %s", in_words(made))
    return made.counts
