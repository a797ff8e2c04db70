"""The gate: every row judged once, on the day it becomes known, against rows known no later.

``gate.judge`` takes OBSERVATIONS and hands back the rows kept, QUARANTINE, CHECKS and the
vintages it stopped. ``rules`` say what is wrong with a row, ``suite`` puts them to Great
Expectations, ``verdicts`` remembers the answers so that a warm run imports none of it.
``planting`` makes faults on purpose, to measure what the rules miss.
"""
