"""What people read: one page, the same in Markdown and JSON, and a few lines for a terminal.

::

    Edition ─▶ contents ─▶ pages.write      report.html · data.html · record.html
                  │                         report.md · report.json · summary.txt
                  └──────▶ summary.summary  a terminal's worth

``contents`` holds every number and reason before it has a form; ``words`` and ``sentences``
say them, ``fan``, ``labels``, ``charts`` and ``dots`` draw them. Nothing here computes a forecast.
"""
