"""What a running WordPress can be made to be for a while, without another bring-up."""

from collections.abc import Iterator
from contextlib import contextmanager

from connector.rehearsal.wordpress import WordPress

PERMALINKS = "/%category%/%postname%/"

_KIND = """
add_action( 'init', static function () {
    register_taxonomy( 'section', 'news', array(
        'rest_base' => 'sections', 'show_in_rest' => true, 'hierarchical' => true,
    ) );
    register_post_type( 'news', array(
        'rest_base' => 'library-news', 'show_in_rest' => true, 'public' => true,
        'rewrite' => array( 'slug' => 'ban-tin' ), 'taxonomies' => array( 'section' ),
        'supports' => array( 'title', 'editor', 'excerpt', 'thumbnail', 'revisions' ),
    ) );
} );
"""

_NO_SECTIONS = """
foreach ( get_terms( ['taxonomy' => 'section', 'hide_empty' => false] ) as $term ) {
    wp_delete_term( $term->term_id, 'section' );
}
"""


@contextmanager
def permalinks(site: WordPress, structure: str) -> Iterator[None]:
    """Give posts other addresses; an empty structure is “Plain”."""
    _set_permalinks(site, structure)
    try:
        yield
    finally:
        _set_permalinks(site, PERMALINKS)


@contextmanager
def rest_prefix(site: WordPress, prefix: str) -> Iterator[None]:
    """Let the REST API stand at another address than `/wp-json/`."""
    code = f"add_filter( 'rest_url_prefix', static fn() => '{prefix}' );"
    with site.mu_plugin(code):
        _make_rules_anew(site)
        try:
            yield
        finally:
            _make_rules_anew(site)


@contextmanager
def library_news(site: WordPress) -> Iterator[None]:
    """
    Have posts of another kind, `library-news`, sorted by `sections`.

    There is one section, `tin-tuc`.
    """
    with site.mu_plugin(_KIND):
        site.php("wp_insert_term( 'Tin tức', 'section', ['slug' => 'tin-tuc'] );")
        _make_rules_anew(site)
        try:
            yield
        finally:
            site.php(_NO_SECTIONS)
            _make_rules_anew(site)


def _set_permalinks(site: WordPress, structure: str) -> None:
    site.php(f"update_option( 'permalink_structure', '{structure}' );")
    _make_rules_anew(site)


def _make_rules_anew(site: WordPress) -> None:
    # The next request makes them: those made here would lack the taxonomies.
    site.php("delete_option( 'rewrite_rules' );")
