"""Ours beside what people would pick instead, each in a process of its own."""
