/** Texts with meaning in them: rich_text, mrkdwn and plain_text, all drawn by slack-blocks-to-jsx. */

import { createContext, useContext, useMemo, type ReactNode } from "react";
import { emojify } from "node-emoji";
import { Message as SlackBlocks, type MessageProps } from "slack-blocks-to-jsx";
import type { Block } from "../types";
import { decoded, readMrkdwn, readPlain } from "./mrkdwn";

export interface Names {
  me: string;
  theme: "light" | "dark";
  users: { id: string; name: string }[];
  channels: { id: string; name: string }[];
}

export const NamesContext = createContext<Names>({
  me: "",
  theme: "light",
  users: [],
  channels: [],
});

export function Mention({ id }: { id: string }): ReactNode {
  const { me, users } = useContext(NamesContext);
  const name = users.find((user) => user.id === id)?.name ?? id;
  return <span className={id === me ? "mention mention-me" : "mention"}>@{name}</span>;
}

export function ChannelName({ id }: { id: string }): ReactNode {
  const { channels } = useContext(NamesContext);
  return (
    <span className="mention">#{channels.find((channel) => channel.id === id)?.name ?? id}</span>
  );
}

export function Broadcast({ range }: { range: string }): ReactNode {
  return <span className="mention mention-me">@{range}</span>;
}

/** A link that says where it goes, and gives nothing away to the page it opens. */
export function Link({ href, children }: { href: string; children: ReactNode }): ReactNode {
  if (!/^(?:https?|mailto|tel):/i.test(href) && !href.startsWith("/")) return <>{children}</>;
  return (
    <a className="link" href={href} title={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

const HOOKS: MessageProps["hooks"] = {
  user: ({ id }) => <Mention id={id} />,
  channel: ({ id }) => <ChannelName id={id} />,
  usergroup: ({ id }) => <span className="mention">@{id}</span>,
  atChannel: () => <Broadcast range="channel" />,
  atEveryone: () => <Broadcast range="everyone" />,
  atHere: () => <Broadcast range="here" />,
  link: ({ href, children }) => <Link href={href}>{children}</Link>,
};

/** One block as the library draws it. The block's id stays out: it would become an id in the page. */
export function LibraryBlock({ block }: { block: Block }): ReactNode {
  const { theme, users, channels } = useContext(NamesContext);
  const data = useMemo(() => ({ users, channels }), [users, channels]);
  const bare = { ...block };
  delete bare.block_id;
  const blocks = [bare] as unknown as MessageProps["blocks"];
  return (
    <SlackBlocks
      withoutWrapper
      blocks={blocks}
      logo=""
      name=""
      theme={theme}
      data={data}
      hooks={HOOKS}
    />
  );
}

export interface TextObject {
  type: string;
  text: string;
  emoji?: boolean;
  verbatim?: boolean;
}

/** A text object (plain_text or mrkdwn), read by Slack's rules. */
export function Words({ text }: { text: TextObject }): ReactNode {
  const block = useMemo(() => {
    const elements =
      text.type === "mrkdwn"
        ? readMrkdwn(text.text)
        : [{ type: "rich_text_section", elements: readPlain(text.text) }];
    return { type: "rich_text", elements };
  }, [text.type, text.text]);
  return <LibraryBlock block={block} />;
}

/** A text object as a string, for the names of buttons and options. */
export function plain(text: TextObject | string | null | undefined): string {
  if (!text) return "";
  const words = typeof text === "string" ? text : text.text;
  return decoded(emojify(words, { fallback: (name) => `:${name.replaceAll(":", "")}:` }));
}
