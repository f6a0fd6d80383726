/** Where somebody is on the page, kept in the address: person, channel, thread. */

import { useCallback, useEffect, useState } from "react";

export interface Place {
  person: string;
  channel: string | null;
  thread: string | null;
}

const FIRST_PERSON = "U0ANNA";

function readPlace(): Place {
  const query = new URLSearchParams(location.search);
  return {
    person: query.get("person") ?? FIRST_PERSON,
    channel: query.get("channel"),
    thread: query.get("thread"),
  };
}

function addressOf({ person, channel, thread }: Place): string {
  const query = new URLSearchParams({ person });
  if (channel) query.set("channel", channel);
  if (thread) query.set("thread", thread);
  return `?${query}`;
}

/** The place, and how to go elsewhere; the browser's Back works between channels and threads. */
export function usePlace(): [Place, (to: Partial<Place>) => void] {
  const [place, setPlace] = useState(readPlace);
  useEffect(() => {
    const onBack = (): void => setPlace(readPlace());
    window.addEventListener("popstate", onBack);
    return () => window.removeEventListener("popstate", onBack);
  }, []);
  const go = useCallback((to: Partial<Place>) => {
    setPlace((from) => {
      const next = { ...from, ...to };
      const address = addressOf(next);
      if (address !== location.search) history.pushState(null, "", address);
      return next;
    });
  }, []);
  return [place, go];
}

/** Whether the browser asks for dark colours, followed as it changes. */
export function useTheme(): "light" | "dark" {
  const [dark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const media = matchMedia("(prefers-color-scheme: dark)");
    const onChange = (): void => setDark(media.matches);
    media.addEventListener("change", onChange);
    return () => media.removeEventListener("change", onChange);
  }, []);
  return dark ? "dark" : "light";
}
