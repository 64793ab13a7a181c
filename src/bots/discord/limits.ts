// Discord's limits, each in one place. Source: Discord's API documentation and OpenAPI document (v10).

export const LIMITS = {
  /** Characters of all texts of a message of components together. */
  messageText: 4_000,
  /** Components of a message, nested ones counted. */
  messageComponents: 40,
  /** Attachments of a message; also the items of a media gallery. */
  attachments: 10,
  /** Bytes of one upload, unless the interaction says otherwise (`attachment_size_limit`). */
  uploadBytes: 10 * 1024 * 1024,
  /** Alternative text of an attachment. */
  attachmentDescription: 1_024,
  buttonsInRow: 5,
  buttonLabel: 80,
  selectOptions: 25,
  /** Label, value and placeholder: 100 characters by the document; a placeholder of 150 is not used. */
  selectText: 100,
  customId: 100,
  modalTitle: 45,
  modalComponents: 5,
  label: 45,
  labelDescription: 100,
  inputText: 4_000,
  inputPlaceholder: 100,
  commandName: 32,
  commandDescription: 100,
  commandOptions: 25,
  commandChoices: 25,
  /** Names, descriptions and values of one command together. */
  commandText: 8_000,
  /** An option's `max_length`. */
  optionText: 6_000,
  completions: 25,
} as const;

/** Messages that one reply may become: the answer and its follow-ups (a user-installed app has five in all). */
export const MESSAGES_OF_A_REPLY = 4;

/** A form not ready by then is given up, so that the acknowledgement (3 s) is never late. Milliseconds. */
export const FORM_PATIENCE = 1_500;

/** A token lives 15 minutes; the last half minute, in which an answer could be half there, goes the way of late ones. Milliseconds. */
export const TOKEN_LIFE = 14.5 * 60_000;

/** One download: the upload limit of an unpaid guild, within this time. Milliseconds. */
export const DOWNLOAD_TIMEOUT = 20_000;

/** How long `close` waits for answers that are being given. Milliseconds. */
export const CLOSE_PATIENCE = 5_000;

/** How long `close` waits for the gateway's farewell after that. Milliseconds. */
export const GATEWAY_PATIENCE = 2_000;

/** How long the gateway may take for the first shard, and for each that follows. Milliseconds. */
export const READY_PATIENCE = 30_000;

/** A reply after which nothing has come for so long is shown, whether or not it will be the last. Milliseconds. */
export const SETTLED = 150;
