import "./shared/look.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { client } from "./backend";
import { open } from "./opening";
import { Guard } from "./shared/Guard";
import { InTheLanguage } from "./words";

const root = document.getElementById("root");
if (root) {
  // Whatever goes wrong with what is asked for, there is a window.
  void open()
    .catch(() => undefined)
    .then(() => {
      const page = (
        <StrictMode>
          <QueryClientProvider client={client}>
            <InTheLanguage>
              <Guard>
                <App />
              </Guard>
            </InTheLanguage>
          </QueryClientProvider>
        </StrictMode>
      );
      // At once: what comes meanwhile is for later.
      flushSync(() => createRoot(root).render(page));
    });
}
