// The playground's own limits, each with its reason: it has no platform that would set them.

/** A JSON body: a form of several paragraphs of 3,000 characters fits many times. */
export const JSON_BYTES = 256 * 1024;

/** What may be typed into the composer; room for a pasted network or an answer. */
export const TEXT_CHARACTERS = 12_000;

/** Values offered for an option, as many as Discord shows; and what may be typed of one that is still worth a look-up. */
export const COMPLETIONS = 25;
export const COMPLETED_CHARACTERS = 100;

/** Files of one command: as many and as large as Discord takes without payment (10 MiB). */
export const FILES = 4;
export const FILE_BYTES = 10 * 1024 * 1024;
/** Multipart boundaries and the JSON part beside the files. */
export const UPLOAD_BYTES = FILES * FILE_BYTES + JSON_BYTES;

/** Messages kept a channel: public ones, and private ones of one person; then of all people together. */
export const PUBLIC_KEPT = 200;
export const PRIVATE_KEPT = 100;
export const TOTAL_KEPT = 5_000;

/** Pictures and files of the messages that are kept. */
export const MEDIA_BYTES = 128 * 1024 * 1024;

/** Characters of an action reference, as `Dispatcher.encode` is asked for. */
export const REFERENCE_CHARACTERS = 2_000;

/** A name as shown beside messages. */
export const NAME_CHARACTERS = 40;

/** Events that wait for one slow reader before it is cut off (it comes back and gets a snapshot). */
export const EVENTS_WAITING = 500;

/** A comment on the event stream that often, so that a dead connection is noticed by both sides. */
export const HEARTBEAT_MS = 15_000;

/** How long `close` waits for answers that are being written. */
export const CLOSE_MS = 3_000;

/** How long a login lasts before the token is asked for again. */
export const LOGIN_MS = 30 * 24 * 60 * 60 * 1000;

/** Failed logins from one address without a wait; then 1 s, doubling up to the longest. */
export const FREE_TRIES = 4;
export const LONGEST_WAIT_MS = 60_000;
/** After this quiet time an address starts afresh. */
export const FORGIVEN_MS = 15 * 60 * 1000;
/** Addresses remembered. */
export const ADDRESSES = 2_000;
