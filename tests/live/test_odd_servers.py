"""WordPress as hosts and plugins make it: found out, said, and published on still."""

from collections.abc import Iterator

import pytest

from connector.domain.errors import Busy, CredentialsRefused, NotOurAnswer, Unclear
from connector.domain.message import Message
from connector.domain.publication import PostState
from connector.rehearsal.wordpress import WordPress
from connector.targets import wordpress as kind
from connector.targets.wordpress import fronts
from tests.live.proxy import FaultProxy, fault_proxy
from tests.live.the_way import a_post, publish, shown, statuses, target_of

pytestmark = pytest.mark.live

NOTICE = '<br />\n<b>Warning</b>:  Undefined array key "x" in [a.php] on line 5<br />\n'
_ON_THE_WEB = "if ( 'cli' === PHP_SAPI ) { return; }\n"
"""The command line is not the web: what the tests do there is not in the way."""


@pytest.fixture
def proxy(wordpress_site: WordPress) -> Iterator[FaultProxy]:
    with fault_proxy(wordpress_site.url) as proxy:
        yield proxy


def front_that_answers(target: kind.WordPress) -> tuple[fronts.Front, str]:
    """Return what the doctor names, and what it says is to be done."""
    with pytest.raises(NotOurAnswer) as error:
        target.probe()
    problem, hint = error.value.facts["problem"], error.value.facts["hint"]
    assert isinstance(problem, Message)
    named = next(
        front
        for front in vars(fronts).values()
        if isinstance(front, fronts.Front) and front.problem == problem.template
    )
    return named, str(hint)


# What is printed around the answers.


@pytest.mark.parametrize(
    "noise",
    [
        NOTICE,
        f"\ufeff{NOTICE}",
        "<!-- đã tối ưu [3] -->\n",
        f"{NOTICE}<?php flush(); ?>",
        "\ufeff<?php flush(); ?>",
    ],
    ids=["warning", "BOM and warning", "comment", "warning at once", "BOM at once"],
)
def test_noise_before_every_answer_leaves_one_post_that_is_public(
    noise: str, wordpress_site: WordPress
) -> None:
    target = target_of(wordpress_site)

    with wordpress_site.mu_plugin(f"{_ON_THE_WEB} ?>{noise}<?php "):
        post = a_post(target, f"Có tiếng ồn {len(noise)}")
        with pytest.raises(Unclear):
            target.put_draft(post)
        found = target.find(post)
        assert found is not None
        live = target.go_live(found.id)

    assert live.state is PostState.LIVE
    assert statuses(wordpress_site, post) == ["publish"]


@pytest.mark.parametrize("noise", ["\ufeff", "\n\n"], ids=["BOM", "blank lines"])
def test_what_json_begins_with_in_vain_is_no_obstacle(
    noise: str, wordpress_site: WordPress
) -> None:
    target = target_of(wordpress_site)

    with wordpress_site.mu_plugin(f"{_ON_THE_WEB} ?>{noise}<?php "):
        post = a_post(target, f"Đầu trang thừa {noise!r}")
        publish(target, post)

    assert statuses(wordpress_site, post) == ["publish"]


