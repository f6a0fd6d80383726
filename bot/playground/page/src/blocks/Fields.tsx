/** Elements that hold a value: text inputs, dates, selects, radio buttons and checkboxes. */

import { useContext, type ReactNode } from "react";
import type { Block, FieldValue, Option } from "../types";
import { NamesContext, plain, type Names } from "./Words";

export interface FieldProperties {
  element: Block;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
  /** The id that the label points at; empty for an element without a label. */
  id?: string;
  name: string;
  describedBy?: string;
  invalid?: boolean;
}

const TEXT_INPUTS: Record<string, string> = {
  plain_text_input: "text",
  rich_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "number",
  datepicker: "date",
  timepicker: "time",
};

const INITIAL = ["value", "date", "time", "user", "channel", "conversation"];
const INITIAL_SEVERAL = ["users", "channels", "conversations"];

/** What an element holds before anybody touched it. */
export function initialValue(element: Block): FieldValue {
  const option = element["initial_option"] as Option | undefined;
  const options = element["initial_options"] as Option[] | undefined;
  if (option) return option.value;
  if (options) return options.map(({ value }) => value);
  const several = INITIAL_SEVERAL.map((name) => element[`initial_${name}`]).find(Boolean);
  if (several) return several as string[];
  const one = INITIAL.map((name) => element[`initial_${name}`]).find(
    (value) => value !== undefined,
  );
  return one === undefined ? null : String(one);
}

/** The options of a menu, those of groups with their group's name. */
export function optionsOf(element: Block, names: Names): { group: string; options: Option[] }[] {
  const text = (words: string): Option["text"] => ({ type: "plain_text", text: words });
  if (/users_select$/.test(element.type)) {
    return [
      { group: "", options: names.users.map(({ id, name }) => ({ text: text(name), value: id })) },
    ];
  }
  if (/(?:channels|conversations)_select$/.test(element.type)) {
    const options = names.channels.map(({ id, name }) => ({ text: text(`#${name}`), value: id }));
    return [{ group: "", options }];
  }
  const groups = element["option_groups"] as
    | { label: Option["text"]; options: Option[] }[]
    | undefined;
  if (groups) return groups.map(({ label, options }) => ({ group: plain(label), options }));
  return [{ group: "", options: (element["options"] ?? []) as Option[] }];
}

function TextField(properties: FieldProperties): ReactNode {
  const { element, value, onChange, id, name, describedBy, invalid } = properties;
  const shared = {
    id,
    className: "field",
    "aria-label": id ? undefined : name,
    "aria-describedby": describedBy,
    "aria-invalid": invalid,
    "data-action-id": element["action_id"] as string,
    placeholder: plain(element["placeholder"]),
    maxLength: element["max_length"] as number | undefined,
    value: typeof value === "string" ? value : "",
    onChange: (event: { target: { value: string } }) => onChange(event.target.value || null),
  };
  if (element["multiline"] || element.type === "rich_text_input")
    return <textarea rows={4} {...shared} />;
  return <input type={TEXT_INPUTS[element.type]} {...shared} />;
}

function Select(properties: FieldProperties): ReactNode {
  const { element, value, onChange, id, name, describedBy, invalid } = properties;
  const groups = optionsOf(element, useContext(NamesContext));
  const items = (options: Option[]): ReactNode =>
    options.map((option) => (
      <option key={option.value} value={option.value}>
        {plain(option.text)}
      </option>
    ));
  return (
    <select
      id={id}
      className="field field-select"
      aria-label={id ? undefined : name}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      data-action-id={element["action_id"]}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => onChange(event.target.value || null)}
    >
      <option value="" disabled={value !== null}>
        {plain(element["placeholder"]) || "Choose an option"}
      </option>
      {groups.map(({ group, options }) =>
        group ? (
          <optgroup key={group} label={group}>
            {items(options)}
          </optgroup>
        ) : (
          items(options)
        ),
      )}
    </select>
  );
}

function Choices(properties: FieldProperties): ReactNode {
  const { element, value, onChange, id, name, describedBy } = properties;
  const options = optionsOf(element, useContext(NamesContext)).flatMap((group) => group.options);
  const several = element.type !== "radio_buttons";
  const chosen = Array.isArray(value) ? value : value === null ? [] : [value];
  const turn = (option: Option): void => {
    if (!several) return onChange(option.value);
    const others = chosen.filter((known) => known !== option.value);
    return onChange(others.length === chosen.length ? [...chosen, option.value] : others);
  };
  return (
    <div
      className="choices"
      id={id}
      role={several ? "group" : "radiogroup"}
      aria-label={name}
      aria-describedby={describedBy}
      data-action-id={element["action_id"]}
    >
      {options.map((option) => (
        <label key={option.value} className="choice">
          <input
            type={several ? "checkbox" : "radio"}
            name={`${name}-${element["action_id"]}`}
            value={option.value}
            checked={chosen.includes(option.value)}
            onChange={() => turn(option)}
          />
          <span>
            {plain(option.text)}
            {option.description && <small>{plain(option.description)}</small>}
          </span>
        </label>
      ))}
    </div>
  );
}

/** Whether this page can show the element as a field at all. */
export function isField(element: Block): boolean {
  return (
    element.type in TEXT_INPUTS || isChoice(element) || /^(?!external).*_select$/.test(element.type)
  );
}

function isChoice(element: Block): boolean {
  return (
    /^(?:radio_buttons|checkboxes)$/.test(element.type) || /^multi_(?!external)/.test(element.type)
  );
}

export function Field(properties: FieldProperties): ReactNode {
  const { element } = properties;
  if (element.type in TEXT_INPUTS) return <TextField {...properties} />;
  if (isChoice(element)) return <Choices {...properties} />;
  if (isField(element)) return <Select {...properties} />;
  return <em className="unknown">{element.type} cannot be used in the playground.</em>;
}
