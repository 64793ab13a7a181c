// Form → modal, and a submitted modal → fields.
import {
  type APIComponentInModalActionRow,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APIStringSelectComponent,
  ComponentType,
  type ModalSubmitInteraction,
  TextInputStyle,
} from "discord.js";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Form, FormField } from "../../commands/reply.js";
import { LIMITS } from "./limits.js";
import { atoms, packed, shortened } from "./markdown.js";

/** The introduction is a component as well, where there is room for one. */
export async function renderForm(
  dispatcher: Pick<Dispatcher, "encode">,
  form: Form,
): Promise<APIModalInteractionResponseCallbackData> {
  if (form.fields.length === 0 || form.fields.length > LIMITS.modalComponents)
    throw new Error(`a form of ${form.fields.length} fields does not fit into a modal: "${form.title}"`);
  const [introduction, ...rest] = packed(atoms(form.introduction ?? ""), LIMITS.inputText - 1);
  const opening =
    introduction === undefined || form.fields.length === LIMITS.modalComponents
      ? []
      : [{ type: ComponentType.TextDisplay as const, content: rest.length > 0 ? `${introduction}…` : introduction }];
  return {
    custom_id: await dispatcher.encode(form.submit, LIMITS.customId),
    title: shortened(form.title === "" ? "…" : form.title, LIMITS.modalTitle),
    components: [...opening, ...form.fields.map(label)],
  };
}

/** Texts as typed, the value of what was picked; what was left empty is not there. */
export function fieldsOf(interaction: ModalSubmitInteraction): Record<string, string> {
  const fields: [string, string][] = [];
  for (const [name, field] of interaction.fields.fields) {
    if (field.type === ComponentType.TextInput) fields.push([name, field.value]);
    else if (field.type === ComponentType.StringSelect) {
      const [picked] = field.values;
      if (picked !== undefined) fields.push([name, picked]);
    }
  }
  return Object.fromEntries(fields);
}

function label(field: FormField): APILabelComponent {
  return {
    type: ComponentType.Label,
    label: shortened(field.label === "" ? "…" : field.label, LIMITS.label),
    ...(field.help === undefined || field.help === ""
      ? {}
      : { description: shortened(field.help, LIMITS.labelDescription) }),
    component: field.type === "select" ? list(field) : input(field),
  };
}

function input(field: FormField): APIComponentInModalActionRow {
  const longest = Math.min(field.maxLength ?? LIMITS.inputText, LIMITS.inputText);
  return {
    type: ComponentType.TextInput,
    custom_id: field.name,
    style: field.type === "line" ? TextInputStyle.Short : TextInputStyle.Paragraph,
    required: field.required,
    max_length: longest,
    ...(field.placeholder === undefined ? {} : { placeholder: shortened(field.placeholder, LIMITS.inputPlaceholder) }),
    ...(field.value === undefined || field.value === "" ? {} : { value: field.value.slice(0, longest) }),
  };
}

/** Throws where an option cannot be carried: a form's declaration is ours to mend. */
function list(field: FormField): APIStringSelectComponent {
  const options = field.options ?? [];
  if (options.length === 0 || options.length > LIMITS.selectOptions)
    throw new Error(
      `the list "${field.name}" has ${options.length} options; a modal takes 1 to ${LIMITS.selectOptions}`,
    );
  return {
    type: ComponentType.StringSelect,
    custom_id: field.name,
    required: field.required,
    ...(field.placeholder === undefined ? {} : { placeholder: shortened(field.placeholder, LIMITS.selectText) }),
    options: options.map(({ value, label: text }) => ({
      value,
      label: shortened(text, LIMITS.selectText),
      ...(value === field.value ? { default: true } : {}),
    })),
  };
}
