import { call, client, commands, queries, type Settings } from "../../backend";

/** Keeps a part of the settings. It is shown at once, and taken back where it cannot be kept: then this throws. */
export async function keep(part: Partial<Settings>): Promise<void> {
  const key = queries.settings().queryKey;
  // As they are now: a dialog or a download may have been open for long.
  const before = client.getQueryData(key);
  if (!before) return;
  client.setQueryData(key, { ...before, ...part });
  try {
    client.setQueryData(key, await call(commands.saveSettings({ ...before, ...part })));
  } catch (failure) {
    client.setQueryData(key, before);
    throw failure;
  }
}
