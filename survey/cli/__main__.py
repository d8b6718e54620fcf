"""`python -m survey.cli`, for where the console script is not installed."""

from survey.cli import main

main()
