"""The ground: sealed values, wall times, languages."""

from uuid import uuid4

import pytest

from eventsvc import vault
from tests.factories import Cast


def test_a_sealed_name_opens_only_in_its_own_row(context):
    event = Cast(context).event()
    keys = vault.keyring().of_event(event.id)
    row = uuid4()

    sealed = keys.seal("José", "registrations.name", row)

    assert keys.open(sealed, "registrations.name", row) == "José"
    with pytest.raises(vault.SealBroken):
        keys.open(sealed, "registrations.name", uuid4())


def test_two_spellings_of_an_address_have_one_index(context):
    keys = vault.keyring().of_event(Cast(context).event().id)

    assert keys.index("Ana@Example.org ") == keys.index("ana@example.org")
