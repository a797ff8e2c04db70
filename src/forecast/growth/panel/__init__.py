"""Many series at once: what each may become, from its own past and its cohort's.

Read in the order a forecast is made::

    members ─▶ standing ─▶ centre ─▶ cohort ─▶ scale ─▶ fan
    (candidates) (who did well) (one path) (growth of its like) (how uncertain) (quantiles)

Every step works on arrays of many series and speaks at *every* origin of each, so that the same
code gives the forecast asked for and the past forecasts its errors are learned from. Nothing
after an origin touches what is said at it. What is learned across series (growth of the cohort,
pooled errors) is handed in; ``evaluation.panel`` collects it.
"""
