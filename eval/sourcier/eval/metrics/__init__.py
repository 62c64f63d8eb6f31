"""Deterministic measures: no model judges another one here."""
