"""The queue and its worker, which know no task; rooms hand them theirs."""
