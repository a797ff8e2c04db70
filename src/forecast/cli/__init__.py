"""The verbs. They read flags and the clock, call ``pipeline``, and print."""
