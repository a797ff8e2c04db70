"""The walk as plain functions: every room in turn, and no Prefect.

Rooms are imported late, inside functions, so that a command which needs one of them does not
wait for all.
"""
