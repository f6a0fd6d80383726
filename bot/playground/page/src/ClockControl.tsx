/** The playground's clock: puts time forward, so that reminders and ends can be seen. */

import type { ReactNode } from "react";
import { useSession } from "./session";

const JUMPS = [
  { hours: 1, label: "+1 h" },
  { hours: 8, label: "+8 h" },
  { hours: 24, label: "+1 day" },
];

function said(hours: number): string {
  if (hours === 0) return "now";
  const days = Math.floor(hours / 24);
  const rest = Math.round(hours - days * 24);
  return `${days ? `${days} d ` : ""}${rest ? `${rest} h ` : ""}ahead`;
}

export function ClockControl(): ReactNode {
  const { world, acts, attempt } = useSession();
  if (!world.clock) return null;
  return (
    <div className="clock" role="group" aria-label="Time">
      <span>
        Time: <strong>{said(world.clock.ahead_hours)}</strong>
      </span>
      <div className="clock-row">
        {JUMPS.map(({ hours, label }) => (
          <button key={hours} type="button" onClick={() => void attempt(acts.putForward(hours))}>
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
