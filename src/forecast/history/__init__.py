"""What was known: visible rows, aggregation, and the one line a model may follow."""
