/**
 * Slack's mrkdwn, read into the elements of a rich_text block. Pure.
 *
 * The rules are those of Slack's "Formatting message text": `<…>` tokens, *bold*, _italic_, ~strike~,
 * `code`, fenced code, `>` quotes, :emoji: and bare addresses. Entities (&lt; &gt; &amp;) are decoded
 * last and once, so that an escaped token stays text: a page that decoded first would show a mention
 * where Slack shows none.
 */

import { has } from "node-emoji";

/** Names of Slack's that node-emoji does not know, and the renderer does. */
const SLACKS_OWN = new Set(["octagonal_sign"]);

const isEmoji = (name: string): boolean => has(name) || SLACKS_OWN.has(name);

export interface Style {
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  code?: boolean;
}

export type Inline =
  | { type: "text"; text: string; style?: Style }
  | { type: "link"; url: string; text: string; style?: Style }
  | { type: "user"; user_id: string; style?: Style }
  | { type: "channel"; channel_id: string; style?: Style }
  | { type: "usergroup"; usergroup_id: string; style?: Style }
  | { type: "broadcast"; range: "here" | "channel" | "everyone"; style?: Style }
  | { type: "emoji"; name: string; skin_tone?: number };

export interface Paragraph {
  type: "rich_text_section" | "rich_text_quote" | "rich_text_preformatted";
  elements: Inline[];
}

