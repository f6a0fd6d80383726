/** Modal views: a form over the page, submitted or closed; errors stand at their blocks. */

import { useCallback, useMemo, useState, type FormEvent, type ReactNode } from "react";
import { Blocks } from "./blocks/Blocks";
import { ClickContext } from "./blocks/clicks";
import { initialValue } from "./blocks/Fields";
import { FormContext, type Form } from "./blocks/Input";
import { plain } from "./blocks/Words";
import { Dialog } from "./Dialog";
import { useSession } from "./session";
import type { Block, Click, FieldValue, View } from "./types";

type Values = Record<string, FieldValue>;

const inputsOf = (view: View): Block[] => view.blocks.filter(({ type }) => type === "input");

const actionOf = (block: Block): string => String((block["element"] as Block)["action_id"] ?? "");

/** What is typed is kept by block and action, so that an updated view keeps it too. */
const keyOf = (block: Block): string => `${block.block_id} ${actionOf(block)}`;

function valueIn(values: Values, block: Block): FieldValue {
  const typed = values[keyOf(block)];
  return typed === undefined ? initialValue(block["element"] as Block) : typed;
}

/** Slack's own check before it sends anything: what must be there, is there. */
function missing(view: View, values: Values): Record<string, string> {
  const empty = inputsOf(view).filter((block) => {
    const value = valueIn(values, block);
    return block["optional"] !== true && (value === null || value.length === 0);
  });
  return Object.fromEntries(
    empty.map(({ block_id = "" }) => [block_id, "Please complete this required field."]),
  );
}

function useForm(view: View): {
  form: Form;
  values: Values;
  setFound: (errors: Record<string, string>) => void;
} {
  const [values, setValues] = useState<Values>({});
  const [found, setFound] = useState<Record<string, string>>({});
  const form = useMemo(
    () => ({
      value: (block: Block) => valueIn(values, block),
      change: (block: Block, value: FieldValue) =>
        setValues((all) => ({ ...all, [keyOf(block)]: value })),
      errors: { ...view.errors, ...found },
    }),
    [values, view.errors, found],
  );
  return { form, values, setFound };
}

function Modal({ view }: { view: View }): ReactNode {
  const { acts, attempt, change } = useSession();
  const { form, values, setFound } = useForm(view);
  const [busy, setBusy] = useState(false);
  const send = useCallback(
    async (click: Click) => {
      await attempt(acts.clickInView(view, click));
    },
    [view, acts, attempt],
  );
  const close = (): void => void attempt(acts.close(view));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const empty = missing(view, values);
    setFound(empty);
    if (Object.keys(empty).length > 0) return;
    const all: Record<string, Record<string, FieldValue>> = {};
    for (const block of inputsOf(view)) {
      (all[block.block_id ?? ""] ??= {})[actionOf(block)] = valueIn(values, block);
    }
    setBusy(true);
    const answer = await attempt(acts.submit(view, all));
    setBusy(false);
    if (answer) change({ kind: "view_errors", id: view.id, errors: answer.errors ?? {} });
  };
  return (
    <Dialog title={plain(view.title)} testId="modal" onLeave={close}>
      <form onSubmit={(event) => void submit(event)} noValidate data-view-id={view.id}>
        <div className="dialog-body">
          {view.notice && (
            <p className="error" role="alert">
              {view.notice}
            </p>
          )}
          <FormContext.Provider value={form}>
            <ClickContext.Provider value={send}>
              <Blocks blocks={view.blocks} />
            </ClickContext.Provider>
          </FormContext.Provider>
        </div>
        <footer className="dialog-foot">
          <button type="button" className="button" onClick={close}>
            {plain(view.close) || "Close"}
          </button>
          {(view.submit || inputsOf(view).length > 0) && (
            <button
              type="submit"
              className="button button-primary"
              disabled={busy}
              aria-busy={busy}
            >
              {plain(view.submit) || "Submit"}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

/** The newest open modal; those under it wait. */
export function Modals(): ReactNode {
  const { world } = useSession();
  const view = world.views.filter(({ type }) => type === "modal").at(-1);
  return view ? <Modal key={view.id} view={view} /> : null;
}
