/** How a block's element reports a click: the message or view around it provides the way. */

import { createContext, useContext, useState } from "react";
import type { Click } from "../types";

export const ClickContext = createContext<(click: Click) => Promise<void>>(async () => undefined);

/** The id of the block that an element stands in, for its clicks. */
export const BlockIdContext = createContext<string | undefined>(undefined);

/** Sends clicks of the element in this block; `busy` while one is on its way. */
export function useClick(): { busy: boolean; click: (click: Click) => void } {
  const send = useContext(ClickContext);
  const block_id = useContext(BlockIdContext);
  const [busy, setBusy] = useState(false);
  const click = (what: Click): void => {
    setBusy(true);
    void send({ block_id, ...what }).finally(() => setBusy(false));
  };
  return { busy, click };
}
