"""What every page weighs over the wire, as a browser gets it: `python -m tests.weights`."""

import tempfile
from pathlib import Path

from tests.pages import stage
from tests.pages.weights import table, weights
from tests.servers import chromium

if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        stage.services(Path(folder)) as services,
        chromium.launch() as browser,
    ):
        print(table(list(weights(browser, services))))
