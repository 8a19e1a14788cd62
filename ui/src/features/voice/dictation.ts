import { create } from "zustand";
import {
  beginDictation,
  CommandError,
  call,
  client,
  commands,
  type Dictated,
  queries,
  type SpokenDecision,
} from "../../backend";
import { sentence } from "../../shared/Notice";
import { draftsKept } from "../../shared/useDraft";
import { t } from "../../words";
import { type Field, joined } from "./field";
import { lead, show } from "./lead";

/** A touch of the button that is shorter does not hold it: it listens until there is silence. */
const HOLD = 350;

type Phase =
  | "idle"
  /** The microphone is being opened. */
  | "opening"
  | "listening"
  /** The microphone is let go; words are still to come. */
  | "writing"
  /** What was said could not be understood, and waits. */
  | "stuck";

/** What a dictation is for: the draft that it goes into, and the build that it is about. */
export type Target = { key: string; workflowId: string | null };

type Dictation = {
  phase: Phase;
  target: Target | null;
  /** The button or the key is down. */
  held: boolean;
  /** In percent. */
  level: number;
  clipping: boolean;
  /** Somebody speaks. */
  speaking: boolean;
  microphone: string;
  /** What the person should know: of the microphone, or of what was not understood. */
  told: string | null;
  /** Seconds of speech that wait. */
  waits: number;
  /** The first click: nobody turns speech into words yet. */
  setUp: Target | null;
};

const NOTHING = {
  phase: "idle" as Phase,
  held: false,
  level: 0,
  clipping: false,
  speaking: false,
  microphone: "",
  waits: 0,
};

/** The one dictation of this window. It outlives the field that it began in: words go into its draft then. */
export const useDictation = create<Dictation>(() => ({ ...NOTHING, target: null, told: null, setUp: null }));

const set = useDictation.setState;
const get = useDictation.getState;

/** The fields that are on the page, by the draft that they show. */
const fields = new Map<string, Field>();

/** Words for this draft go in here while it is on the page. Returns what takes it away again. */
export function register(key: string, field: Field): () => void {
  fields.set(key, field);
  return () => {
    if (fields.get(key) === field) fields.delete(key);
  };
}

let pressedAt = 0;
/** The microphone that was asked for last. */
let asked: Promise<void> = Promise.resolve();
let words: Promise<void> = Promise.resolve();

/** The button goes down, or is clicked without being held. */
export async function press(target: Target, { held }: { held: boolean }) {
  const { phase } = get();
  if (phase === "listening" || phase === "opening") return finish();
  if (phase !== "idle") return;
  pressedAt = performance.now();
  begins = true;
  set({ ...NOTHING, phase: "opening", target, held, told: null });
  const field = fields.get(target.key);
  const wish = { hands_free: !held, workflow_id: target.workflowId, before: field?.before() ?? "" };
  asked = beginDictation(wish, hear);
  try {
    await asked;
  } catch (failure) {
    const nobody = failure instanceof CommandError && failure.code === "voice_not_set_up";
    set({ ...NOTHING, told: nobody ? null : sentence(failure), setUp: nobody ? target : null });
  }
}

/** The button comes up. What was only touched listens until there is silence, or was a mistake. */
export function release({ touch }: { touch: "listen" | "forget" }) {
  if (!get().held) return;
  set({ held: false });
  const touched = performance.now() - pressedAt < HOLD;
  const then = !touched ? finish : touch === "listen" ? handsFree : letGo;
  // Where the microphone is still being asked for, it is done when it is there.
  void asked.then(then, () => undefined);
}

function handsFree() {
  void call(commands.dictateHandsFree()).catch(() => undefined);
}

export function finish() {
  set({ held: false });
  void call(commands.finishDictation()).catch(() => undefined);
}

export function again() {
  set({ phase: "writing", told: null });
  void call(commands.dictateAgain()).catch((failure) => set({ phase: "stuck", told: sentence(failure) }));
}

/** What was not understood is forgotten. */
export function letGo() {
  set({ told: null });
  void call(commands.letDictationGo()).catch(() => undefined);
}

export function dismiss() {
  set({ told: null });
}

export function setUpDone() {
  set({ setUp: null });
}

function hear(heard: Dictated) {
  switch (heard.kind) {
    case "listening":
      set({ phase: "listening", microphone: heard.microphone });
      break;
    case "replaced":
      set({ microphone: heard.microphone, told: t("voice.replaced", { name: heard.microphone }) });
      break;
    case "level":
      set({ level: heard.level, clipping: heard.clipping });
      break;
    case "speaking":
      set({ speaking: true });
      break;
    case "stopped":
      set({ phase: "writing", held: false, level: 0, speaking: false, told: heard.sentence });
      break;
    case "text":
      writeText(heard.text);
      break;
    case "new_line":
      writeText("\n");
      break;
    case "send":
      // After what was said just before has reached the field.
      setTimeout(() => write((field) => field.send(), ""));
      break;
    case "show":
      show(heard.place);
      break;
    case "prepare":
      void prepare(heard.decision);
      break;
    case "not_understood":
      set({ phase: "stuck", told: heard.sentence, waits: heard.seconds });
      break;
    case "no_words":
      set({ told: t("voice.noWords") });
      break;
    case "closing":
      set({ told: t("voice.closing") });
      break;
    case "done":
      set({ ...NOTHING });
      break;
  }
}

/** A voice decides nothing: it leads to the button, and says so. */
async function prepare(decision: SpokenDecision) {
  const found = await lead(decision);
  set({ told: t(found ? `voice.prepared_${decision}` : "voice.nothingToDecide") });
}

/** What was written of this dictation, to be one step of undo. */
let begins = true;

function writeText(text: string) {
  const first = begins;
  begins = false;
  write((field) => field.insert(text, first), text);
}

/** Into the field, or into the draft of one that is not on the page any more. One after the other. */
function write(into: (field: Field) => void, text: string) {
  const target = get().target;
  if (!target) return;
  const field = fields.get(target.key);
  if (field) {
    into(field);
    return;
  }
  words = words
    .then(async () => {
      await draftsKept();
      const before = await call(commands.loadDraft(target.key));
      await call(commands.saveDraft(target.key, joined(before, text, "")));
      await client.invalidateQueries({ queryKey: queries.draft(target.key).queryKey });
    })
    .catch((failure) => set({ told: sentence(failure) }));
}
