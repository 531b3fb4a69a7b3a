"""gunicorn wsgi:app"""

from server.app import create_worker

app = create_worker()
