/** One person's session: the world as it moves, what they can do, and what went wrong. */

import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
} from "react";
import { Acts, Refused, follow } from "./api";
import type { Happened } from "./types";
import { afterChange, type Change, type World } from "./world";

export interface Session {
  world: World;
  acts: Acts;
  change: (change: Change) => void;
  /** Runs a request; a refusal is shown at the top of the page and the result is then null. */
  attempt: <T>(request: Promise<T>) => Promise<T | null>;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession stands outside a session");
  return session;
}

export interface Following {
  session: Session | null;
  problem: string | null;
  dismiss: () => void;
}

/** Follows one person's world. `onHappened` sees each event after the world has it. */
export function useFollowing(
  person: string,
  openChannel: string | null,
  onHappened: (event: Happened) => void,
): Following {
  const [world, change] = useReducer(afterChange, null);
  const [problem, setProblem] = useState<string | null>(null);
  const latest = useRef({ openChannel, onHappened });
  latest.current = { openChannel, onHappened };

  useEffect(
    () =>
      follow(person, {
        state: (state) => {
          setProblem(null);
          change({ kind: "state", state });
        },
        happened: (event) => {
          change({ kind: "happened", event, openChannel: latest.current.openChannel });
          latest.current.onHappened(event);
        },
        connected: (connected) => change({ kind: "connected", connected }),
        refused: setProblem,
      }),
    [person],
  );

  const attempt = useCallback(async <T>(request: Promise<T>): Promise<T | null> => {
    try {
      return await request;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setProblem(error.message);
      return null;
    }
  }, []);
  const acts = useMemo(() => new Acts(person), [person]);
  const session = useMemo(
    () => (world?.me === person ? { world, acts, change, attempt } : null),
    [world, person, acts, attempt],
  );
  return { session, problem, dismiss: () => setProblem(null) };
}
