"""One module a publication: what to ask for, when an answer is whole, and how to read it.

Readers are pure: bytes in, contract tables out. They never import one another.
"""
