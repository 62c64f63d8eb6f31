"""The trainer's workshop kit: one content, made from the documents and verified, then written to files."""
