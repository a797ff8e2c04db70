"""The network and nothing else: a request goes out, whole bytes come back, or an error that helps.

Read the files in the order of a fetch::

    messages ─▶ addresses ─▶ pace ─▶ deadline ─▶ body ─▶ fetch (which joins them; patience, masks)

It knows no publisher, no folder and no calendar: only monotonic time and sleep.
"""

from forecast.transport.fetch import Transport
from forecast.transport.messages import Answer, Request
from forecast.transport.patience import Clock, Patience

__all__ = ["Answer", "Clock", "Patience", "Request", "Transport"]
