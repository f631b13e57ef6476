<?php
/**
 * Makes a multisite of the site, in two runs: the tables of the network; then, once
 * wp-config.php names it, a second site, a role there for every user, and the
 * application passwords anew, since those made before stop working.
 */

require getcwd() . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

$wanted = json_decode( stream_get_contents( STDIN ), true );
$host   = $_SERVER['HTTP_HOST'];

if ( ! is_multisite() ) {
	foreach ( $wpdb->tables( 'ms_global' ) as $table => $name ) {
		$wpdb->$table = $name;
	}
	install_network();
	$path = trailingslashit( parse_url( home_url(), PHP_URL_PATH ) ?: '/' );
	populate_network( 1, $host, 'admin@example.org', $wanted['title'], $path );
	exit( '{}' );
}

$second = wp_insert_site(
	array(
		'domain'  => $host,
		'path'    => get_network()->path . 'khoa/',
		'title'   => $wanted['title'],
		'user_id' => get_user_by( 'login', 'admin' )->ID,
	)
);
if ( is_wp_error( $second ) ) {
	fwrite( STDERR, $second->get_error_message() );
	exit( 1 );
}
// WordPress takes the colon before the port out of the name.
$wpdb->update( $wpdb->blogs, array( 'domain' => $host ), array( 'blog_id' => $second ) );
clean_blog_cache( $second );
switch_to_blog( $second );
foreach ( array( 'home', 'siteurl' ) as $option ) {
	update_option( $option, "http://$host" . get_network()->path . 'khoa' );
}
update_option( 'permalink_structure', '/%category%/%postname%/' );
foreach ( $wanted['categories'] as $slug => $name ) {
	wp_insert_term( $name, 'category', array( 'slug' => $slug ) );
}
delete_option( 'rewrite_rules' );

$users = array();
foreach ( get_users( array( 'blog_id' => 1 ) ) as $user ) {
	if ( 'admin' !== $user->user_login ) {
		add_user_to_blog( $second, $user->ID, $user->user_login );
	}
	$made                       = WP_Application_Passwords::create_new_application_password( $user->ID, array( 'name' => 'network' ) );
	$users[ $user->user_login ] = $made[0];
}

echo wp_json_encode( array( 'users' => $users, 'second_url' => untrailingslashit( home_url() ) ) );
