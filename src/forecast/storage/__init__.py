"""The two folders of data: what we were sent (``raw``), and what we say (``processed``).

Read the room from the disk upwards::

    durable    the only door to the disk for writing: aside first, synced, renamed
    instants   handed in, with a time zone
    lock       one writer at a time; dies with its owner
    raw        payloads, kept once under (source, UTC instant, hash)
    parquet    a table as bytes, and back
    rounding   published numbers have six significant digits
    runs       immutable folders, sealed by a manifest
    editions   links that say which run answers for an as-of day; swapped by rename
    journal    what happened when: the only place where clock values are written

Nothing here knows the time: instants are handed in.
"""
