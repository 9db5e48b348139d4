<?php
/**
 * Plugin Name: Events in your pages
 * Description: Shows events, lists of events and registration forms of an eventsvc service. Paste the link of an event, use the block "Event", or write [eventsvc event="slug"]. Sets no cookie.
 * Version: 1.0.0
 * Requires at least: 5.8
 * Requires PHP: 7.4
 * License: MIT
 *
 * Everything works without JavaScript: a frame and a link. With it the frame is as tall as what is in it.
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

/** The address of the service until another one is entered under Settings. */
const EVENTSVC_ADDRESS = '';

const EVENTSVC_OPTION  = 'eventsvc_address';
const EVENTSVC_HEIGHTS = array(
	'card' => 460,
	'form' => 1100,
	'list' => 640,
);

const EVENTSVC_SPANISH = array(
	'Event'                                   => 'Evento',
	'Open in a page of its own'               => 'Abrir en una página aparte',
	'Address of the service, such as https://events.example.org' => 'Dirección del servicio, por ejemplo https://eventos.example.org',
	'This is not the address of a web site. Write it as https://events.example.org' => 'Esta no es la dirección de un sitio web. Escríbala así: https://eventos.example.org',
	'Events: enter the address of the service under Settings, Events.' => 'Eventos: escriba la dirección del servicio en Ajustes, Eventos.',
	'Say which event: its short name, or its link.' => 'Indique el evento: su nombre corto o su enlace.',
	'Event (short name or link)'              => 'Evento (nombre corto o enlace)',
	'Organization, for a list'                => 'Organización, para una lista',
	'Language, such as es'                    => 'Idioma, por ejemplo es',
	'What to show'                            => 'Qué mostrar',
	'Card'                                    => 'Tarjeta',
	'Registration form'                       => 'Formulario de inscripción',
	'List'                                    => 'Lista',
	'Events'                                  => 'Eventos',
);

function eventsvc_say( $text ) {
	$spanish = 0 === strpos( get_locale(), 'es' ) && isset( EVENTSVC_SPANISH[ $text ] );
	return $spanish ? EVENTSVC_SPANISH[ $text ] : $text;
}

/** The beginning of every address of the service, without a slash at its end; empty where none is known. */
function eventsvc_address() {
	return eventsvc_origin( get_option( EVENTSVC_OPTION, EVENTSVC_ADDRESS ) );
}

/** Scheme, host and port of what was typed; empty where it is no web address. */
function eventsvc_origin( $typed ) {
	$parts = wp_parse_url( trim( (string) $typed ) );
	if ( ! is_array( $parts ) || empty( $parts['host'] ) || ! in_array( $parts['scheme'] ?? '', array( 'http', 'https' ), true ) ) {
		return '';
	}
	if ( ! preg_match( '/^[a-z0-9.-]+$/i', $parts['host'] ) || isset( $parts['user'] ) ) {
		return '';
	}
	$port = isset( $parts['port'] ) ? ':' . (int) $parts['port'] : '';
	return $parts['scheme'] . '://' . strtolower( $parts['host'] ) . $port;
}

/** The short name in the last part of a link, or as it was typed; empty where it can be none. */
function eventsvc_slug( $typed ) {
	$path = (string) wp_parse_url( trim( (string) $typed ), PHP_URL_PATH );
	$slug = basename( $path );
	return preg_match( '/^[a-z0-9][a-z0-9-]*$/', $slug ) ? $slug : '';
}

/** The path of what is in the frame, and that of its own page; nothing where it is not said what to show. */
function eventsvc_paths( array $given ) {
	$event = eventsvc_slug( $given['event'] );
	if ( '' !== $event ) {
		return array( "/embed/$event" . ( 'form' === $given['view'] ? '/register' : '' ), "/e/$event" );
	}
	foreach ( array( 'organization', 'programme', 'tag' ) as $kind ) {
		$slug = eventsvc_slug( $given[ $kind ] );
		if ( '' !== $slug ) {
			return array( "/embed/lists/{$kind}s/$slug", '/' );
		}
	}
	return 'list' === $given['view'] ? array( '/embed/lists/all', '/' ) : array();
}

