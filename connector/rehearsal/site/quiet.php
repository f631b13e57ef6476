<?php
/**
 * Plugin Name: Keeps a site that is only for trying to itself.
 */

add_filter(
	'pre_http_request',
	static fn() => new WP_Error( 'http_request_not_executed', 'No request leaves this site.' ),
	PHP_INT_MAX
);

// WordPress then believes the mail was sent.
add_filter( 'pre_wp_mail', '__return_true', PHP_INT_MAX );
