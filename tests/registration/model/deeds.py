"""What people do: register, once more, correct, change, hand over, answer, go. Each throws dice about who and how.

A deed is a function of the stage and its dice. It is told to the oracle and done by the service.
"""

from collections.abc import Sequence
from random import Random

from eventsvc.registration import answering, cancellation, confirming, handover, rewriting, signup, switching
from eventsvc.registration.correction import Correction, correct
from eventsvc.registration.handover import Successor
from eventsvc.registration.log import ATTENDEE
from eventsvc.registration.second_sending import correct_submission
from eventsvc.retention import erasure
from eventsvc.tokens import new_form_id
from tests.registration.model import arriving, changing, deciding, leaving
from tests.registration.model.arriving import Newcomer
from tests.registration.model.house import KINDS, LIVE
from tests.registration.model.stage import ACTORS, Deed, Nobody, Sent, Stage
from tests.registration.model.venue import MAILBOXES, OPTIONS


def newcomer(stage: Stage, dice: Random, mailbox: str | None) -> Newcomer:
    workshop = dice.choice((None, None, *OPTIONS))
    return Newcomer(f"p{stage.house.draw()}", mailbox, dice.choice((*KINDS, "hall", "hall")), workshop)


def comes(stage: Stage, dice: Random) -> None:
    mailboxes = dice.sample(MAILBOXES, dice.choice(stage.parties))
    people = [newcomer(stage, dice, m if n == 0 or dice.random() < 0.4 else None) for n, m in enumerate(mailboxes)]
    form = new_form_id("registration", stage.event.uid)
    stage.sent.append(Sent(form, people, str(people)))
    sends(stage, stage.sent[-1], doubtful=dice.random() < 0.1)


def sends(stage: Stage, sent: Sent, *, doubtful: bool = False) -> None:
    signups = [stage.venue.signup(each) for each in sent.people]
    form, people, content = sent
    stage.both(
        f"{' and '.join(str(tuple(each)) for each in people)} come{', doubtful' if doubtful else ''}",
        lambda house: arriving.comes(house, people, form, content, doubtful=doubtful),
        lambda: signup.sign_up(stage.event, *signups, form_id=form, content=content, doubtful=doubtful),
    )


def clicks_twice(stage: Stage, dice: Random) -> None:
    """The same form again; now and then with other content."""
    if not stage.sent:
        raise Nobody
    sent = dice.choice(stage.sent)
    people = [each._replace(name=f"p{stage.house.draw()}") for each in sent.people]  # where it makes them anew
    sends(stage, sent._replace(people=people, content=sent.content if dice.random() < 0.7 else "other"))


def sends_a_correction(stage: Stage, dice: Random) -> None:
    """The same form with other content, and the answer to the question that comes then: this is the correction."""
    known = [each for each in stage.sent if each.form in stage.house.forms]
    if not known:
        raise Nobody
    sent = dice.choice(known)
    old = sent.people[0]
    mailbox = old.mailbox if dice.random() < 0.6 else dice.choice(MAILBOXES)
    typed = newcomer(stage, dice, mailbox)
    typed = typed if dice.random() < 0.5 else typed._replace(kind=old.kind)
    content = str(typed)
    its_own = changing.is_its_own(stage.house, sent.form, typed.mailbox)
    if not its_own:
        del stage.house.forms[sent.form]  # it has no more to do with what it made, whatever becomes of the rest
    stage.both(
        f"{old.name} sends a correction: {tuple(typed)}",
        lambda house: changing.sends_corrected(house, sent.form, typed, content),
        lambda: correct_submission(stage.event, stage.venue.signup(typed), form_id=sent.form, content=content),
        at_once=its_own,
    )
    stage.sent[stage.sent.index(sent)] = Sent(sent.form, [typed], content)


def corrects(stage: Stage, dice: Random) -> None:
    """Name or address; by the person, or by an organizer, who may also take an address away."""
    person = stage.some(dice, *LIVE)
    actor = dice.choice(tuple(ACTORS))
    others = (*MAILBOXES, None) if actor == "organizer" else MAILBOXES
    mailbox = person.mailbox if dice.random() < 0.4 else dice.choice(others)
    name = f"p{stage.house.draw()}" if dice.random() < 0.5 else person.name
    registration = stage.registration(person)
    correction = Correction(name, mailbox and f"{mailbox}@example.org", "en")
    stage.both(
        f"{actor} corrects {person.name} to {name}, {mailbox}",
        lambda house: changing.corrects(house, person, name, mailbox, actor),
        stage.committed(lambda: correct(registration, correction, ACTORS[actor])),
    )


