"""Our WordPress plugin as WordPress installs it: an archive with one file, which knows our address already."""

import io
import zipfile

from eventsvc.settings import project_folder

_UNSET = "const EVENTSVC_ADDRESS = '';"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of the format; the same bytes every time


def archive(origin: str) -> bytes:
    """A zip file, for a service at this origin."""
    code = (project_folder("config") / "wordpress" / "eventsvc.php").read_text()
    known = code.replace(_UNSET, f"const EVENTSVC_ADDRESS = '{origin}';", 1)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(zipfile.ZipInfo("eventsvc/eventsvc.php", _FIRST_DAY), known)
    return made.getvalue()
