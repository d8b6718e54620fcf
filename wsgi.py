"""What a WSGI server runs: `granian --interface wsgi wsgi:application`."""

from survey.app import create_app

application = create_app()
