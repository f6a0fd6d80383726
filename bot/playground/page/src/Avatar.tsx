/** A face: the bot's spark, or a person's initials on their colour. */

import type { ReactNode } from "react";
import type { World } from "./world";
import { personOf } from "./world";

/** Colours come from Slack with or without a `#`. */
function colourOf(color: string | undefined): string {
  return color ? `#${color.replace(/^#/, "")}` : "#6b7280";
}

function initialsOf(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const [first = "?"] = words;
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  return (first.charAt(0) + last.charAt(0)).toUpperCase();
}

interface AvatarProperties {
  world: World;
  id: string;
  size?: "small" | "tiny";
}

export function Avatar({ world, id, size }: AvatarProperties): ReactNode {
  const sized = size ? `avatar avatar-${size}` : "avatar";
  if (id === world.bot.user_id) {
    return (
      <span className={`${sized} avatar-bot`} aria-hidden="true">
        <svg viewBox="0 0 32 32">
          <path d="M16 6l2.6 7.4L26 16l-7.4 2.6L16 26l-2.6-7.4L6 16l7.4-2.6z" />
        </svg>
      </span>
    );
  }
  const person = personOf(world, id);
  return (
    <span className={sized} style={{ backgroundColor: colourOf(person?.color) }} aria-hidden="true">
      {initialsOf(person?.name ?? "?")}
    </span>
  );
}
