"""The HTTP interface under ``/api/v1``: the same answers as the page, as JSON. Questions travel in bodies only."""

from sourcier.app.api.errors import answer_errors_in_json
from sourcier.app.api.parts import Described, DocumentsAndSearch, SearchResult, SelfChecking
from sourcier.app.api.routes import router

__all__ = ["Described", "DocumentsAndSearch", "SearchResult", "SelfChecking", "answer_errors_in_json", "router"]
