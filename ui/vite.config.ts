import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  clearScreen: false,
  build: {
    // The oldest webview that Tauri 2 runs on here: WebKitGTK 2.40.
    target: "safari16.4",
    chunkSizeWarningLimit: 1500,
  },
  test: {
    environment: "happy-dom",
    setupFiles: ["src/test/setup.ts"],
    css: false,
  },
});
