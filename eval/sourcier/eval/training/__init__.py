"""Learning the verifier: examples right and wrong by construction, the trainer, and the report of its model card."""
