/** A shortcut: a key by the name that `KeyboardEvent.key` gives it, with Ctrl (on a Mac ⌘) or Shift where they belong to it. */
export type Keys = { key: string; mod?: boolean; shift?: boolean };

/** Where an action stands in the palette and on the sheet of shortcuts. */
export type ActionGroup = "decide" | "build" | "go" | "window";

type Entry = {
  group: ActionGroup;
  keys?: Keys;
  /** Has the same keys, because the two are never offered together. */
  insteadOf?: string;
};

/**
 * Every action of the window: one that is not in this table cannot be offered. What each is called stands in the messages, under
 * `actions`. Tabs are numbered as they stand.
 */
export const ACTIONS = {
  ready_to_build: { group: "decide", keys: { key: "Enter", mod: true } },
  approve: { group: "decide", keys: { key: "a" } },
  request_changes: { group: "decide", keys: { key: "r" } },
  go_on: { group: "decide", keys: { key: "g" } },
  undo_rollback: { group: "decide" },

  /** Each answer has the key of its number. */
  answer: { group: "decide", keys: { key: "1…9" } },

  compose: { group: "build", keys: { key: "/" } },
  dictate: { group: "build" },
  attach: { group: "build" },
  choose_folder: { group: "build" },
  add_requirement: { group: "build" },
  add_task: { group: "build" },
  undo_plan: { group: "build" },
  stop_reply: { group: "build", keys: { key: ".", mod: true } },
  pause: { group: "build", keys: { key: "p" } },
  resume: { group: "build", keys: { key: "p" }, insteadOf: "pause" },
  open_link: { group: "build", keys: { key: "o" } },
  copy_link: { group: "build", keys: { key: "c" } },
  open_folder: { group: "build", keys: { key: "f" } },
  open_editor: { group: "build" },
  open_terminal: { group: "build" },
  usage: { group: "build", keys: { key: "u" } },
  budget: { group: "build" },
  again: { group: "build" },
  roll_back: { group: "build" },
  verify_history: { group: "build" },
  save_history: { group: "build" },
  copy_history: { group: "build" },
  test_command: { group: "build" },
  export: { group: "build" },
  cancel_build: { group: "build" },
  move_to_trash: { group: "build" },

  new: { group: "go", keys: { key: "n" } },
  next_waiting: { group: "go", keys: { key: "w" } },
  next_build: { group: "go", keys: { key: "PageDown", mod: true } },
  previous_build: { group: "go", keys: { key: "PageUp", mod: true } },
  tab_conversation: { group: "go", keys: { key: "1", mod: true } },
  tab_plan: { group: "go", keys: { key: "2", mod: true } },
  tab_work: { group: "go", keys: { key: "3", mod: true } },
  tab_changes: { group: "go", keys: { key: "4", mod: true } },
  tab_tests: { group: "go", keys: { key: "5", mod: true } },
  tab_checks: { group: "go", keys: { key: "6", mod: true } },
  tab_release: { group: "go", keys: { key: "7", mod: true } },
  tab_timeline: { group: "go", keys: { key: "8", mod: true } },
  next_file: { group: "go", keys: { key: "j" } },
  previous_file: { group: "go", keys: { key: "k" } },
  split_diff: { group: "go" },
  plan_revisions: { group: "go" },
  find: { group: "go", keys: { key: "f", mod: true } },
  search: { group: "go", keys: { key: "f", mod: true, shift: true } },
  statistics: { group: "go", keys: { key: "s" } },
  settings: { group: "go", keys: { key: ",", mod: true } },
  trash: { group: "go" },
  empty_trash: { group: "go" },
  connect_model: { group: "go" },

  palette: { group: "window", keys: { key: "k", mod: true } },
  shortcuts: { group: "window", keys: { key: "?" } },
  fold_list: { group: "window", keys: { key: "b", mod: true } },
  fold_rail: { group: "window", keys: { key: "b", mod: true, shift: true } },
  theme_light: { group: "window" },
  theme_dark: { group: "window" },
  theme_system: { group: "window" },
  contrast: { group: "window" },
  larger: { group: "window", keys: { key: "+", mod: true } },
  smaller: { group: "window", keys: { key: "-", mod: true } },
  usual_size: { group: "window", keys: { key: "0", mod: true } },
  read_aloud: { group: "window" },
  gallery: { group: "window" },
} as const satisfies Record<string, Entry>;

export type ActionId = keyof typeof ACTIONS;

export const GROUPS: ActionGroup[] = ["decide", "build", "go", "window"];

/** What the table says of an action. */
export const entryOf = (id: ActionId): Entry => ACTIONS[id];

/** Keys that a field has for itself: they are written on the sheet, and nothing looks them up. Voice has one more, in the settings. */
export const IN_FIELDS = {
  send: { key: "Enter" },
  new_line: { key: "Enter", shift: true },
  undo: { key: "z", mod: true },
  redo: { key: "z", mod: true, shift: true },
  leave: { key: "Escape" },
} as const satisfies Record<string, Keys>;
