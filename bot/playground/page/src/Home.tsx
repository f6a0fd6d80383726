/** The App Home: the view that the bot published for this person. */

import { useCallback, type ReactNode } from "react";
import { Blocks } from "./blocks/Blocks";
import { ClickContext } from "./blocks/clicks";
import { useSession } from "./session";
import type { Click } from "./types";

export function Home(): ReactNode {
  const { world, acts, attempt } = useSession();
  const { home } = world;
  const send = useCallback(
    async (click: Click) => {
      if (home) await attempt(acts.clickInView(home, click));
    },
    [home, acts, attempt],
  );
  return (
    <section className="home" aria-label={`${world.bot.name} home`} data-testid="home">
      {home ? (
        <ClickContext.Provider value={send}>
          <Blocks blocks={home.blocks} />
        </ClickContext.Provider>
      ) : (
        <p className="empty">{world.bot.name} has not published its Home yet.</p>
      )}
    </section>
  );
}
