"""The quality gate: a run beside the last accepted one, and whether the change may go on."""

from sourcier.eval.gate.accepted import Accepted, GateError, accept, find_accepted, record_of
from sourcier.eval.gate.deciding import Decision, Finding, decide

__all__ = ["Accepted", "Decision", "Finding", "GateError", "accept", "decide", "find_accepted", "record_of"]
