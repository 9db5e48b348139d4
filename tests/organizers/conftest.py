import pytest

from tests.organizers.staff import Staff


@pytest.fixture
def staff(app, cast):
    """Makes members of organizations, events, and people who register."""
    return Staff(app, cast)
