"""Judges of claims side by side: ours, two simple rules, and LlamaIndex's evaluator with the embedded model."""
