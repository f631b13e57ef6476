<?php
/**
 * Configures the WordPress of the live tests.
 *
 * What differs between two sites stands in site.json, one folder above.
 */

$site = json_decode( file_get_contents( dirname( __DIR__ ) . '/site.json' ), true );

define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:' . $site['database_socket'] );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix = 'wp_';

$address = parse_url( $site['url'] );

if ( isset( $site['network'] ) ) {
	define( 'MULTISITE', true );
	define( 'SUBDOMAIN_INSTALL', false );
	define( 'DOMAIN_CURRENT_SITE', $address['host'] . ':' . $address['port'] );
	define( 'PATH_CURRENT_SITE', $site['network'] );
	define( 'SITE_ID_CURRENT_SITE', 1 );
	define( 'BLOG_ID_CURRENT_SITE', 1 );
} else {
	define( 'WP_HOME', $site['url'] );
	define( 'WP_SITEURL', $site['url'] );
}
if ( 'cli' === PHP_SAPI ) {
	$_SERVER['REMOTE_ADDR'] = $address['host'];
	$_SERVER['HTTP_HOST']   = $address['host'] . ':' . $address['port'];
	$_SERVER['REQUEST_URI'] = ( $address['path'] ?? '' ) . '/';
}

define( 'WP_DEFAULT_THEME', 'twentytwentythree' );

// Only a local site offers application passwords on plain http.
define( 'WP_ENVIRONMENT_TYPE', 'local' );

// A background job would run at a moment no test has chosen: a test that wants
// the due events asks for /wp-cron.php?doing_wp_cron.
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );

require_once ABSPATH . 'wp-settings.php';
