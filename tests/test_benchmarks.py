"""The benchmark runs, and its five ways publish; how fast is not asked here."""

from pathlib import Path

import pytest

from benchmarks.article import Article
from benchmarks.cost import Cost
from benchmarks.publish import compare, ratios, table
from connector.markup import clean, text_of
from connector.rehearsal.wordpress import WordPress

WAYS = "abcde"


@pytest.mark.live
def test_every_way_makes_all_its_items_public(
    wordpress_site: WordPress, tmp_path: Path
) -> None:
    before = wordpress_site.sql("SELECT ID FROM wp_posts ORDER BY ID")

    costs = compare(tmp_path, wordpress_site, rounds=1, items=2, there=1)

    assert sorted(costs) == list(WAYS)
    requests = {letter: some[0].requests for letter, some in costs.items()}
    assert (requests["a"], requests["b"], requests["c"]) == (2, 6, 2)
    assert requests["e"] == 0
    # It tidies up behind it.
    assert wordpress_site.sql("SELECT ID FROM wp_posts ORDER BY ID") == before


def test_the_table_and_the_ratios_have_a_row_for_each_way() -> None:
    cost = Cost(items=2, seconds=1, client_s=0.01, php_s=0.1, database_s=0.02)
    cost.requests = 3

    costs = dict.fromkeys(WAYS, (cost,))
    rows = [line for line in table(costs) if line.startswith("| (")]

    assert [row[3] for row in rows] == list(WAYS)
    assert "| 2.0 / 2.0 | 5.0 / 5.0 | 50 / 50 | 10 / 10 | 60 / 60 | 1.50 |" in rows[0]
    assert "| d/b items/s | ≥ 3 | 1.00 | 1.00–1.00 |" in list(ratios(costs))


def test_the_news_is_what_any_cleaner_leaves_alone() -> None:
    article = Article(7)

    assert clean(article.body) == article.body
    assert "đợt 7:" in text_of(article.body)
