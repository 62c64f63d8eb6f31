"""How well passages are found, row beside row, on any organisation's own questions."""
