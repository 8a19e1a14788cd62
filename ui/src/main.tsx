import "./shared/look.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { client } from "./backend";
import "./words";
import { Guard } from "./shared/Guard";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Guard>
          <App />
        </Guard>
      </QueryClientProvider>
    </StrictMode>,
  );
}
