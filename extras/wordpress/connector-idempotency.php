<?php
/**
 * Plugin Name: Idempotent creation
 * Description: Creates a post once, however often a REST request with the same Idempotency-Key arrives.
 * Version:     1
 * License:     MIT
 */

namespace Connector\Idempotency;

defined( 'ABSPATH' ) || exit;

add_action( 'rest_api_init', __NAMESPACE__ . '\begin' );

function begin() {
	add_filter( 'rest_dispatch_request', __NAMESPACE__ . '\create_once', 10, 4 );
	// Every answer says that the plugin is there.
	add_filter( 'rest_post_dispatch', static fn( $response ) => $response->header( 'X-Connector-Idempotency', '1' ) ?? $response );
	// GET wp/v2/posts?connector_key=KEY lists the post with exactly this key.
	$only = static fn( $query, $request ) => is_string( $request['connector_key'] ) ? array( 'meta_key' => row_of( $request['connector_key'] ) ) + $query : $query;
	foreach ( get_post_types( array( 'show_in_rest' => true ) ) as $type ) {
		add_filter( "rest_{$type}_query", $only, 10, 2 );
	}
}

/** Returns the name of the meta row that holds the user of a key: names are indexed, values are not. */
function row_of( $key ) {
	return '_connector_' . hash( 'sha256', $key );
}

/** Creates the post in place of WordPress, after it has checked the permissions; inside batch/v1 too. */
function create_once( $result, $request, $route, $handler ) {
	list( $controller, $does ) = (array) $handler['callback'] + array( null, null );
	$key                       = $request->get_header( 'Idempotency-Key' );
	if ( null !== $result || ! $key || 'create_item' !== $does || ! $controller instanceof \WP_REST_Posts_Controller || $controller instanceof \WP_REST_Attachments_Controller ) {
		return $result;
	}
	global $wpdb;
	$row  = row_of( $key );
	$lock = md5( DB_NAME . $wpdb->postmeta . $row ); // All databases of a server share one set of locks.
	if ( '1' !== $wpdb->get_var( "SELECT GET_LOCK( '$lock', 10 )" ) ) {
		return new \WP_REST_Response( array( 'code' => 'connector_key_in_use' ), 503, array( 'Retry-After' => 5 ) );
	}
	$type = $controller->get_item_schema()['title'];
	$mark = static fn( $post ) => is_wp_error( $post ) ? $post : (object) ( array( 'meta_input' => array( $row => get_current_user_id() ) ) + (array) $post );
	// Post and key are stored together or not at all, before the save_post hooks of other plugins.
	$open = static function ( $data ) use ( $wpdb ) {
		$wpdb->query( 'START TRANSACTION' );
		return $data;
	};
	$close = static fn( $id, $post, $name ) => $name === $row && remove_filter( 'wp_insert_post_data', $open, PHP_INT_MAX ) && $wpdb->query( 'COMMIT' );
	try {
		$held = $wpdb->get_row( "SELECT post_id, meta_value AS user FROM $wpdb->postmeta WHERE meta_key = '$row' ORDER BY post_id LIMIT 1" );
		if ( $held ) {
			return replay( get_post( $held->post_id ), get_current_user_id() === (int) $held->user, $type, $controller, $request );
		}
		add_filter( "rest_pre_insert_$type", $mark );
		add_filter( 'wp_insert_post_data', $open, PHP_INT_MAX );
		add_action( 'added_post_meta', $close, 10, 3 );
		return call_user_func( $handler['callback'], $request );
	} finally {
		remove_filter( "rest_pre_insert_$type", $mark );
		remove_filter( 'wp_insert_post_data', $open, PHP_INT_MAX );
		remove_action( 'added_post_meta', $close );
		$wpdb->query( 'COMMIT' );
		$wpdb->query( "DO RELEASE_LOCK( '$lock' )" );
	}
}

/** Answers as the first request was, or should have been, answered. */
function replay( $post, $same_user, $type, $controller, $request ) {
	if ( ! $same_user || ! $post || $post->post_type !== $type || ! current_user_can( 'edit_post', $post->ID ) ) {
		return new \WP_Error( 'connector_key_taken', 'This key belongs to another post.', array( 'status' => 409 ) );
	}
	$request->set_param( 'context', 'edit' );
	$response = rest_ensure_response( $controller->prepare_item_for_response( $post, $request ) );
	$response->set_status( 201 );
	$response->header( 'Idempotent-Replayed', 'true' );
	return $response;
}
