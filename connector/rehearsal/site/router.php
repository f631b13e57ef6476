<?php
/**
 * Does for `php -S` what rewrite rules do for a web server: pretty permalinks.
 */

$path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ?: '/' );
$file = $_SERVER['DOCUMENT_ROOT'] . $path;

if ( is_file( $file ) || ( '/' !== $path && is_file( rtrim( $file, '/' ) . '/index.php' ) ) ) {
	return false;
}

// WordPress takes everything after PHP_SELF and PATH_INFO for the permalink.
$_SERVER['SCRIPT_NAME']     = '/index.php';
$_SERVER['PHP_SELF']        = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = $_SERVER['DOCUMENT_ROOT'] . '/index.php';
unset( $_SERVER['PATH_INFO'] );

require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
