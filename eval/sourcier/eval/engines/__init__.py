"""Whole answers side by side: ours, LlamaIndex's ``CitationQueryEngine``, and a plain pipeline."""
