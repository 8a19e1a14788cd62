import { QueryClientProvider } from "@tanstack/react-query";
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach } from "vitest";
import type { BuildDetail, ConversationItem, RailStep, Settings, State, VoiceSettings } from "../backend";
import { client } from "../backend";
import { useShortcuts } from "../shared/actions";
import { InTheLanguage } from "../words";

type Answers = Record<string, (args: Record<string, unknown>) => unknown>;

/** What was asked of Rust, in order. */
export type Asked = { command: string; args: Record<string, unknown> }[];

/** Stands in for Rust at the door: answers commands, and throws a WireError where a test wants one. */
export function backend(answers: Answers): Asked {
  const asked: Asked = [];
  mockIPC(
    (command, payload) => {
      const args = (payload ?? {}) as Record<string, unknown>;
      asked.push({ command, args });
      const answer = answers[command];
      if (answer) return answer(args);
      if (command === "load_draft") return "";
      if (command === "save_draft") return null;
      throw { code: "test", message: `nothing answers ${command}`, facts: "{}" };
    },
    { shouldMockEvents: true },
  );
  return asked;
}

afterEach(() => {
  clearMocks();
  client.clear();
});

export function show(element: ReactNode) {
  return render(inWindow(element));
}

/** As it stands in the window, for another rendering of it. */
export function inWindow(element: ReactNode) {
  return (
    <QueryClientProvider client={client}>
      <InTheLanguage>
        <Shortcuts />
        {element}
      </InTheLanguage>
    </QueryClientProvider>
  );
}

function Shortcuts() {
  useShortcuts();
  return null;
}

/** Settings as they are at first, with voice as a test wants it. */
export function theSettings(voice: Partial<VoiceSettings> = {}): Settings {
  return {
    theme: "system",
    language: "en",
    high_contrast: false,
    zoom: 100,
    policy: "every_handoff",
    max_retries: 3,
    phase_timeout_seconds: 3600,
    notifications: true,
    builds_folder: "/home/mira/Builds",
    default_model: "practice",
    models: [],
    role_models: [],
    model_tries: 5,
    budget: null,
    daily_backups: true,
    backup_folder: null,
    voice: {
      by: "nobody",
      server: { base_url: "", model: "", has_key: false },
      whisper_model: "base",
      whisper_file: null,
      language: null,
      microphone: null,
      silence_ms: 1500,
      key: "F2",
      commands: false,
      read_aloud: false,
      keep_recordings: false,
      ...voice,
    },
    desktop: {
      keep_in_background: false,
      start_minimised: false,
      graphics: "automatic",
      editor: null,
      terminal: null,
      check_for_updates: false,
      update_address: "",
    },
  };
}

const STATES: State[] = [
  "discovery",
  "planning",
  "handoff_to_coder",
  "implementation",
  "handoff_to_tester",
  "testing",
  "handoff_to_verifier",
  "verification",
  "handoff_to_releaser",
  "deployment",
  "complete",
];

/** A build that waits for approval before verification, as Rust would describe it. */
export function aBuild(change: Partial<BuildDetail> = {}): BuildDetail {
  const at = "2026-11-20T10:00:00.000000Z";
  const here = STATES.indexOf("handoff_to_verifier");
  const rail: RailStep[] = STATES.map((state, index) => ({
    state,
    standing: index < here ? "done" : index === here ? "waiting" : "ahead",
    attempts: index < here ? 1 : 0,
    entered_at: index <= here ? at : null,
    left_at: index < here ? at : null,
    elapsed_ms: index < here ? 60_000 : 0,
    approved_by: state === "handoff_to_coder" ? "you" : null,
    sent_back: state === "testing" ? { count: 1, limit: 3, reason: "1 test failed" } : null,
  }));
  return {
    summary: {
      workflow_id: "w1",
      title: "Tip calculator",
      project: { id: "p1", name: "tips", path: "/home/mira/Builds/tips" },
      group: "waiting",
      state: "handoff_to_verifier",
      role: "verification_overseer",
      status: "awaiting_approval",
      waiting_for: "your_approval",
      doing: null,
      reason_code: null,
      reason: null,
      model_wait: null,
      url: null,
      created_at: at,
      changed_at: at,
      trashed_at: null,
    },
    brief: "A tip calculator",
    revision: 9,
    standstill: null,
    progress: { completed: 6, total: 11, percentage: 60 },
    requirements: {
      title: "Tip calculator",
      summary: "",
      features: [
        {
          id: "R1",
          text: "Work out the tip",
          priority: "must",
          acceptance: ["When a bill is entered, it shall show."],
        },
      ],
      open_questions: [],
    },
    plan: {
      summary: "One page",
      tasks: [{ id: "T1", title: "The page", detail: "", files: ["index.html"], serves: ["R1"] }],
      test_strategy: { summary: "node --test", cases: [] },
      release: { kind: "web_page", site_dir: ".", how: "Served on this machine" },
    },
    plan_revision: 3,
    rail,
    open_handoff: {
      handoff_id: "h1",
      state: "handoff_to_verifier",
      from_role: "test_auditor",
      to_role: "verification_overseer",
      waiting_since: at,
      summary: "All of it works.",
      remark: null,
      evidence: [
        { ok: true, fact: { kind: "tests", run: 24, failed: 0, ms: 3100, command: "node --test" }, link: "tests" },
        { ok: false, fact: { kind: "old_tests", added: 0, removed: 1, weakened: 0 }, link: "changes" },
      ],
      pin: { plan_revision: 3, tree_hash: "4f2a91c", evidence_hash: "e1" },
      may_go_back_to: ["testing", "implementation"],
    },
    usage: { input_tokens: 48_000, output_tokens: 210, cost: null, elapsed_ms: 612_000, budget: null },
    model: "practice",
    policy: "every_handoff",
    branch: "q/tips",
    release: null,
    changed_files: 5,
    tests: 24,
    rollback_targets: ["discovery", "planning", "implementation"],
    can_undo_rollback: false,
    test_command: null,
    ...change,
  };
}

/** A finished message, as Rust would describe it. */
export function aMessage(change: Partial<ConversationItem> = {}): ConversationItem {
  return {
    id: "m1",
    author: "code_writer",
    text: "Done.",
    meaning: null,
    at: "2026-11-20T10:00:00Z",
    choices: [],
    reasoning: "",
    is_error: false,
    is_interrupted: false,
    is_reason: false,
    images: [],
    files: [],
    seq: 1,
    taken_back: null,
    ...change,
  };
}
