"""The clock, read here and handed down: the day a run answers for, and the instant it runs."""

from __future__ import annotations

from datetime import UTC, date, datetime

from prefect.runtime import flow_run


def scheduled_day() -> date:
    """Return the UTC day this flow run was scheduled for; a late worker changes nothing."""
    scheduled: datetime = flow_run.scheduled_start_time
    return scheduled.astimezone(UTC).date()


def now() -> datetime:
    """Return the instant, UTC: for journals and the names of vintages."""
    return datetime.now(UTC)
