"""How wrong we were: backtests, scores, calibration.

::

    backtest ─▶ errors ─▶ calibration, weights ─▶ judging ─▶ scoring ─▶ tables
    past forecasts  log    what they teach,        past forecasts   SCORES   for
    beside truth    errors known by a day          so taught                 people

``evaluate`` walks it. Nothing here looks at a later day than the one it is asked about, and
growth never runs a backtest: it is handed CALIBRATION.
"""
