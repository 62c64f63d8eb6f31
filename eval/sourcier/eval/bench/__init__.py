"""Warm timings, printed as Markdown."""