/** The HTML of the short code and of the block. What is wrong is told to those who can edit, and to nobody else. */
function eventsvc_render( $attributes ) {
	$none  = array_fill_keys( array( 'event', 'view', 'lang', 'organization', 'programme', 'tag', 'title' ), '' );
	$given = shortcode_atts( $none, (array) $attributes, 'eventsvc' );
	$home  = eventsvc_address();
	$paths = eventsvc_paths( $given );
	if ( '' === $home || ! $paths ) {
		$why = '' === $home ? 'Events: enter the address of the service under Settings, Events.' : 'Say which event: its short name, or its link.';
		return current_user_can( 'edit_posts' ) ? '<p>' . esc_html( eventsvc_say( $why ) ) . '</p>' : '';
	}
	$lang  = preg_match( '/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i', $given['lang'] ) ? $given['lang'] : '';
	$frame = $home . $paths[0] . ( '' === $lang ? '' : '?lang=' . rawurlencode( $lang ) );
	$title = '' === trim( $given['title'] ) ? eventsvc_say( 'Event' ) : $given['title'];
	$view  = 0 === strpos( $paths[0], '/embed/lists/' ) ? 'list' : ( 'form' === $given['view'] ? 'form' : 'card' );
	eventsvc_keep_in_size();
	return sprintf(
		'<div class="eventsvc"><iframe src="%1$s" title="%2$s" width="100%%" height="%3$d" loading="lazy" referrerpolicy="no-referrer" style="border:0;max-width:100%%"></iframe><p><a href="%4$s">%5$s</a></p></div>',
		esc_url( $frame ),
		esc_attr( $title ),
		EVENTSVC_HEIGHTS[ $view ],
		esc_url( $home . $paths[1] ),
		esc_html( eventsvc_say( 'Open in a page of its own' ) )
	);
}

/** One script for all frames of a page; it comes from the service, so that both speak the same protocol. */
function eventsvc_keep_in_size() {
	wp_enqueue_script( 'eventsvc', eventsvc_address() . '/embed.js', array(), null, true );
}

/** Links to the service become what it answers, as it is: it is a site that was entered under Settings. */
function eventsvc_add_provider() {
	$home = eventsvc_address();
	if ( '' === $home ) {
		return;
	}
	foreach ( array( '/e/*', '/*/events/*', '/*/organizations/*', '/*/programmes/*', '/*/tags/*' ) as $path ) {
		wp_oembed_add_provider( $home . $path, $home . '/oembed' );
	}
}
add_action( 'init', 'eventsvc_add_provider' );

/** Of such an answer the frame alone: the quotation beside it is for sites without frames. */
function eventsvc_only_the_frame( $html, $url ) {
	$home = eventsvc_address();
	if ( '' === $home || 0 !== strpos( (string) $url, $home . '/' ) || ! is_string( $html ) ) {
		return $html;
	}
	eventsvc_keep_in_size();
	return preg_replace( '|^<blockquote>.*?</blockquote>|s', '', $html );
}
add_filter( 'embed_oembed_html', 'eventsvc_only_the_frame', 10, 2 );

add_shortcode( 'eventsvc', 'eventsvc_render' );

function eventsvc_register_block() {
	wp_register_script(
		'eventsvc-block',
		'',
		array( 'wp-blocks', 'wp-block-editor', 'wp-components', 'wp-element', 'wp-server-side-render' ),
		'1.0.0',
		true
	);
	wp_add_inline_script( 'eventsvc-block', 'const eventsvcSays = ' . wp_json_encode( eventsvc_words_of_the_editor() ) . ';' . EVENTSVC_EDITOR );
	$text = array(
		'type'    => 'string',
		'default' => '',
	);
	register_block_type(
		'eventsvc/event',
		array(
			'api_version'     => 2,
			'title'           => eventsvc_say( 'Event' ),
			'category'        => 'embed',
			'icon'            => 'calendar-alt',
			'attributes'      => array_fill_keys( array( 'event', 'view', 'lang', 'organization' ), $text ),
			'editor_script'   => 'eventsvc-block',
			'render_callback' => 'eventsvc_render',
		)
	);
}
add_action( 'init', 'eventsvc_register_block' );

