"""Measuring the assistant from outside, through the functions that everyone else uses."""
