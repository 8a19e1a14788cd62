import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { client, type Language, type LanguageChoice, queries } from "../backend";
import { speak, useLanguage } from "../words";

const chosen = (choice: LanguageChoice, systems: Language): Language => (choice === "system" ? systems : choice);

/** Asks what the person chose and what the system speaks, and speaks it. */
export async function speakTheirLanguage(): Promise<void> {
  const [settings, status] = await Promise.all([
    client.fetchQuery(queries.settings()),
    client.fetchQuery(queries.status()),
  ]);
  await speak(chosen(settings.language, status.system_language));
}

/** Follows the setting. Whoever uses it is drawn again in the new language, with all that it draws; what is typed and open stays. */
export function useTheirLanguage(): void {
  useLanguage();
  const choice = useQuery(queries.settings()).data?.language;
  const systems = useQuery(queries.status()).data?.system_language;
  useEffect(() => {
    if (choice && systems) void speak(chosen(choice, systems)).catch(() => undefined);
  }, [choice, systems]);
}
