"""What may come: one model a module, their combination, honest intervals, joint paths.

Every model takes a ``Track`` and an ``Outlook`` and returns a ``Fan``. A model that cannot
speak raises FitError; the series' declared fallback speaks, marked.
"""
