"""Is the service alive, and is it ready? For machines."""

from flask import Blueprint

bp = Blueprint("health", __name__)
