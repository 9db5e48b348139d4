from flask import Blueprint

bp = Blueprint("own", __name__)
