"""Tools for assistants of other makers, over the Model Context Protocol: search, ask, open a passage."""
