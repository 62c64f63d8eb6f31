"""Questions and documents written to make the assistant say what it should not, and what must hold all the same."""
