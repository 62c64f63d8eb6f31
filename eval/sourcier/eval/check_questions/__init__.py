"""What our question sets promise, checked: patterns, anchors, kinds, and two sides that share no place.

    python -m sourcier.eval.check_questions eval/data/fiches.dev.jsonl eval/data/fiches.test.jsonl --corpus corpus/fiches

``rows`` reads the sets with every field their authors write, ``rules`` looks at one row, ``sides`` at what
separates development from test, ``table`` counts for the README.
"""
