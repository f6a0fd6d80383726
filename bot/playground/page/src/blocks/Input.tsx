/** The `input` block: a labelled field of a view's form, with its hint and its error. */

import { createContext, useContext, useId, type ReactNode } from "react";
import type { Block, FieldValue } from "../types";
import { useClick } from "./clicks";
import { Field, optionsOf } from "./Fields";
import { NamesContext, plain } from "./Words";

export interface Form {
  value: (block: Block) => FieldValue;
  change: (block: Block, value: FieldValue) => void;
  errors: Record<string, string>;
}

export const FormContext = createContext<Form>({
  value: () => null,
  change: () => undefined,
  errors: {},
});

export function Input({ block }: { block: Block }): ReactNode {
  const form = useContext(FormContext);
  const names = useContext(NamesContext);
  const { click } = useClick();
  const id = useId();
  const element = block["element"] as Block;
  const error = form.errors[block.block_id ?? ""];
  const name = plain(block["label"]);
  const change = (value: FieldValue): void => {
    form.change(block, value);
    if (!block["dispatch_action"] || typeof value !== "string" || /_input$/.test(element.type))
      return;
    const options = optionsOf(element, names).flatMap((group) => group.options);
    const selected_option = options.find((option) => option.value === value);
    click({ action_id: String(element["action_id"] ?? ""), value, selected_option });
  };
  return (
    <div className="input" data-block-id={block.block_id}>
      <label htmlFor={id}>
        {name}
        {block["optional"] === true && <span className="optional"> (optional)</span>}
      </label>
      <Field
        element={element}
        value={form.value(block)}
        onChange={change}
        id={id}
        name={name}
        describedBy={`${id}-more`}
        invalid={error !== undefined}
      />
      <div id={`${id}-more`}>
        {error !== undefined && (
          <p className="error" role="alert">
            {error}
          </p>
        )}
        {block["hint"] && <p className="hint">{plain(block["hint"])}</p>}
      </div>
    </div>
  );
}
