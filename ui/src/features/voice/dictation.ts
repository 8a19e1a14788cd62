import { create } from "zustand";
import { beginDictation, CommandError, call, commands, type Dictated, type SpokenDecision } from "../../backend";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";
import { isDictated } from "./field";
import { lead, show } from "./lead";
import { fieldOf, send, write } from "./words";

/** A touch of the button that is shorter does not hold it: it listens until there is silence. */
const HOLD = 350;

/** What a dictation is for: the draft that it goes into, and the build that it is about. */
export type Target = { key: string; workflowId: string | null };

/** What is held down while somebody speaks. */
export type Holding = "button" | "key" | "space";

type Dictation = {
  target: Target | null;
  microphone: "off" | "opening" | "on";
  held: Holding | null;
  /** Something is listened to, or was and has not become words yet. */
  busy: boolean;
  /** Why the first of what waits was not understood. */
  failure: string | null;
  /** Seconds of speech that wait. */
  waits: number;
  /** What the person should know of it. */
  told: string | null;
  /** The window was asked to close, and waits for the words. */
  closing: boolean;
  /** In percent. */
  level: number;
  clipping: boolean;
  /** Somebody speaks. */
  speaking: boolean;
  /** The name of the microphone. */
  name: string;
  /** The first click: nobody turns speech into words yet. */
  setUp: Target | null;
};

const NOTHING = {
  microphone: "off",
  held: null,
  busy: false,
  failure: null,
  waits: 0,
  closing: false,
  level: 0,
  clipping: false,
  speaking: false,
  name: "",
} satisfies Partial<Dictation>;

/** The one dictation of this window. It outlives the field that it began in: words go into its draft then. */
export const useDictation = create<Dictation>(() => ({ ...NOTHING, target: null, told: null, setUp: null }));

export type Phase = "idle" | "opening" | "listening" | "writing" | "stuck";

/** What it is doing, in one word. An open microphone goes before all else. */
export function phaseOf({ microphone, failure, busy }: Dictation): Phase {
  if (microphone === "opening") return "opening";
  if (microphone === "on") return "listening";
  if (failure !== null) return "stuck";
  return busy ? "writing" : "idle";
}

const set = useDictation.setState;
const get = useDictation.getState;

let pressedAt = 0;
/** The microphone that was asked for last: what is to be done with it is done when it is there. */
let asked: Promise<unknown> = Promise.resolve();
/** Whether nothing was written of this dictation yet: all of it is one step of undo. */
let begins = true;

const tell = (work: () => ReturnType<typeof commands.finishDictation>) =>
  void asked.then(() => call(work())).catch(() => undefined);

/** The button goes down, or is clicked without being held. */
export async function press(target: Target, holding: Holding | null) {
  const { microphone, busy } = get();
  if (microphone !== "off") return finish();
  if (busy) return;
  pressedAt = performance.now();
  begins = true;
  set({ ...NOTHING, microphone: "opening", busy: true, target, held: holding, told: null });
  const before = fieldOf(target.key)?.before() ?? "";
  const begun = beginDictation({ hands_free: holding === null, workflow_id: target.workflowId, before }, hear);
  asked = begun.catch(() => undefined);
  try {
    await begun;
  } catch (failure) {
    const nobody = failure instanceof CommandError && failure.code === "voice_not_set_up";
    set({ ...NOTHING, told: nobody ? null : sentence(failure), setUp: nobody ? target : null });
  }
}

/** What was held comes up. A button that was only touched listens until there is silence; a space was a mistake. */
export function release(holding: Holding) {
  if (get().held !== holding) return;
  set({ held: null });
  if (performance.now() - pressedAt >= HOLD) finish();
  else if (holding === "space") letGo();
  else tell(() => commands.dictateHandsFree());
}

/** Whoever leaves the window with something held never lets it go in this one. */
export function leave() {
  if (get().held === null) return;
  set({ held: null });
  finish();
}

/** Lets the microphone go; what was said still becomes words. */
export function finish() {
  set({ held: null });
  tell(() => commands.finishDictation());
}

export function again() {
  const { failure } = get();
  set({ failure: null });
  void call(commands.dictateAgain()).catch((why) => set({ failure: sentence(why) || failure }));
}

/** What was not understood is forgotten, and the microphone let go. */
export function letGo() {
  reconsider();
  tell(() => commands.letDictationGo());
}

export const dismiss = () => set({ told: null });
export const setUpDone = () => set({ setUp: null });
export const remark = (told: string) => set({ told });

/** Who waits for the last words to send them. */
const senders = new Set<(go: boolean) => void>();

/** Waits until all that was said for this draft is in it. False where that needs the person first, or they thought better of it. */
export function settled(key: string): Promise<boolean> {
  const over = ({ busy, failure, target }: Dictation) => {
    if (!busy || target?.key !== key) return true;
    return failure === null ? undefined : false;
  };
  const now = over(get());
  if (now !== undefined) return Promise.resolve(now);
  finish();
  return new Promise((settle) => {
    const decide = (go: boolean) => {
      end();
      senders.delete(decide);
      // What came last is in the field in a moment.
      setTimeout(() => settle(go));
    };
    const end = useDictation.subscribe((dictation) => {
      const known = over(dictation);
      if (known !== undefined) decide(known);
    });
    senders.add(decide);
  });
}

/** Something came in between: what waits for its last words is not sent. What a dictation writes itself is nothing new. */
export function reconsider() {
  if (!isDictated()) for (const decide of senders) decide(false);
}

function hear(heard: Dictated) {
  const target = get().target;
  if (!target) return;
  switch (heard.kind) {
    case "listening":
      set({ microphone: "on", name: heard.microphone });
      break;
    case "replaced":
      set({ name: heard.microphone, told: t("voice.replaced", { name: heard.microphone }) });
      break;
    case "level":
      set({ level: heard.level, clipping: heard.clipping });
      break;
    case "speaking":
      set({ speaking: true });
      break;
    case "stopped":
      // A microphone that was lost may have lost words.
      if (heard.problem) reconsider();
      set({
        microphone: "off",
        held: null,
        level: 0,
        speaking: false,
        told: heard.problem ? sentence(heard.problem) : get().told,
      });
      break;
    case "text":
      put(target, heard.text);
      break;
    case "new_line":
      put(target, "\n");
      break;
    case "send":
      send(target.key);
      break;
    case "show":
      show(heard.place);
      break;
    case "prepare":
      void prepare(heard.decision);
      break;
    case "not_understood":
      set({ failure: sentence(heard.problem), waits: heard.seconds });
      break;
    case "note":
      set({ told: sentence(heard.problem) });
      break;
    case "no_words":
      reconsider();
      set({ told: t("voice.noWords") });
      break;
    case "closing":
      reconsider();
      set({ closing: true });
      break;
    case "done":
      set({ ...NOTHING });
      break;
  }
}

function put(target: Target, text: string) {
  const first = begins;
  begins = false;
  write(target.key, text, first, (why) =>
    set({ told: t("voice.notWritten", { words: text.trim(), why: sentence(why) }) }),
  );
}

/** A voice decides nothing: it leads to the button, and says so. */
async function prepare(decision: SpokenDecision) {
  const found = await lead(decision);
  remark(t(found ? `voice.prepared_${decision}` : "voice.nothingToDecide"));
}
