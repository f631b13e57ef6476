from connector.domain.message import Message
from connector.domain.person import Role


def test_a_message_is_english_until_somebody_reads_it() -> None:
    assert str(Message("{n} blocks", {"n": 3})) == "3 blocks"


def test_a_word_of_the_business_stays_translatable_when_it_is_stored() -> None:
    message = Message.of("belongs to the {role}", {"role": Role.WEBMASTER})

    assert message.facts == {"role": Message("webmaster")}
    assert str(message) == "belongs to the webmaster"


def test_whatever_the_facts_are_they_can_be_stored() -> None:
    inner = Message("no answer")

    message = Message.of(
        "{a} {b} {c} {d}",
        {"a": inner, "b": [Role.LIBRARIAN, 2], "c": None, "d": 1.5},
    )

    assert message.facts == {"a": inner, "b": "librarian, 2", "c": None, "d": 1.5}
