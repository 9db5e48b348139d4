from flask import Blueprint

bp = Blueprint("organizers", __name__)
