import tomllib

from hypothesis import given
from hypothesis import strategies as st

from connector.settings.explain import Key
from connector.settings.locate import line_of

_JUNK = st.lists(
    st.sampled_from(["", "# k0 = 1", "   ", "# [t0]"]), max_size=2
)  # between statements
_STATEMENT = st.sampled_from(
    [
        "{} = 1",
        '"{}" = "[t1] # k1 = 2"',
        '{} = """\n[t0]\nk0 = 1\n"""',
        "{} = '''\n\n'''",
        "{} = [\n  1, # k0 = 1\n\n  [2],\n]",
        "{} = {{ k0 = 1, t0 = [\n1] }}",
        "{}.k0.k1 = 2026-03-16",
        "  {}   =   true # {}",
    ]
)
_HEADING = st.sampled_from(["[{}]", "[ {} ]", '["{}"]', "[{}] # [t0]", "[{}.deep]"])


@given(
    st.lists(
        st.tuples(_JUNK, _HEADING, st.lists(st.tuples(_JUNK, _STATEMENT), max_size=3)),
        max_size=3,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_key_is_found_on_the_line_where_its_statement_begins(
    tables: list[tuple[list[str], str, list[tuple[list[str], str]]]], newline: str
) -> None:
    lines: list[str] = []
    expected: dict[Key, int] = {}
    for t, (junk, heading, statements) in enumerate(tables):
        at: Key = (f"t{t}", "deep") if "deep" in heading else (f"t{t}",)
        lines += [*junk, heading.format(f"t{t}")]
        expected[at] = expected[*at, "missing"] = len(lines)
        for k, (between, statement) in enumerate(statements):
            lines += between
            expected[*at, f"k{k}"] = len(lines) + 1
            lines += statement.format(f"k{k}", "x").split("\n")
    text = newline.join(lines)
    tomllib.loads(text)

    assert {key: line_of(text, key) for key in expected} == expected


def test_an_entry_of_a_list_is_found_on_the_line_of_its_key() -> None:
    text = "\na = 1\nlist = [\n 1,\n 2,\n]\n"

    assert line_of(text, ("list", 1)) == 3
    assert line_of(text, ("nowhere",)) == 1
