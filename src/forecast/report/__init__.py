"""What people read: one page, the same in Markdown and JSON, and a few lines for a terminal.

::

    Edition ─▶ contents ─▶ pages.write      report.html · report.md · report.json
                  └──────▶ summary.summary  a terminal's worth

``contents`` holds every number and reason before it has a form; ``words`` and ``sentences``
say them, ``fan``, ``labels`` and ``charts`` draw them. Nothing here computes a forecast.
"""
