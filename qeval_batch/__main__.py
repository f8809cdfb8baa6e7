"""``python -m qeval_batch``: the same as the ``qeval`` command."""

from qeval_batch.cli.cli import main

if __name__ == "__main__":
    main()
