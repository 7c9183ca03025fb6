"""The one queue and worker: knows no task; rooms hand it theirs."""
