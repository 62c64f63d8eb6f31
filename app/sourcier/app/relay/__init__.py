"""A person rather than a machine: who can be reached, when they must be shown first, what is taken to them."""
