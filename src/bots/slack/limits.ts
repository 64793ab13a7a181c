// Slack's limits, from its documentation (docs.slack.dev: reference/block-kit, messaging, interactivity); every number stands here once.

/** Blocks of a message, and of a view or App Home. */
export const MESSAGE_BLOCKS = 50;
export const VIEW_BLOCKS = 100;

/** Characters of text in all blocks of one message (`msg_blocks_too_long` comes at 13,200). */
export const MESSAGE_CHARACTERS = 12_000;
/** Messages that one reply may become; what is beyond is left out with a note. */
export const MESSAGES = 3;

/** A block of text: Slack names 3,000 for a section; rich text has no number of its own, so it keeps to the same. */
export const TEXT = 3_000;
export const HEADER = 150;
/** `text` of a message, read out by notifications; Slack recommends 4,000 at most. */
export const FALLBACK = 3_000;
export const ALT_TEXT = 2_000;

export const BUTTONS = 25;
export const BUTTON_LABEL = 75;
export const BUTTON_VALUE = 2_000;
export const SELECT_OPTIONS = 100;
export const OPTION_LABEL = 75;
export const OPTION_VALUE = 150;
export const PLACEHOLDER = 150;
export const ACTION_ID = 255;

export const VIEW_TITLE = 24;
export const VIEW_BUTTON = 24;
export const PRIVATE_METADATA = 3_000;
export const INPUT_LABEL = 2_000;
export const INPUT_TEXT = 3_000;
export const FILE_INPUT_FILES = 10;

/** A response URL takes five messages in 30 minutes; a trigger opens one view within 3 seconds. */
export const RESPONSE_USES = 5;
/** The last state and the messages that it goes on in. */
export const RESPONSE_USES_OF_THE_END = MESSAGES;
export const RESPONSE_LIFETIME_MS = 30 * 60_000;

/** An interaction is acknowledged within 3 s; ours waits no longer than this for its answer to be stored. */
export const ACKNOWLEDGE_MS = 1_500;

/** A signed request may be this old, or this far ahead of our clock. */
export const CLOCK_SKEW_SECONDS = 5 * 60;

/** A message is edited at most every 3 s, and every 60 s when the work has run for an hour. */
export const EDIT_MS = 3_000;
export const SLOW_EDIT_MS = 60_000;
export const SLOW_AFTER_MS = 3_600_000;

/** An uploaded picture has its type after a second or two; then the message goes out without it. */
export const UPLOAD_WAIT_MS = 20_000;

/** Characters of a table's line that a phone shows without wrapping. */
export const PHONE_LINE = 34;

/** The app's manifest (manifest.schema.2.0.0.json). */
export const SLASH_NAME = 32;
export const SLASH_COMMANDS = 50;
export const SHORTCUT_NAME = 24;
export const SHORTCUTS = 10;
export const SHORTCUT_DESCRIPTION = 150;
export const USAGE_HINT = 1_000;
