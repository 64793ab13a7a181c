// What was filled into a form and not sent: kept for this tab, so that Escape, a reload or a refusal loses nothing.
import type { WireForm } from "../wire.js";
import type { OpenForm } from "./chat.js";

export interface Draft {
  readonly open: OpenForm;
  readonly fields: Readonly<Record<string, string>>;
}

const KEY = "convo.drafts";
const MOST = 5;

/** The same form asked for twice has two tokens, but asks the same: its draft is found again by what it asks. */
export function draftKey(form: WireForm): string {
  return JSON.stringify([form.title, form.introduction ?? "", form.fields.map((field) => field.name)]);
}

export function addDraft(drafts: readonly Draft[], open: OpenForm, fields: Draft["fields"]): readonly Draft[] {
  const rest = withoutDraft(drafts, draftKey(open.form));
  return store([...rest, { open, fields }].slice(-MOST));
}

export function withoutDraft(drafts: readonly Draft[], key: string): readonly Draft[] {
  return store(drafts.filter(({ open }) => draftKey(open.form) !== key));
}

export function readDrafts(): readonly Draft[] {
  try {
    const read: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(read) ? read.filter(isDraft) : [];
  } catch {
    return [];
  }
}

function store(drafts: readonly Draft[]): readonly Draft[] {
  sessionStorage.setItem(KEY, JSON.stringify(drafts));
  return drafts;
}

function isDraft(value: unknown): value is Draft {
  return typeof value === "object" && value !== null && "open" in value && "fields" in value;
}
