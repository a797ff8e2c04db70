"""The ground floor: what the rooms promise one another.

Tables, catalogue, quantities and their conversions, questions, vintages, errors. It imports
nothing of ours, and every other room imports it.
"""
