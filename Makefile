.PHONY: demo test check format bench clean
export PYTHON

demo:  ## plays the shipped song through tagwire, about 30 seconds
	@.ci/system-packages demo
	@.ci/venv demo
	@.venv/bin/tagwire demo

test:  ## linters, then every test; CI runs just this
	@.ci/test

check:  ## the linters alone
	@.ci/venv dev
	@.ci/check

format:  ## puts the sources into the form that `make check` wants
	@.ci/venv dev
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format

bench:  ## what it costs on this machine, a few minutes
	@.ci/system-packages test
	@.ci/venv dev
	@for each in benchmarks/*.py; do echo "== $$each"; .venv/bin/python $$each || exit 1; done

clean:  ## removes all that the others made
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
