"""Servers that speak Ollama's protocol on the loopback and misbehave on purpose, and the real client that asks them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.models.ollama_server import OllamaServer

from sourcier.app.models import Turn
from sourcier.app.models.ollama import OllamaModel
from sourcier.core.settings import Settings, load

__all__ = [
    "ASK",
    "NAME",
    "QUESTION",
    "REPLY",
    "SENTENCE",
    "SHEET",
    "Serve",
    "chats",
    "model_of",
    "settings_for",
    "start",
    "stop",
]

NAME = "qwen2.5:1.5b"
ASK = [Turn("user", "Combien de semaines dure le congé ?")]
REPLY = ("Le congé", " dure", " 65 semaines", ".")

SHEET = """---
title: Entente de la bibliothèque
---
# Horaires

L'horaire d'été débute le 24 juin 2025 et compte 32,5 heures par semaine. La direction affiche l'horaire dix jours à
l'avance.
"""
QUESTION = "Combien d'heures par semaine compte l'horaire d'été ?"
SENTENCE = "L'horaire d'été débute le 24 juin 2025 et compte 32,5 heures par semaine."

Serve = Callable[..., OllamaServer]


def settings_for(home: Path, *servers: OllamaServer, **options: Any) -> Settings:
    urls = [server.url for server in servers]
    named = {f"model.ollama.{key}": value for key, value in {"model": NAME, **options}.items()}
    addresses = {"model.ollama.url": urls[0], "model.ollama.urls": tuple(urls[1:])}
    return load(options={"home": home, "answer.cache": 0, **addresses, **named}, environ={}).settings


def model_of(server: OllamaServer, *others: OllamaServer, **options: Any) -> OllamaModel:
    return OllamaModel(settings_for(Path("unused"), server, *others, **options).model)


def stop(server: OllamaServer) -> None:
    server.__exit__()


def start(server: OllamaServer) -> None:
    server.__enter__()


def chats(server: OllamaServer) -> int:
    return sum(path == "/api/chat" for path, _ in server.requests)
