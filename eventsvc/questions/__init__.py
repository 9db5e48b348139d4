"""What the form of an event asks beside name and address: kinds, wording by version, conditions, limits of options.

May import the ground and `events`. Start reading in `models.py`, then `kind.py`. `asked.py` reads
what is asked, `form.py` what was typed, `drawing.py` puts it on a page; `editing.py` changes it.
"""