def test_a_signature_after_every_answer_is_no_obstacle(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    code = "register_shutdown_function( fn() => print( '<!-- Cached by x -->' ) );"

    with wordpress_site.mu_plugin(f"{_ON_THE_WEB} {code}"):
        post = a_post(target, "Có chữ ký cuối trang")
        url = publish(target, post)

    assert statuses(wordpress_site, post) == ["publish"]
    assert "Có chữ ký cuối trang" in shown(url)


def test_noise_does_not_make_a_refusal_a_yes(wordpress_site: WordPress) -> None:
    wrong = target_of(wordpress_site, password="sai")
    post = a_post(wrong, "Tiếng ồn và mật khẩu sai")

    with (
        wordpress_site.mu_plugin(f"{_ON_THE_WEB} ?>{NOTICE}<?php flush();"),
        pytest.raises(CredentialsRefused),
    ):
        wrong.find(post)


# What answers in WordPress's place.


def _redirect(proxy: FaultProxy, site: WordPress) -> str:
    host = proxy.url.removeprefix("http://")
    return (
        f"if ( ( $_SERVER['HTTP_HOST'] ?? '' ) === '{host}' ) {{"
        f" header( 'Location: {site.url}' . $_SERVER['REQUEST_URI'], true, 301 );"
        " exit; }"
    )


def test_a_site_that_sends_us_to_its_other_name_is_never_written_to(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    elsewhere = target_of(wordpress_site, url=proxy.url)
    post = a_post(target_of(wordpress_site), "Chuyển hướng")

    with wordpress_site.mu_plugin(_redirect(proxy, wordpress_site)):
        front, hint = front_that_answers(elsewhere)
        with pytest.raises(NotOurAnswer):
            elsewhere.put_draft(post)

    assert front is fronts.REDIRECT
    assert hint.endswith(f": {wordpress_site.url}")
    assert statuses(wordpress_site, post) == []


def test_a_site_that_changes_its_name_while_we_work_is_not_followed(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site, url=proxy.url)
    post = a_post(target_of(wordpress_site), "Chuyển hướng giữa chừng")
    with wordpress_site.mu_plugin(
        f"add_filter( 'rest_url', fn( $url ) => str_replace( '{wordpress_site.url}',"
        f" '{proxy.url}', $url ) );"
    ):
        assert target.find(post) is None
        with (
            wordpress_site.mu_plugin(_redirect(proxy, wordpress_site)),
            pytest.raises(NotOurAnswer),
        ):
            target.put_draft(post)

    assert statuses(wordpress_site, post) == []


def test_a_cache_that_answers_a_new_post_with_the_list_is_not_believed(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    target.go_live(target.put_draft(a_post(target, "Bài đã có")).id)
    post = a_post(target, "Bộ nhớ đệm trả danh sách")
    cache = (
        "add_filter( 'rest_pre_dispatch', fn( $r, $s, $q ) =>"
        " 'POST' === $q->get_method() && '/wp/v2/posts' === $q->get_route()"
        " ? rest_do_request( new WP_REST_Request( 'GET', '/wp/v2/posts' ) ) : $r,"
        " 10, 3 );"
    )

    with (
        wordpress_site.mu_plugin(cache),
        pytest.raises(NotOurAnswer, match="the reply is not our post"),
    ):
        target.put_draft(post)

    assert target.find(post) is None
    assert statuses(wordpress_site, post) == []


_DENY = (
    "add_filter( 'rest_authentication_errors', fn() =>"
    " new WP_Error( '{code}', 'Off', ['status' => 401] ) );"
)
_NO_ROUTES = (
    "add_filter( 'rest_endpoints', fn( $all ) => array_filter( $all,"
    " fn( $route ) => ! str_starts_with( $route, '/wp/v2/' ), ARRAY_FILTER_USE_KEY ) );"
)
_WALL = (
    "if ( ! str_contains( $_SERVER['REQUEST_URI'], 'wp-login' ) ) {"
    " header( 'Location: /wp-login.php?redirect_to=x', true, 302 ); exit; }"
)
_SECOND = (
    "header( 'WWW-Authenticate: Basic realm=\"Rieng\"' ); http_response_code( 401 );"
    " echo '<h1>401</h1>'; exit;"
)
_FIREWALL = (
    "http_response_code( {status} ); header( 'Content-Type: text/html' );"
    " echo '<html>{page}</html>'; exit;"
)
_STRIPPED = "unset( $_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'] );"
_NO_XMLRPC = "add_filter( 'xmlrpc_enabled', '__return_false' );"
_NO_PASSWORDS = (
    "add_filter( 'wp_is_application_passwords_available', '__return_false' );"
)


@pytest.mark.parametrize(
    ("code", "front", "directive"),
    [
        (_DENY.format(code="rest_disabled"), fronts.REST_IS_OFF, "REST API"),
        (_DENY.format(code="rest_login_required"), fronts.REST_IS_OFF, "REST API"),
        (_NO_ROUTES, fronts.REST_IS_OFF, "REST API"),
        (_WALL, fronts.LOGIN_WALL, "/wp-json/"),
        (_SECOND, fronts.SECOND_PASSWORD, "auth_basic $asks;"),
        (
            _FIREWALL.format(status=403, page="Generated by Wordfence"),
            fronts.WORDFENCE,
            "Allowlisted IP addresses",
        ),
        (
            _FIREWALL.format(status=406, page="An error by Mod_Security."),
            fronts.MOD_SECURITY,
            "ctl:ruleEngine=Off",
        ),
        (
            "header( 'cf-mitigated: challenge' );"
            + _FIREWALL.format(status=403, page="Just a moment..."),
            fronts.CLOUDFLARE,
            "ip.src eq ADDRESS",
        ),
        (_FIREWALL.format(status=403, page="Không"), fronts.FIREWALL, "/wp-json/wp/v2"),
        (_STRIPPED, fronts.HEADER_STRIPPED, "SetEnvIf Authorization"),
        (_STRIPPED, fronts.HEADER_STRIPPED, "fastcgi_param HTTP_AUTHORIZATION"),
        (_STRIPPED, fronts.HEADER_STRIPPED, "%{HTTP:Authorization}]"),
        (_STRIPPED + _NO_XMLRPC, fronts.REFUSED_OR_STRIPPED, "proxy_set_header"),
        (_NO_PASSWORDS, fronts.APPLICATION_PASSWORDS_OFF, "https"),
    ],
)
def test_the_doctor_names_what_stands_before_wordpress(
    code: str, front: fronts.Front, directive: str, wordpress_site: WordPress
) -> None:
    target = target_of(wordpress_site)

    with wordpress_site.mu_plugin(_ON_THE_WEB + code):
        named, hint = front_that_answers(target)

    assert named is front
    assert directive in hint


def test_the_doctor_knows_the_password_of_a_login(wordpress_site: WordPress) -> None:
    wordpress_site.php(
        "wp_set_password( 'mat-khau', get_user_by( 'login', 'author' )->ID );"
    )

    named, hint = front_that_answers(
        target_of(wordpress_site, user="author", password="mat-khau")
    )

    assert named is fronts.LOGIN_PASSWORD
    assert "application password under Profile" in hint


def test_a_site_under_maintenance_asks_to_come_back(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)
    post = a_post(target, "Đang bảo trì")
    notice = wordpress_site.folder / ".maintenance"
    notice.write_text("<?php $upgrading = time();")

    with pytest.raises(Busy) as error:
        target.put_draft(post)
    with pytest.raises(Busy):
        target.probe()
    notice.unlink()

    assert error.value.facts["retry_after_s"] == 600
    assert statuses(wordpress_site, post) == []


def test_no_xmlrpc_is_no_obstacle(wordpress_site: WordPress) -> None:
    with wordpress_site.mu_plugin(_NO_XMLRPC):
        probe = target_of(wordpress_site).probe()

    assert probe.may_publish
