<?php
/**
 * Installs the site: reads what it should hold from standard input and prints
 * the application passwords and the ids of the categories, both as JSON.
 */

define( 'WP_INSTALLING', true );
require getcwd() . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

/**
 * Ends the installation if WordPress reported an error.
 */
function done( mixed $result ): mixed {
	if ( is_wp_error( $result ) ) {
		fwrite( STDERR, $result->get_error_message() );
		exit( 1 );
	}
	return $result;
}

$wanted = json_decode( stream_get_contents( STDIN ), true );

wp_install( $wanted['title'], 'admin', 'admin@example.org', true, '', wp_generate_password() );

// Tests count posts: the site starts without the examples.
foreach ( get_posts( array( 'post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1 ) ) as $post ) {
	wp_delete_post( $post->ID, true );
}

update_option( 'timezone_string', $wanted['timezone'] );
update_option( 'permalink_structure', '/%category%/%postname%/' );

$categories = array();
foreach ( $wanted['categories'] as $slug => $name ) {
	$term                = done( wp_insert_term( $name, 'category', array( 'slug' => $slug ) ) );
	$categories[ $slug ] = $term['term_id'];
}

foreach ( $wanted['roles'] as $role ) {
	done(
		wp_insert_user(
			array(
				'user_login' => $role,
				'user_email' => "$role@example.org",
				'user_pass'  => wp_generate_password(),
				'role'       => $role,
			)
		)
	);
}

$users = array();
foreach ( get_users() as $user ) {
	$made                       = done( WP_Application_Passwords::create_new_application_password( $user->ID, array( 'name' => 'tests' ) ) );
	$users[ $user->user_login ] = $made[0];
}

// Rules made here would lack the taxonomies, and every link would be a 404: the
// first request makes them anew.
delete_option( 'rewrite_rules' );

echo wp_json_encode( array( 'users' => $users, 'categories' => $categories ) );
