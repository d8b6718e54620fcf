"""`python -m survey.cli`, for where the console script is not installed."""

from survey.cli import main

# Web processes are started by import of this module under another name.
if __name__ == "__main__":
    main()
