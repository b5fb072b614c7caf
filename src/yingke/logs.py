"""Structured logs: one line an event, JSON for machines. Secrets never reach them."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_NAMES = re.compile(r"password|token|secret|cookie|authorization|api_key|hash", re.IGNORECASE)
_SECRETS = re.compile(r"\b(yk_|v_)[\w-]{16,}|://[^/\s:@]+:[^@\s]+@")


def configure_logs(form: str) -> None:
    """`form` is `json`, or `console` for people."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,  # first: a traceback is searched for secrets as well
            hide_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)


def hide_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what is, or looks like, a secret."""
    for key, value in event.items():
        if _SECRET_NAMES.search(key):
            event[key] = "(hidden)"
        elif isinstance(value, str):
            event[key] = _SECRETS.sub("(hidden)", value)
    return event