const ENTITIES: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Decodes the three entities of Slack's texts, once. */
export function decoded(text: string): string {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

const EMOJI = /:(\+1|-1|100|[a-z][a-z0-9_+'-]*):(?::skin-tone-([2-6]):)?/y;
const TOKEN = /<([@#!]?)([^<>|\n]+)(?:\|([^<>\n]*))?>/y;
const CODE = /`([^`\n]+)`/y;
const ADDRESS = /https?:\/\/[^\s<>|"'`*~]*[^\s<>|"'`*~.,:;!?)\]_]/y;
const MARKS: Record<string, keyof Style> = { "*": "bold", _: "italic", "~": "strike" };

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** What a `<…>` token stands for; null where it is none of Slack's. */
export function readToken(sigil: string, body: string, label: string | undefined): Inline | null {
  if (sigil === "@") return { type: "user", user_id: body };
  if (sigil === "#") return { type: "channel", channel_id: body };
  if (sigil === "!") return readCommand(body, label);
  if (!/^(?:https?|mailto|tel|slack):/i.test(body)) return null;
  const url = decoded(body);
  return { type: "link", url, text: decoded(label || body.replace(/^(?:mailto|tel):/i, "")) };
}

function readCommand(body: string, label: string | undefined): Inline | null {
  if (body === "here" || body === "channel" || body === "everyone") {
    return { type: "broadcast", range: body };
  }
  const [name = "", argument = ""] = body.split("^");
  if (name === "subteam") return { type: "usergroup", usergroup_id: argument };
  if (name === "date") return { type: "text", text: readDate(body, label) };
  return label === undefined ? null : { type: "text", text: decoded(label) };
}

/** A `<!date^seconds^format|fallback>` in the reader's own time zone and language. */
function readDate(body: string, fallback: string | undefined): string {
  const [, seconds = "", format = ""] = body.split("^");
  const date = new Date(Number(seconds) * 1000);
  if (!seconds || Number.isNaN(date.getTime())) return decoded(fallback ?? body);
  const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", year: "numeric" };
  return decoded(format)
    .replace(/\{date_num\}/g, date.toISOString().slice(0, 10))
    .replace(/\{date_short(?:_pretty)?\}/g, date.toLocaleDateString([], { ...day, month: "short" }))
    .replace(/\{date(?:_long)?(?:_full)?(?:_pretty)?\}/g, date.toLocaleDateString([], day))
    .replace(/\{time\}/g, date.toLocaleTimeString([], { timeStyle: "short" }))
    .replace(/\{time_secs\}/g, date.toLocaleTimeString([], { timeStyle: "medium" }))
    .replace(/\{ago\}/g, date.toLocaleString());
}

/** Where the mark that opens at `at` closes; -1 where it opens nothing. */
function closing(text: string, at: number): number {
  const mark = text.charAt(at);
  const before = text.charAt(at - 1);
  const after = text.charAt(at + 1);
  if (/[\p{L}\p{N}]/u.test(before) || before === mark || !after || /\s/.test(after)) return -1;
  if (after === mark) return -1;
  for (let end = at + 2; end < text.length && text.charAt(end) !== "\n"; end++) {
    const ends = text.charAt(end) === mark && !/\s/.test(text.charAt(end - 1));
    if (ends && !/[\p{L}\p{N}]/u.test(text.charAt(end + 1))) return end;
  }
  return -1;
}

/** What begins at `at`, other than plain text: the elements and where the text goes on. */
function special(
  text: string,
  at: number,
  style: Style,
): { elements: Inline[]; next: number } | null {
  const character = text.charAt(at);
  if (character === "<") {
    const token = match(TOKEN, text, at);
    const read = token && readToken(token[1] ?? "", token[2] ?? "", token[3]);
    return token && read ? { elements: [styled(read, style)], next: at + token[0].length } : null;
  }
  if (character === "`") {
    const code = match(CODE, text, at);
    if (!code) return null;
    const inside = decoded(code[1] ?? "");
    const element: Inline = { type: "text", text: inside, style: { ...style, code: true } };
    return { elements: [element], next: at + code[0].length };
  }
  if (character === ":") {
    const emoji = match(EMOJI, text, at);
    if (!emoji || !isEmoji(emoji[1] ?? "")) return null;
    const tone = emoji[2] ? { skin_tone: Number(emoji[2]) } : {};
    return {
      elements: [{ type: "emoji", name: emoji[1] ?? "", ...tone }],
      next: at + emoji[0].length,
    };
  }
  if (character === "h" && !/\w/.test(text.charAt(at - 1))) {
    const address = match(ADDRESS, text, at);
    if (!address) return null;
    const url = decoded(address[0]);
    return {
      elements: [styled({ type: "link", url, text: url }, style)],
      next: at + address[0].length,
    };
  }
  const name = MARKS[character];
  const end = name ? closing(text, at) : -1;
  if (!name || end < 0) return null;
  return {
    elements: readInline(text.slice(at + 1, end), { ...style, [name]: true }),
    next: end + 1,
  };
}

function styled(element: Inline, style: Style): Inline {
  return Object.keys(style).length && element.type !== "emoji" ? { ...element, style } : element;
}

/** One run of text, without quotes or fences. */
export function readInline(text: string, style: Style = {}): Inline[] {
  const elements: Inline[] = [];
  let plain = "";
  const flush = (): void => {
    if (plain) elements.push(styled({ type: "text", text: decoded(plain) }, style));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = special(text, at, style);
    if (found) {
      flush();
      elements.push(...found.elements);
      at = found.next;
    } else {
      plain += text.charAt(at);
      at += 1;
    }
  }
  flush();
  return elements;
}

const QUOTE = /^(?:&gt;|>) ?/;

/** Lines outside fences: those that begin with `>` are a quote, the others a section. */
function readLines(text: string): Paragraph[] {
  const groups: { quote: boolean; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const quote = QUOTE.test(line);
    const last = groups.at(-1);
    const bare = quote ? line.replace(QUOTE, "") : line;
    if (last?.quote === quote) last.lines.push(bare);
    else groups.push({ quote, lines: [bare] });
  }
  return groups
    .map(({ quote, lines }) => ({ quote, text: lines.join("\n") }))
    .filter(({ text: joined }) => joined.trim())
    .map(({ quote, text: joined }) => ({
      type: quote ? "rich_text_quote" : "rich_text_section",
      elements: readInline(joined),
    }));
}

/** A whole mrkdwn text as the elements of a rich_text block. Total: anything is at least text. */
export function readMrkdwn(text: string): Paragraph[] {
  return text.split(/```\n?([\s\S]+?)\n?```\n?/).flatMap((piece, index): Paragraph[] => {
    if (index % 2 === 0) return readLines(piece);
    return [{ type: "rich_text_preformatted", elements: [{ type: "text", text: decoded(piece) }] }];
  });
}

/** A plain_text object: nothing in it is live; only :emoji: names are shown as emoji. */
export function readPlain(text: string): Inline[] {
  const pieces = text.split(/(:(?:\+1|-1|100|[a-z][a-z0-9_+'-]*):)/);
  return pieces
    .filter((piece) => piece)
    .map((piece) => {
      const name = /^:(.+):$/.exec(piece)?.[1];
      return name && isEmoji(name)
        ? { type: "emoji", name }
        : { type: "text", text: decoded(piece) };
    });
}
