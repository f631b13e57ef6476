<?php
/**
 * Does for `php -S` what rewrite rules do for a web server: pretty permalinks, and the
 * sites of a multisite, which are no folders.
 */

$home = $_SERVER['DOCUMENT_ROOT'] . getenv( 'WORDPRESS_PATH' );
$path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ?: '/' );
$file = $_SERVER['DOCUMENT_ROOT'] . $path;

if ( is_file( $file ) || ( '/' !== $path && is_file( rtrim( $file, '/' ) . '/index.php' ) ) ) {
	return false;
}

$script = preg_match( '#/(wp-[\w/-]+\.php|xmlrpc\.php)$#', $path, $found ) && is_file( "$home/$found[1]" )
	? $found[1]
	: 'index.php';

// WordPress takes everything after PHP_SELF and PATH_INFO for the permalink.
$_SERVER['SCRIPT_NAME']     = getenv( 'WORDPRESS_PATH' ) . "/$script";
$_SERVER['PHP_SELF']        = $_SERVER['SCRIPT_NAME'];
$_SERVER['SCRIPT_FILENAME'] = "$home/$script";
unset( $_SERVER['PATH_INFO'] );

require $_SERVER['SCRIPT_FILENAME'];
