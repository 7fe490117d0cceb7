# The tasks of this project. The environment is .venv/; it is created again when the requirements change.

PYTHON ?= python3
PORT ?= 8000
VENV = .venv
PY = $(VENV)/bin/python
# Each of a run's many processes would otherwise compile every module again.
COMPILED = env -u PYTHONDONTWRITEBYTECODE
# Written last, so that an interrupted setup starts again.
MADE = $(VENV)/.made

.PHONY: help setup run test quick trust check messages picture bench port requirements mutants
.NOTPARALLEL:

help:
	@echo "make run       the practice with demonstration content on http://localhost:$(PORT)/"
	@echo "make test      every test, browser tests included (ARGS= for pytest)"
	@echo "make quick     within a minute: the layout, every declaration, a few pages at 320 pixels"
	@echo "make trust     tests of every promise to clients, with figures"
	@echo "make mutants   makes small changes to the engines and reports those that no test notices (ARGS=)"
	@echo "make check     format, lint, types, migrations, database rules, deployment, translations, reading level"
	@echo "make messages  updates the translation catalogues"
	@echo "make picture   draws the picture of docs/architecture.md from the imports"
	@echo "make bench     the benchmarks"
	@echo "make setup     creates only the environment"
	@echo "make requirements  the .txt files from the .in files, with hashes (ARGS= for uv)"

setup: $(MADE)

$(MADE): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Psywellpath needs Python 3.11 or newer: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "Python's venv is missing. On Debian: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Creating the environment in $(VENV)/ …"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements-dev.txt
	@touch $(MADE)

run: port setup
	@exec env SITE_URL="$${SITE_URL:-http://localhost:$(PORT)}" $(PY) manage.py serve $(PORT)

# Before the environment, which takes a while.
port:
	@$(PYTHON) psywellpath/ports.py $(PORT)

test: setup
	@CHROMIUM="$$(.ci/chromium)" || { \
		[ -z "$$CI" ] || exit 1; \
		echo "*** Browser tests are SKIPPED: no Chromium was found (CHROMIUM= names one). ***" >&2; }; \
	HTML_CHECKER="$$(.ci/html-checker)" || { \
		[ -z "$$CI" ] || exit 1; \
		echo "*** The HTML check is SKIPPED: see above. ***" >&2; }; \
	export CHROMIUM HTML_CHECKER; \
	$(COMPILED) $(PY) -m pytest -n auto $(ARGS)

# Only files with a quick test are loaded.
quick: setup
	@CHROMIUM="$$(.ci/chromium)"; \
	export CHROMIUM; \
	$(PY) -m pytest -m quick -n0 $(ARGS) $$(grep -rl 'mark\.quick' tests --include='test_*.py')

trust: setup
	@CHROMIUM="$$(.ci/chromium)"; HTML_CHECKER="$$(.ci/html-checker)"; \
	export CHROMIUM HTML_CHECKER; \
	THOROUGH=1 $(COMPILED) $(PY) -m pytest -m trust -n auto $(ARGS)

check: setup
	@VENV=$(VENV) .ci/check

messages: setup
	@.ci/need gettext msgfmt >/dev/null
	@$(PY) manage.py check_translations --update

picture: setup
	@$(PY) -m tests.support.architecture

mutants: setup
	@$(PY) -m tests.mutants $(ARGS)
	@[ -n "$(ARGS)" ] || $(PY) -m tests.harmful_changes

bench: setup
	@$(PY) -m benchmarks

# Pins that still satisfy the .in files are kept; ARGS='--upgrade-package NAME' upgrades one.
requirements: setup
	@for name in requirements requirements-dev; do \
		$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-annotate --no-strip-extras --no-emit-index-url \
			--custom-compile-command "make requirements" $(ARGS) \
			$$name.in --output-file $$name.txt || exit; \
	done
