"""What we measure of ourselves and of peers, each table by one command."""
