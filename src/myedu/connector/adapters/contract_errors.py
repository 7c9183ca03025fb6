"""Errors of a foreign system as errors of the contract."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from myedu.connector.sdk.errors import JournalError, JournalSilent
from myedu.contract.problems import ContractError, problem

log = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds, if the foreign system states none


@contextmanager
def contract_errors(system: str) -> Iterator[None]:
    """Within the block, JournalSilent becomes 503 and any other JournalError 500, with the text as detail.

    `system` names the foreign system in the log, e.g. "the provider".
    """
    try:
        yield
    except JournalSilent as error:
        log.warning("no answer of %s: %s", system, error)
        wait = int(error.retry_after or RETRY_AFTER)
        raise ContractError(problem("unavailable", detail=str(error)), retry_after=wait) from error
    except JournalError as error:
        # a retry won't help; the message says who can fix it
        log.error("%s can't be read: %s", system, error)
        raise ContractError(problem("internal", detail=str(error))) from error
