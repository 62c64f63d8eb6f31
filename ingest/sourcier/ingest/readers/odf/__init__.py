"""What the readers of OpenDocument files share: text, presentations and sheets are written in one language."""
