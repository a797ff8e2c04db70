"""How wrong past forecasts of a panel were, counted so that no order or chunking matters.

``tally`` counts in whole numbers, by the period in which each thing became known; ``errors``
fills it from batches; ``lessons`` reads it for one last period, and never beyond; ``card`` is
the calibration that comes with the package.
"""