function eventsvc_words_of_the_editor() {
	return array(
		'name'         => eventsvc_say( 'Event' ),
		'event'        => eventsvc_say( 'Event (short name or link)' ),
		'view'         => eventsvc_say( 'What to show' ),
		'views'        => array(
			array( 'value' => 'card', 'label' => eventsvc_say( 'Card' ) ),
			array( 'value' => 'form', 'label' => eventsvc_say( 'Registration form' ) ),
			array( 'value' => 'list', 'label' => eventsvc_say( 'List' ) ),
		),
		'organization' => eventsvc_say( 'Organization, for a list' ),
		'lang'         => eventsvc_say( 'Language, such as es' ),
	);
}

/** The block in the editor: three fields, a choice, and below them what the server makes of it. */
const EVENTSVC_EDITOR = <<<'SCRIPT'
( function ( wp ) {
	const el = wp.element.createElement;
	const { PanelBody, SelectControl, TextControl } = wp.components;
	wp.blocks.registerBlockType( 'eventsvc/event', {
		apiVersion: 2,
		title: eventsvcSays.name,
		category: 'embed',
		icon: 'calendar-alt',
		attributes: Object.fromEntries( [ 'event', 'view', 'lang', 'organization' ].map( ( name ) => [ name, { type: 'string', default: '' } ] ) ),
		edit( { attributes, setAttributes } ) {
			const field = ( name ) => el( TextControl, { key: name, label: eventsvcSays[ name ], value: attributes[ name ], onChange: ( value ) => setAttributes( { [ name ]: value } ) } );
			const choice = el( SelectControl, { key: 'view', label: eventsvcSays.view, value: attributes.view, options: eventsvcSays.views, onChange: ( view ) => setAttributes( { view } ) } );
			return el( 'div', wp.blockEditor.useBlockProps(),
				el( wp.blockEditor.InspectorControls, {}, el( PanelBody, { title: eventsvcSays.name }, field( 'event' ), choice, field( 'lang' ), field( 'organization' ) ) ),
				el( wp.serverSideRender, { block: 'eventsvc/event', attributes } )
			);
		},
		save: () => null,
	} );
} )( window.wp );
SCRIPT;

function eventsvc_register_setting() {
	register_setting(
		'eventsvc',
		EVENTSVC_OPTION,
		array(
			'type'              => 'string',
			'sanitize_callback' => 'eventsvc_check_address',
			'default'           => EVENTSVC_ADDRESS,
		)
	);
}
add_action( 'admin_init', 'eventsvc_register_setting' );

/** What is kept of the address that was typed. One that is none changes nothing, and the page says so. */
function eventsvc_check_address( $typed ) {
	$typed  = trim( (string) $typed );
	$origin = eventsvc_origin( $typed );
	if ( '' === $origin && '' !== $typed ) {
		add_settings_error( EVENTSVC_OPTION, 'eventsvc', eventsvc_say( 'This is not the address of a web site. Write it as https://events.example.org' ) );
		return eventsvc_address();
	}
	return $origin;
}

function eventsvc_add_settings_page() {
	add_options_page( eventsvc_say( 'Events' ), eventsvc_say( 'Events' ), 'manage_options', 'eventsvc', 'eventsvc_settings_page' );
}
add_action( 'admin_menu', 'eventsvc_add_settings_page' );

function eventsvc_settings_page() {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	?>
	<div class="wrap">
		<h1><?php echo esc_html( eventsvc_say( 'Events' ) ); ?></h1>
		<form method="post" action="options.php">
			<?php settings_fields( 'eventsvc' ); ?>
			<p>
				<label for="eventsvc_address"><?php echo esc_html( eventsvc_say( 'Address of the service, such as https://events.example.org' ) ); ?></label><br>
				<input type="url" class="regular-text" id="eventsvc_address" name="<?php echo esc_attr( EVENTSVC_OPTION ); ?>" value="<?php echo esc_attr( eventsvc_address() ); ?>">
			</p>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}
