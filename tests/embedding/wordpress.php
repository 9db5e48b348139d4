<?php
// As much of WordPress as the plugin calls, in the words of its documentation; what was registered and what came out
// goes to standard output as JSON. Run: php wordpress.php PLUGIN < question.json

error_reporting( E_ALL );
set_error_handler( function ( $level, $message, $file, $line ) {
	throw new ErrorException( $message, 0, $level, $file, $line );
} );
define( 'ABSPATH', __DIR__ );

$asked   = json_decode( stream_get_contents( STDIN ), true );
$options = $asked['options'] ?? array();
$hooks   = array();
$seen    = array( 'providers' => array(), 'shortcodes' => array(), 'blocks' => array(), 'scripts' => array(), 'errors' => array(), 'settings' => array(), 'inline' => array() );

function add_action( $name, $callback ) { add_filter( $name, $callback ); }
function add_filter( $name, $callback, $priority = 10, $arguments = 1 ) { $GLOBALS['hooks'][ $name ][] = array( $callback, $arguments ); }
function fire( $name, ...$values ) {
	foreach ( $GLOBALS['hooks'][ $name ] ?? array() as list( $callback, $arguments ) ) {
		$values[0] = $callback( ...array_slice( $values, 0, $arguments ) ) ?? $values[0] ?? null;
	}
	return $values[0] ?? null;
}
function add_shortcode( $tag, $callback ) { $GLOBALS['seen']['shortcodes'][ $tag ] = $callback; }
function shortcode_atts( $pairs, $atts, $tag = '' ) { return array_merge( $pairs, array_intersect_key( $atts, $pairs ) ); }
function wp_oembed_add_provider( $format, $provider, $regex = false ) { $GLOBALS['seen']['providers'][ $format ] = $provider; }
function register_block_type( $name, $arguments ) { $GLOBALS['seen']['blocks'][ $name ] = $arguments; }
function wp_register_script( $handle, $source, $needs = array(), $version = false, $in_footer = false ) {}
function wp_add_inline_script( $handle, $script ) { $GLOBALS['seen']['inline'][ $handle ] = $script; }
function wp_enqueue_script( $handle, $source, $needs = array(), $version = false, $in_footer = false ) { $GLOBALS['seen']['scripts'][ $handle ] = $source; }
function wp_json_encode( $value ) { return json_encode( $value ); }
function wp_parse_url( $url, $part = -1 ) { return parse_url( $url, $part ); }
function get_option( $name, $default = false ) { return $GLOBALS['options'][ $name ] ?? $default; }
function get_locale() { return $GLOBALS['asked']['locale'] ?? 'en_US'; }
function current_user_can( $right ) { return in_array( $right, $GLOBALS['asked']['rights'] ?? array(), true ); }
function register_setting( $group, $name, $arguments ) { $GLOBALS['seen']['settings'][ $name ] = $arguments; }
function add_settings_error( $setting, $code, $message ) { $GLOBALS['seen']['errors'][] = $message; }
function add_options_page( $title, $menu, $right, $slug, $callback ) { $GLOBALS['seen']['pages'][ $slug ] = array( $right, $callback ); }
function settings_fields( $group ) { echo '<input type="hidden" name="option_page" value="' . esc_attr( $group ) . '">'; }
function submit_button() { echo '<button>Save</button>'; }
function esc_attr( $text ) { return htmlspecialchars( $text, ENT_QUOTES, 'UTF-8', false ); }
function esc_html( $text ) { return htmlspecialchars( $text, ENT_QUOTES, 'UTF-8', false ); }
function esc_url( $url ) {
	$clean = preg_replace( '|[^a-z0-9-~+_.?#=!&;,/:%@$\|*\'()\[\]\\x80-\\xff]|i', '', $url );
	return preg_match( '|^https?://|i', $clean ) ? str_replace( array( '&', "'" ), array( '&#038;', '&#039;' ), $clean ) : '';
}

ob_start();
require $argv[1];
foreach ( array( 'init', 'admin_init', 'admin_menu' ) as $moment ) {
	fire( $moment );
}
$said = ob_get_clean();

$out = array();
foreach ( $asked['do'] ?? array() as list( $what, $with ) ) {
	ob_start();
	if ( 'shortcode' === $what ) {
		echo $seen['shortcodes']['eventsvc']( $with );
	} elseif ( 'block' === $what ) {
		echo $seen['blocks']['eventsvc/event']['render_callback']( $with );
	} elseif ( 'embed' === $what ) {
		echo fire( 'embed_oembed_html', ...$with );
	} elseif ( 'save' === $what ) {
		echo $seen['settings']['eventsvc_address']['sanitize_callback']( $with );
	} elseif ( 'page' === $what ) {
		$seen['pages']['eventsvc'][1]();
	}
	$out[] = ob_get_clean();
}
$seen['blocks'] = array_map( fn( $block ) => array_diff_key( $block, array( 'render_callback' => 0 ) ), $seen['blocks'] );
echo json_encode( array( 'said' => $said, 'out' => $out ) + $seen );
