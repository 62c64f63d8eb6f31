"""Search time, memory and building time as the index grows, beside Chroma and bm25s asked as they are."""
