import { call, client, commands, queries, type Settings } from "../../backend";

/**
 * Changes part of the settings: shown at once, and as it was again where it cannot be kept.
 *
 * @throws what the command answered.
 */
export async function saveSettings(part: Partial<Settings>): Promise<void> {
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
