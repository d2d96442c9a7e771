"""Log lines of tests: their tracebacks are plain, as those of the program are."""

import structlog


def write_plain_tracebacks() -> None:
    """Leave out the values of all variables: drawing them in colours takes seconds for each error that is logged."""
    for processor in structlog.get_config()["processors"]:
        if isinstance(processor, structlog.dev.ConsoleRenderer):
            processor.exception_formatter = structlog.dev.plain_traceback