def answers_otherwise(stage: Stage, dice: Random) -> None:
    person = stage.some(dice, *LIVE)
    workshop = dice.choice((None, *OPTIONS))
    registration = stage.registration(person)
    stage.both(
        f"{person.name} answers {workshop}",
        lambda house: changing.answers(house, person, workshop),
        stage.committed(lambda: rewriting.rewrite(registration, stage.venue.answered(workshop), ATTENDEE)),
    )


def confirms_the_address(stage: Stage, dice: Random) -> None:
    person = stage.some(dice, "unconfirmed")
    registration = stage.registration(person)
    stage.both(
        f"{person.name} uses the link in the mail",
        lambda house: arriving.confirms(house, person),
        stage.committed(lambda: confirming.confirm_address(registration)),
    )


def changes_ticket_type(stage: Stage, dice: Random) -> None:
    person = stage.some(dice, "confirmed", "waitlisted", "pending", "unconfirmed")
    kind, actor = dice.choice(tuple(KINDS)), dice.choice(tuple(ACTORS))
    registration, ticket = stage.registration(person), stage.venue.kinds[kind].id
    stage.both(
        f"{actor} puts {person.name} into {kind}",
        lambda house: changing.changes_type(house, person, kind, actor),
        stage.committed(lambda: switching.change_type(registration, ticket, ACTORS[actor])),
    )


def hands_over(stage: Stage, dice: Random) -> None:
    person = stage.some(dice, "confirmed")
    name, mailbox = f"p{stage.house.draw()}", dice.choice(MAILBOXES)
    registration = stage.registration(person)
    stage.both(
        f"{person.name} hands over to {name}, {mailbox}",
        lambda house: changing.hands_over(house, person, name, mailbox),
        stage.committed(lambda: handover.hand_over(registration, Successor(name, f"{mailbox}@example.org", "en"))),
    )


def accepts(stage: Stage, dice: Random) -> None:
    person = stage.some(dice, "offered")
    registration = stage.registration(person)
    stage.both(
        f"{person.name} accepts",
        lambda house: deciding.accepts(house, person),
        stage.committed(lambda: answering.accept(registration)),
    )


def refuses(stage: Stage, dice: Random) -> None:
    person = stage.some(dice, "offered")
    registration = stage.registration(person)
    stage.both(
        f"{person.name} refuses",
        lambda house: deciding.refuses(house, person),
        stage.committed(lambda: answering.refuse(registration)),
    )


def cancels(stage: Stage, dice: Random) -> None:
    """Now and then twice."""
    person = stage.some(dice, "confirmed", "offered") if dice.random() < 0.6 else stage.some(dice, *LIVE)
    actor = dice.choice(tuple(ACTORS))
    for _ in range(dice.choice((1, 1, 2))):
        cancels_once(stage, person.name, actor)


def cancels_once(stage: Stage, name: str, actor: str) -> None:
    person = stage.house.people[name]
    registration = stage.registration(person)
    stage.both(
        f"{actor} cancels {name}",
        lambda house: leaving.cancels(house, house.people[name], actor),
        stage.committed(lambda: cancellation.cancel(registration, ACTORS[actor])),
    )


def is_erased(stage: Stage, dice: Random) -> None:
    person = stage.some(dice, *LIVE)
    row = stage.registration(person).id
    stage.both(
        f"{person.name} is erased",
        lambda house: leaving.erases(house, person),
        stage.committed(lambda: erasure.erase(row) is not None),
    )


DEEDS: Sequence[tuple[int, Deed]] = (
    (18, comes),
    (4, clicks_twice),
    (4, sends_a_correction),
    (4, corrects),
    (4, answers_otherwise),
    (9, confirms_the_address),
    (5, changes_ticket_type),
    (3, hands_over),
    (9, accepts),
    (5, refuses),
    (7, cancels),
    (3, is_erased),
)
"""Each with its weight in a history."""
