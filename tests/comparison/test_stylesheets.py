"""What a page's own styles hide."""

import pytest

from connector.comparison import compare
from connector.domain.verdict import Judgement
from tests.comparison.pages import around, codes, page, simple

BODY = "<p>Một hai ba.</p><p class='gio'>Bốn năm sáu.</p>"


def judged(css: str) -> tuple[Judgement, set[str]]:
    html = around(BODY).replace("</head>", f"<style>{css}</style></head>")
    found = compare(simple(BODY), page(html))
    return found.judgement, codes(found)


@pytest.mark.parametrize(
    "css",
    [
        ".gio{display:none}",
        "p:last-child { visibility: hidden !important }",
        "h6, .gio { display: none; color: red }",
        "@media screen { .gio { display: none } }",
        "/* } */ .gio { display: none }",
        ".gio{display:block} .gio{display:none}",
    ],
)
def test_text_that_a_style_hides_is_hidden(css: str) -> None:
    assert judged(css) == (Judgement.FAIL, {"text.hidden"})


@pytest.mark.parametrize(
    "css",
    [
        ".khac{display:none}",
        "@media print{.gio{display:none}}",
        "@media (max-width:1px){.gio{display:none}}",
        ".gio:hover{display:none}",
        ".gio::after{display:none}",
        ".gio{display:none} p.gio{display:block}",
        "/* .gio{display:none} */",
        "p[{display:none}",
        "}}}{{{.gio{display:none",
        "@import 'x.css'; .khac{display:none}",
        "@font-face{font-family:x} .gio{display:flex}",
    ],
)
def test_text_that_no_style_surely_hides_is_shown(css: str) -> None:
    assert judged(css) == (Judgement.PASS, set())
