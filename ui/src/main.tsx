import "./shared/look.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { client } from "./backend";
import { Guard } from "./shared/Guard";
import { speakTheirLanguage } from "./shared/language";

const root = document.getElementById("root");
if (root) {
  // The first words are already in the person's language. Whatever goes wrong with that, there is a window.
  void speakTheirLanguage()
    .catch(() => undefined)
    .then(() =>
      createRoot(root).render(
        <StrictMode>
          <QueryClientProvider client={client}>
            <Guard>
              <App />
            </Guard>
          </QueryClientProvider>
        </StrictMode>,
      ),
    );
}
